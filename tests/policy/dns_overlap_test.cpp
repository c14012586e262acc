// SPDX-License-Identifier: Apache-2.0
//
// Patterns overlap where some name matches both: held against every short name.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "policy/model/dns_name.h"

namespace cnplint {
namespace {

/// Every text of some characters up to a length, the shortest first.
std::vector<std::string> all_texts(std::string_view characters, std::size_t longest) {
  std::vector<std::string> texts{""};
  std::size_t begin = 0;
  for (std::size_t length = 1; length <= longest; ++length) {
    const std::size_t end = texts.size();
    for (; begin < end; ++begin)
      for (const char c : characters) texts.push_back(texts[begin] + c);
  }
  texts.erase(texts.begin());
  return texts;
}

TEST(DnsOverlap, IsWhereANameMatchesBoth) {
  const std::vector<std::string> names = all_texts("ab.", 7);
  std::vector<policy::DnsPattern> patterns;
  std::vector<std::string> texts;
  std::vector<std::vector<bool>> matched;
  for (const std::string& text : all_texts("ab*.", 4)) {
    const policy::DnsPattern pattern(text, policy::Release{});
    if (pattern.everything()) continue;
    std::vector<bool> row;
    for (const std::string& name : names)
      row.push_back(!name.ends_with('.') && pattern.matches(name));
    patterns.push_back(pattern);
    texts.push_back(text);
    matched.push_back(std::move(row));
  }
  std::size_t overlapping = 0;
  for (std::size_t i = 0; i < patterns.size(); i += 3)
    for (std::size_t j = 0; j < patterns.size(); j += 2) {
      bool both = false;
      for (std::size_t n = 0; n < names.size() && !both; ++n) both = matched[i][n] && matched[j][n];
      const bool said = patterns[i].overlaps(patterns[j]);
      // Names with empty labels are none for a pattern that stands for whole labels.
      const bool odd = texts[i].find("..") != std::string::npos || texts[i].starts_with('.') ||
                       texts[j].find("..") != std::string::npos || texts[j].starts_with('.');
      if (both || !odd) {
        EXPECT_EQ(said, both) << texts[i] << " and " << texts[j];
      }
      overlapping += both ? 1 : 0;
    }
  EXPECT_GT(overlapping, 1000U);
}

TEST(DnsOverlap, EveryNameOverlapsAnything) {
  const policy::DnsPattern all("*", policy::Release{});
  EXPECT_TRUE(all.everything());
  EXPECT_TRUE(all.overlaps(policy::DnsPattern("api.example.com", policy::Release{})));
  EXPECT_TRUE(policy::DnsPattern("api.example.com", policy::Release{}).overlaps(all));
}

}  // namespace
}  // namespace cnplint

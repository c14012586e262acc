// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/vectors.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include "tests/golden.h"

namespace cnplint::tests {

std::vector<nlohmann::json> vectors(const std::string& name) {
  const std::string path = (repository("tests/conformance") / name).string();
  gzFile file = gzopen(path.c_str(), "rb");
  EXPECT_NE(file, nullptr) << path;
  if (file == nullptr) return {};
  std::string text;
  char buffer[65536];
  for (int got = 0; (got = gzread(file, buffer, sizeof buffer)) > 0;)
    text.append(buffer, static_cast<std::size_t>(got));
  gzclose(file);
  std::vector<nlohmann::json> result;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    result.push_back(nlohmann::json::parse(text.substr(at, end - at)));
    at = end + 1;
  }
  return result;
}

}  // namespace cnplint::tests

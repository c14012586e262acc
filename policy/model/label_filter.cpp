// SPDX-License-Identifier: Apache-2.0
#include "policy/model/label_filter.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "policy/model/label.h"

namespace cnplint::policy {
namespace {

/// How a row of Cilium's own list matches keys.
enum class Matching : std::uint8_t {
  prefix,    ///< the key begins with it
  rest,      ///< the same, and all that follows is matched as well
  anywhere,  ///< the key has it somewhere
};

/// A row of Cilium's own list.
struct Default {
  std::string_view text;
  bool keep = false;
  Matching matching = Matching::prefix;
  Release since = Release{kOldestMinor};
};
constexpr Release kServiceAccountListed{18};
constexpr Release kTopologyListed{20};
constexpr std::array<Default, 20> kDefaults{{
    {.text = kNamespaceLabel, .keep = true},
    {.text = "io.cilium.k8s.namespace.labels", .keep = true},
    {.text = "app.kubernetes.io", .keep = true},
    {.text = kClusterLabel, .keep = true},
    {.text = kServiceAccountLabel, .keep = true, .since = kServiceAccountListed},
    {.text = "io.kubernetes"},
    {.text = "kubernetes.io"},
    {.text = "statefulset.kubernetes.io/pod-name"},
    {.text = "apps.kubernetes.io/pod-index"},
    {.text = "batch.kubernetes.io/job-completion-index"},
    {.text = "batch.kubernetes.io/controller-uid"},
    {.text = "beta.kubernetes.io", .matching = Matching::anywhere},
    {.text = "topology.kubernetes.io", .since = kTopologyListed},
    {.text = "k8s.io"},
    {.text = "pod-template-generation"},
    {.text = "pod-template-hash"},
    {.text = "controller-revision-hash"},
    {.text = "controller-uid"},
    {.text = "annotation", .matching = Matching::rest},
    {.text = "etcd_node"},
}};

/// How much of a key a row matches; 0 where it does not.
std::size_t matched(const Default& row, std::string_view key) {
  if (row.matching == Matching::anywhere) {
    const std::size_t at = key.rfind(row.text);
    return at == std::string_view::npos ? 0 : at + row.text.size();
  }
  // Most rows already differ in the first character.
  if (key.empty() || key.front() != row.text.front() || !key.starts_with(row.text)) return 0;
  return row.matching == Matching::rest ? key.size() : row.text.size();
}

/// The longest match that keeps a label in, and the shortest that keeps it out.
struct Matched {
  std::size_t in = 0;
  std::size_t out = 0;

  void add(bool keep, std::size_t length) {
    if (keep)
      in = std::max(in, length);
    else if (out == 0 || length < out)
      out = length;
  }
};

/// A pattern as it is written.
struct Written {
  std::string_view source;
  std::string_view expression;
  bool keep = true;
};

Written read_pattern(std::string_view text) {
  Written result;
  if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
    result.source = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  result.keep = !text.starts_with('!');
  result.expression = text.substr(result.keep ? 0 : 1);
  return result;
}

std::vector<std::string_view> words(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  std::vector<std::string_view> result;
  for (std::size_t at = text.find_first_not_of(kBlanks); at != std::string_view::npos;) {
    const std::size_t end = std::min(text.find_first_of(kBlanks, at), text.size());
    result.push_back(text.substr(at, end - at));
    at = text.find_first_not_of(kBlanks, end);
  }
  return result;
}

RE2::Options quiet() {
  RE2::Options options;
  options.set_log_errors(false);
  return options;
}

}  // namespace

struct LabelFilter::Pattern {
  explicit Pattern(const Written& written)
      : source(written.source),
        keep(written.keep),
        expression(re2::StringPiece(written.expression.data(), written.expression.size()),
                   quiet()) {}

  /// How much of a key it matches from the beginning; none where it does not.
  [[nodiscard]] std::optional<std::size_t> matched(std::string_view label_source,
                                                   std::string_view key) const {
    // A source that is `any` is one like others here: no label has it.
    if (!source.empty() && source != label_source) return std::nullopt;
    re2::StringPiece match;
    if (!expression.Match(re2::StringPiece(key.data(), key.size()), 0, key.size(),
                          RE2::ANCHOR_START, &match, 1))
      return std::nullopt;
    return match.size();
  }

  std::string source;
  bool keep;
  RE2 expression;
};

LabelFilter::LabelFilter(std::string_view patterns) : text_(patterns) {
  for (const std::string_view word : words(patterns)) {
    const Written written = read_pattern(word);
    auto pattern = std::make_shared<const Pattern>(written);
    if (written.expression.empty() || !pattern->expression.ok()) continue;
    only_listed_ = only_listed_ || pattern->keep;
    patterns_.push_back(std::move(pattern));
  }
}

std::string LabelFilter::mistake(std::string_view patterns) {
  for (const std::string_view word : words(patterns)) {
    const Written written = read_pattern(word);
    if (word.starts_with('!') && !written.source.empty())
      return base::quoted(word) + " has its `!` in the wrong place, write " +
             base::quoted(std::string(written.source.substr(1)) + ":!" +
                          std::string(written.expression));
    if (written.expression.empty()) return base::quoted(word) + " names no labels";
    if (const Pattern pattern(written); !pattern.expression.ok())
      return base::quoted(word) + " is no regular expression: " + pattern.expression.error();
  }
  return {};
}

bool LabelFilter::keeps(std::string_view source, std::string_view key, Release release) const {
  if (source == "reserved") return true;
  Matched matched_by;
  for (const Default& row : kDefaults)
    if (row.since <= release)
      if (const std::size_t length = matched(row, key); length > 0)
        matched_by.add(row.keep, length);
  for (const auto& pattern : patterns_)
    if (const auto length = pattern->matched(source, key)) matched_by.add(pattern->keep, *length);
  return (!only_listed_ && matched_by.out == 0) || matched_by.in > matched_by.out;
}

}  // namespace cnplint::policy

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "policy/model/release.h"

namespace cnplint::policy {

/// Which labels of pods and nodes are part of their identities: what Cilium's option `labels` says
/// over its own list (P213, P214, D46). A pattern is a regular expression that matches from the
/// beginning of a key, with the source of the label before a colon where it is for one source only;
/// `!` before the expression keeps labels out. Of patterns that match the longest one in counts
/// against the shortest one out; one pattern that keeps labels in keeps all others out.
class LabelFilter {
 public:
  /// Cilium's own list alone.
  LabelFilter() = default;
  /// With patterns, blanks between them. One that cannot be read is left out.
  explicit LabelFilter(std::string_view patterns);

  /// What is wrong with patterns; empty where nothing is.
  static std::string mistake(std::string_view patterns);

  /// Whether a label with this key is part of identities.
  [[nodiscard]] bool keeps(std::string_view source, std::string_view key, Release release) const;
  /// The patterns as they were given.
  [[nodiscard]] std::string_view text() const { return text_; }

  friend bool operator==(const LabelFilter& a, const LabelFilter& b) { return a.text_ == b.text_; }

 private:
  struct Pattern;
  std::string text_;
  std::vector<std::shared_ptr<const Pattern>> patterns_;
  bool only_listed_ = false;  ///< some pattern keeps labels in
};

}  // namespace cnplint::policy

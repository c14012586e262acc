// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/source.h"
#include "lint/finding.h"
#include "policy/text/edit.h"
#include "policy/yaml/reader.h"

namespace cnplint::lint {

inline constexpr std::string_view kUnusedSuppression = "unused-suppression";
inline constexpr std::string_view kExpiredSuppression = "expired-suppression";
inline constexpr std::string_view kMalformedSuppression = "malformed-suppression";
inline constexpr std::string_view kSuppressionAnnotation = "cnplint.io/allow";

/// One rule allowed in one place, by a comment or an annotation.
///
///     # cnplint: allow RULE[, RULE] [until 2027-01-31] [-- reason]
///
/// Behind content it holds for its line. On a line of its own it holds for what starts on the next
/// line, to its end: a list item, or a key with its value. Above the first line of a document, and
/// as the annotation cnplint.io/allow, it holds for the whole document; the annotation of an object
/// in another one holds for that object.
struct Suppression {
  std::string_view rule;
  std::string until;  ///< YYYY-MM-DD, the last day; empty: for ever
  std::string reason;
  base::SourceRange place;     ///< the rule's name where it is written
  std::uint32_t document = 0;  ///< index of the document
  std::uint32_t begin = 0;     ///< bytes of the file it holds for: [begin, end)
  std::uint32_t end = 0;
  bool used = false;

  [[nodiscard]] bool expired(std::string_view today) const {
    return !until.empty() && until < today;
  }
};

/// A text that begins like a suppression and is none.
struct MalformedSuppression {
  base::SourceRange place;
  std::uint32_t document = 0;
  std::string message;
};

struct Suppressions {
  std::vector<Suppression> all;
  std::vector<MalformedSuppression> malformed;
};

/// Finds the suppressions of a file, in comments and in annotations, also of the documents in its
/// texts.
Suppressions find_suppressions(const policy::FileContent& content);

/// Marks the findings of a file, sorted by their first byte, that unexpired suppressions allow, and
/// those suppressions as used.
void apply_suppressions(std::vector<Suppression>& suppressions, std::span<Finding> findings,
                        std::string_view today);

/// The edits that take a suppression out: its comment, or its name where the comment allows other
/// rules too. None for one in an annotation.
policy::Edits removal_of(const Suppression& suppression);
/// The same as a fix.
inline Fix take_out(const Suppression& suppression) {
  Fix fix{"take the comment out", Applicability::safe, {}, removal_of(suppression)};
  if (fix.edits.empty()) fix = {"take it out of the annotation", Applicability::display, {}, {}};
  return fix;
}

/// Today in UTC as YYYY-MM-DD.
std::string today();

}  // namespace cnplint::lint

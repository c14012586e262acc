// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "policy/text/change.h"
#include "policy/text/edit.h"

namespace cnplint::lint {

/// What becomes of verdicts where a fix is applied.
enum class Applicability : std::uint8_t {
  safe,     ///< no verdict changes
  repair,   ///< an object that the API server refuses, so that it runs nowhere, becomes acceptable
  unsafe,   ///< verdicts change, as the title says
  display,  ///< it only tells people what to do
};
inline constexpr std::array<std::string_view, 4> kApplicabilityNames{"safe", "repair", "unsafe",
                                                                     "display"};
constexpr std::string_view applicability_name(Applicability applicability) {
  return kApplicabilityNames[static_cast<std::size_t>(applicability)];
}

/// What mends a finding. A rule says what is to change; the edits that this comes to are made where
/// the texts are at hand, and a fix without any is for people only.
struct Fix {
  std::string title;  ///< what to do; of an unsafe fix also what that opens and closes
  Applicability applicability = Applicability::display;
  policy::Changes changes = {};
  policy::Edits edits = {};  ///< of one file or several, sorted, without overlap

  [[nodiscard]] bool empty() const { return title.empty(); }
  /// Whether a program can apply it.
  [[nodiscard]] bool is_applicable() const { return !edits.empty(); }
};

/// A fix that changes no verdict.
inline Fix safe_fix(std::string title, policy::Changes changes) {
  return {std::move(title), Applicability::safe, std::move(changes), {}};
}
/// A fix that changes verdicts; the title says which.
inline Fix unsafe_fix(std::string title, policy::Changes changes) {
  return {std::move(title), Applicability::unsafe, std::move(changes), {}};
}

}  // namespace cnplint::lint

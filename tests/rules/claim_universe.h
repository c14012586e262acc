// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "policy/verdict/verdict.h"

namespace cnplint::tests {

/// Endpoints that claims are held against, and who of them stands for whom.
class ClaimUniverse {
 public:
  ClaimUniverse(std::shared_ptr<const policy::RuleBase> base,
                std::vector<policy::Endpoint> endpoints);

  [[nodiscard]] const policy::VerdictEngine& engine() const { return engine_; }
  [[nodiscard]] const policy::RuleBase& base() const { return *base_; }
  [[nodiscard]] const policy::Endpoint& endpoint(std::uint32_t index) const {
    return engine_.endpoints()[index];
  }
  /// One endpoint for all that the same rules select.
  [[nodiscard]] const std::vector<std::uint32_t>& subjects() const { return subjects_; }
  /// One endpoint for all that the same selectors of peers select.
  [[nodiscard]] const std::vector<std::uint32_t>& peers() const { return peers_; }
  /// An engine over the same endpoints with other rules.
  [[nodiscard]] policy::VerdictEngine with(std::shared_ptr<const policy::RuleBase> other) const {
    return {std::move(other), engine_.endpoints()};
  }

 private:
  void find_subjects();
  void find_peers();

  std::shared_ptr<const policy::RuleBase> base_;
  policy::VerdictEngine engine_;
  std::vector<std::uint32_t> subjects_;
  std::vector<std::uint32_t> peers_;
};

}  // namespace cnplint::tests

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/source.h"
#include "harness/policy_test_file.h"
#include "policy/verdict/evaluator.h"
#include "policy/yaml/reader.h"

namespace cnplint::harness {

/// What the verdicts are once some policies are added to those of an evaluator.
class SuggestionProof {
 public:
  /// `before` and what it was made of must outlive it.
  SuggestionProof(const policy::Evaluator& before, std::span<const std::string> added,
                  const policy::Environment& environment, const policy::Surroundings& surroundings);

  /// Why the added policies are not to be proposed for a connection: they do not let it pass, or
  /// they change the verdict of another one, which is named. Empty where they are.
  std::string refutation(const policy::Connection& connection,
                         const std::optional<policy::Request>& request,
                         std::span<const TestEndpoint> endpoints);
  /// Whether the connection passes by a name that Cilium does not see yet (A5.3).
  [[nodiscard]] bool needs_dns_rule(const policy::Connection& connection) const {
    return !after_->unseen_names(connection).empty();
  }

 private:
  [[nodiscard]] bool concerns(policy::Direction direction, std::uint32_t subject) const;
  [[nodiscard]] std::optional<policy::Connection> changed(
      policy::Direction direction, std::uint32_t subject,
      const policy::Connection& connection) const;
  [[nodiscard]] bool alike(std::uint32_t a, std::uint32_t b) const;

  const policy::Evaluator& before_;
  base::SourceStore store_;
  std::deque<policy::FileContent> contents_;
  std::deque<policy::Policy> added_;
  std::unique_ptr<policy::Evaluator> after_;
};

}  // namespace cnplint::harness

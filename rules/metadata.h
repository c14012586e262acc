// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "policy/model/address.h"
#include "policy/model/metadata_service.h"
#include "policy/verdict/subject_index.h"
#include "policy/verdict/verdict.h"
#include "rules/each.h"

namespace cnplint::rules {

/// Whether a filter lets questions to a metadata service through, which are HTTP.
inline bool covers_metadata_port(const policy::PortFilter& filter) {
  constexpr std::uint16_t kHttp = 80;
  return policy::covers(filter, Direction::egress,
                        policy::Connection{0, 0, policy::ip_protocol::kTcp, kHttp}, {});
}

/// Whether some policy denies the endpoints of a subject one of the metadata addresses.
class MetadataDenials {
 public:
  MetadataDenials(const policy::RuleBase& base, const policy::SubjectIndex& subjects,
                  const policy::MetadataService& service)
      : subjects_(subjects) {
    const auto parsed = policy::parse_address(service.address);
    identity_.cidr = policy::Prefix{*parsed, parsed->bits()};
    identity_.labels.push_back(
        {"reserved", std::string(policy::world_label(parsed->v6, base.environment)), ""});
    for (const policy::Subject& subject : base.subjects) {
      const auto rules = base.rules_of(subject);
      denies_.push_back(std::ranges::any_of(rules, [&](const policy::PolicyRule& rule) {
        return rule.denies() && rule.direction == Direction::egress && matches(rule, base) &&
               std::ranges::any_of(rule.ports, covers_metadata_port);
      }));
      any_ = any_ || denies_.back();
    }
  }

  /// Whether a selector selects the address.
  [[nodiscard]] bool selected_by(const policy::Conditions& selector) const {
    return policy::matches(selector, identity_);
  }
  [[nodiscard]] bool of(std::uint32_t subject) const {
    return any_ &&
           subjects_.beside_all(subject, [this](std::uint32_t each) { return denies_[each]; });
  }

 private:
  [[nodiscard]] bool matches(const policy::PolicyRule& rule, const policy::RuleBase& base) const {
    return rule.any_peer || std::ranges::any_of(rule.peers, [&](std::uint32_t peer) {
             return selected_by(base.selectors[peer]);
           });
  }

  const policy::SubjectIndex& subjects_;
  policy::Identity identity_;
  std::vector<bool> denies_;  ///< by subject
  bool any_ = false;
};

}  // namespace cnplint::rules

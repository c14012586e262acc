// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/source.h"
#include "policy/model/manifest.h"

namespace cnplint::policy {

/// A policy of a kind that no verdict here takes into account, although it may decide about the
/// same connections: an AdminNetworkPolicy, a policy of Calico, an AuthorizationPolicy of a mesh.
struct OtherPolicy {
  std::string subject;      ///< `Kind/name` or `Kind/namespace/name`
  base::SourceRange place;  ///< of its kind
  std::string why;          ///< who decides by it, a sentence without full stop
};

/// Such a kind, of one API group.
struct OtherPolicyKind {
  std::string_view group;
  std::string_view kind;
  std::string_view why;  ///< as of OtherPolicy
};
/// Those that are known by their group.
std::span<const OtherPolicyKind> other_policy_kinds();

/// Reads a manifest of such a kind; none for anything else. Kinds by their API group, and any other
/// whose name ends in `NetworkPolicy`.
std::optional<OtherPolicy> other_policy(const Manifest& manifest);

}  // namespace cnplint::policy

// SPDX-License-Identifier: Apache-2.0
//
// What the workloads of the input tell of a selector: whether they are to be asked at all, and whom
// it selects.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/verdict/known_pods.h"
#include "rules/elsewhere.h"
#include "rules/selectors.h"

namespace cnplint::rules {

/// A selector of pods somewhere in the policies: of what a policy is for, or of a peer.
struct PodSelection {
  const policy::Policy& policy;
  NodeRef where;                        ///< the selector; of a NetworkPolicy's peer the whole peer
  const policy::Conditions& meaning;    ///< with the namespace and cluster that Cilium adds
  const PodPeer* peer = nullptr;        ///< none: it is what the policy is for
  std::vector<std::string> namespaces;  ///< that it is limited to; none where it is not
  policy::Knowledge knowledge;          ///< the least of these namespaces
  bool of_system = false;               ///< one of them is one that installers of clusters fill
  policy::Conditions written;           ///< what it asks of pods, as written, without the place

  [[nodiscard]] bool of_network_policy() const {
    return policy.kind == policy::PolicyKind::network_policy;
  }
  /// Whether it asks for some label of pods, and not for all of a place.
  [[nodiscard]] bool asks_for_label() const;
  /// Whether it looks into every namespace: what is there nobody knows for sure, unless the
  /// configuration says that the input is complete.
  [[nodiscard]] bool is_everywhere() const { return namespaces.empty(); }
  /// `shop`, or how these namespaces are called together.
  [[nodiscard]] std::string place() const;
};

/// Calls body(selection) for every selector that selects no pod of the input, those in the network
/// of their node aside, and that the workloads of the input can be held against: it is of pods in
/// namespaces that are known, or in all of them, all its values are known, and no other rule says
/// that it never matches.
void each_known_selection(const lint::ClusterContext& context,
                          const std::function<void(const PodSelection&)>& body);

}  // namespace cnplint::rules

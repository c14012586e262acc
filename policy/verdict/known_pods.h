// SPDX-License-Identifier: Apache-2.0
//
// The pods that the workloads of the input make, as policies select them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "policy/model/environment.h"
#include "policy/model/inventory.h"
#include "policy/model/workload_index.h"
#include "policy/verdict/endpoint.h"
#include "policy/verdict/selector.h"
#include "policy/verdict/workload_endpoint.h"

namespace cnplint::policy {

/// How much of a namespace's workloads the input has.
enum class Knowledge : std::uint8_t {
  none,      ///< none of them: whatever is selected there may be there
  partial,   ///< some; others may come from what is not rendered
  complete,  ///< all
};

/// Whom selectors select among the workloads of an inventory, which must outlive it. A pod is known
/// by its workload's position in the inventory; all results are in that order.
class KnownPods {
 public:
  KnownPods(const Inventory& inventory, const Environment& environment);
  KnownPods(const KnownPods&) = delete;
  KnownPods& operator=(const KnownPods&) = delete;

  [[nodiscard]] const Inventory& inventory() const { return inventory_; }
  [[nodiscard]] bool empty() const { return inventory_.workloads.empty(); }
  [[nodiscard]] const Workload& workload(std::uint32_t pod) const {
    return inventory_.workloads[pod];
  }
  /// The labels of a pod's identity; those that it would have, where it is in the network of its
  /// node.
  [[nodiscard]] const Identity& identity(std::uint32_t pod) const { return identities_[pod]; }
  /// As an end of connections; one in the network of its node is that node.
  [[nodiscard]] Endpoint endpoint(std::uint32_t pod) const;

  [[nodiscard]] Knowledge of_namespace(std::string_view ns) const;
  /// What is least known of the namespaces that a selector looks into. Complete where it names
  /// namespaces of which everything is known; of one that names none, what is known of all.
  [[nodiscard]] Knowledge of_selector(const Conditions& conditions) const;
  /// Whether any workload or Namespace of the input is of this namespace.
  [[nodiscard]] bool has_namespace(std::string_view ns) const;
  /// The workloads of a namespace, those in the network of their node included.
  [[nodiscard]] const std::vector<std::uint32_t>& in_namespace(std::string_view ns) const;

  /// The pods that conditions select, or may: where a label is not known (of a Namespace that is
  /// not in the input, or a value that is filled in later) they are taken as met. Pods in the
  /// network of their node are none.
  [[nodiscard]] std::vector<std::uint32_t> selected(const Conditions& conditions) const;
  /// One of these, or of the workloads in the network of their node, were they pods; none as well
  /// where too many would have to be tried.
  [[nodiscard]] std::optional<std::uint32_t> first_selected(const Conditions& conditions,
                                                            bool host_network = false) const {
    return search(conditions, host_network).found;
  }
  /// Whether there is no such one; false where too many would have to be tried, and where objects
  /// that may make pods give them labels that are asked for.
  [[nodiscard]] bool none_selected(const Conditions& conditions, bool host_network = false) const {
    const Search result = search(conditions, host_network);
    return !result.found && result.complete;
  }
  /// The pods that a Service selects, by the labels of their manifests; those in the network of
  /// their node included.
  [[nodiscard]] std::vector<std::uint32_t> behind(const ServiceManifest& service) const;
  /// Whether the conditions may select a pod, as for `selected`.
  [[nodiscard]] bool may_select(const Conditions& conditions, std::uint32_t pod) const;

 private:
  struct Search {
    std::optional<std::uint32_t> found;
    bool complete = true;  ///< whether all that might be found was tried
  };
  struct Possible {
    const PossiblePods* pods = nullptr;
    Identity identity;  ///< that they have at least
  };
  [[nodiscard]] Search search(const Conditions& conditions, bool host_network) const;
  /// Whether pods that objects of the input may make may meet conditions.
  [[nodiscard]] bool may_select_possible(const Conditions& conditions) const;
  [[nodiscard]] bool may_select(const Conditions& conditions, const Possible& possible) const;
  /// The pods that meet a condition for one of its values; none where no index tells.
  using Lists = std::vector<const std::vector<std::uint32_t>*>;
  [[nodiscard]] std::optional<Lists> lists_of(const Condition& condition) const;
  /// Where all that the conditions can select is, as far as an index tells; none: everywhere.
  [[nodiscard]] std::optional<Lists> fewest(const Conditions& conditions) const;

  const Inventory& inventory_;
  const Environment& environment_;
  WorkloadIndex index_;
  std::vector<Identity> identities_;
  std::vector<Possible> possible_;
  std::vector<std::uint32_t> vague_;  ///< with labels whose values are filled in later
  std::vector<bool> is_vague_;
  std::unordered_map<std::string_view, std::vector<std::uint32_t>> by_account_;
  std::unordered_map<std::string_view, std::vector<std::uint32_t>> by_namespace_;
  std::unordered_map<std::string_view, Labels> namespaces_;  ///< of the input, with their labels
  std::unordered_set<std::string_view> unrendered_;  ///< namespaces with more than the input has
  bool unrendered_anywhere_ = false;
};

/// The namespaces that conditions are limited to by name; none where they are not limited so.
std::optional<std::vector<std::string>> namespaces_of(const Conditions& conditions);

}  // namespace cnplint::policy

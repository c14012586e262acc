// SPDX-License-Identifier: Apache-2.0
//
// Who connects, as policies can name it: pods of one workload are one party, nodes are the entity
// that stands for them, everything outside is an address.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "coverage/observed_traffic.h"
#include "policy/verdict/workload_endpoint.h"

namespace cnplint::synth {

using coverage::ObservedConnection;
using coverage::ObservedEndpoint;
using coverage::ObservedSide;
using coverage::ObservedTraffic;
using coverage::Reports;

/// Keys and values of a selector, in the order of choice.
using policy::Labels;

/// The entity that is everything of the cluster: a party of its own, which nobody is.
inline constexpr std::string_view kClusterEntity = "cluster";

/// The entity that is everything outside of it: a party of its own as well.
inline constexpr std::string_view kWorldEntity = "world";

enum class PartyKind : std::uint8_t {
  workload,       ///< local pods: policies can be about them
  mesh_workload,  ///< pods of another cluster
  entity,
  address,
  nobody,  ///< what no selector can name
};

/// How good a selector is.
enum class Choice : std::uint8_t {
  stable,
  account,    ///< needs the service account, for want of a stable label
  unstable,   ///< needs a label that changes with releases
  generated,  ///< needs a label whose value looks as if it changed with every rollout
  frozen,     ///< by an annotation of an existing policy
  none,       ///< there is no label to select by
};

struct Party {
  PartyKind kind = PartyKind::nobody;
  std::string name;  ///< `shop/cart`, `kube-apiserver`, an address
  std::string cluster;
  std::string ns;
  std::string workload;
  std::string workload_kind;
  Labels labels;  ///< the selector of a workload, without its namespace
  Choice choice = Choice::none;
  std::vector<std::string> collisions;      ///< names of other workloads that the labels select too
  std::vector<std::uint32_t> selected_too;  ///< of these, the parties
  std::string entity;                       ///< `host`, `kube-apiserver`, ...
  std::string cidr;                         ///< `192.0.2.1/32`
  std::vector<std::uint32_t> endpoints;
  std::size_t releases = 1;  ///< workloads that it is, as releases of one
  bool in_cluster = false;   ///< the entity `cluster` has it: local pods, nodes, the API server

  [[nodiscard]] bool is_pods() const {
    return kind == PartyKind::workload || kind == PartyKind::mesh_workload;
  }
};

/// What may be chosen.
struct LabelOptions {
  std::vector<std::string> keys;    ///< only these, the first preferred; empty: all
  bool service_accounts = false;    ///< the service account counts as the first label
  bool account_fallback = true;     ///< it may stand in for stable labels
  bool outside_by_address = false;  ///< never by an entity: firewalls know no API server outside
  /// By `namespace/workload`: the keys that an earlier run chose.
  std::map<std::string, std::vector<std::string>, std::less<>> frozen;
  std::set<std::string, std::less<>> apart;  ///< `namespace/workload`: never a release of another
};

/// The parties of traffic.
struct Parties {
  std::vector<Party> all;                  ///< by name
  std::vector<std::uint32_t> of_endpoint;  ///< by endpoint

  [[nodiscard]] const Party& of(std::uint32_t endpoint) const { return all[of_endpoint[endpoint]]; }
};

/// Groups endpoints and chooses labels: the fewest stable keys, the most telling first, whose
/// values all pods of a workload have and that select no other workload of its namespace, seen or
/// in the manifests. Where these do not do, the service account comes next (never `default`), then
/// labels that change with releases, then those whose values look generated; labels of one run or
/// rollout never. The runs of a CronJob or Job are one workload, and so are releases of one that
/// run beside each other, seen or in the manifests.
Parties find_parties(const ObservedTraffic& traffic, const LabelOptions& options);

/// By party whose pods the labels of others select as well: these others.
std::map<std::uint32_t, std::vector<std::uint32_t>> selecting_too(const Parties& parties);

/// The entity `remote-node` where a party is `host`, and the other way round; none for others.
std::optional<std::uint32_t> other_node(const Parties& parties, std::uint32_t party);

/// The name of the workload that an endpoint is a pod of, without that of its run; empty for what
/// is no pod.
std::string workload_of(const ObservedEndpoint& endpoint);

/// The entity that names an endpoint with reserved labels, the narrowest; empty where there is
/// none.
std::string entity_of(const policy::Endpoint& endpoint);

}  // namespace cnplint::synth

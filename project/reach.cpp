// SPDX-License-Identifier: Apache-2.0
#include "project/reach.h"

#include <algorithm>
#include <utility>

#include "base/sort.h"
#include "base/text.h"
#include "harness/endpoint_reference.h"
#include "policy/verdict/port_reading.h"
#include "project/cluster_state.h"

namespace cnplint::project {
namespace {

using base::Error;

/// The ends that some references name. What is no workload is asked about beside the usual ones.
class AskedEnds {
 public:
  explicit AskedEnds(const Cluster& cluster) : cluster_(cluster) {}

  /// The names of ends.
  base::Result<std::vector<std::string>> read(std::string_view flag,
                                              const std::vector<std::string>& texts) {
    std::vector<std::string> names;
    for (const std::string& text : texts) {
      const auto reference =
          harness::read_reference(text, false, cluster_.inventory(), cluster_.environment());
      if (!reference)
        return base::fail(Error::Kind::usage, std::string(flag) + ": " + reference.error().message);
      const harness::TestEndpoint& end = reference->endpoint;
      if (end.workload != nullptr) {
        names.push_back(end.workload->subject);
        continue;
      }
      names.push_back(text);
      if (std::ranges::find(further_, text, &policy::NamedEndpoint::name) == further_.end())
        further_.push_back({end.facts, text});
    }
    return names;
  }
  [[nodiscard]] const std::vector<policy::NamedEndpoint>& further() const { return further_; }

 private:
  const Cluster& cluster_;
  std::vector<policy::NamedEndpoint> further_;
};

/// The ends of some names.
std::vector<std::uint32_t> ends_of(const policy::Reach& reach,
                                   const std::vector<std::string>& names) {
  std::vector<std::uint32_t> found;
  for (std::uint32_t i = 0; i < reach.ends().size(); ++i)
    if (std::ranges::find(names, reach.ends()[i].name) != names.end()) found.push_back(i);
  return found;
}

}  // namespace

base::Result<ClusterReach> reach(const Cluster& cluster, const ReachQuestion& question) {
  policy::ReachOptions options;
  options.explain = question.explain;
  if (!question.port.empty()) {
    const policy::PortReading port = policy::read_port(question.port, {});
    if (!port.port) return base::fail(Error::Kind::usage, "--port: " + port.error);
    options.port = port.port;
  }
  const policy::ClusterState state = cluster_state(cluster);
  AskedEnds asked(cluster);
  const auto from = asked.read("--from", question.from);
  if (!from) return tl::unexpected(from.error());
  const auto to = asked.read("--to", question.to);
  if (!to) return tl::unexpected(to.error());
  options.asked = asked.further();
  ClusterReach result{cluster.name(), std::make_unique<policy::Reach>(state, options), {}};
  if (!from->empty()) result.filter.from = ends_of(*result.reach, *from);
  if (!to->empty()) result.filter.to = ends_of(*result.reach, *to);
  if (!question.ns.empty()) {
    if (std::ranges::find(result.reach->ends(), question.ns, &policy::ReachEnd::ns) ==
        result.reach->ends().end())
      return base::fail(Error::Kind::usage, "--namespace: no pod of " + base::quoted(question.ns) +
                                                " is known; is it in the input?");
    result.filter.ns = question.ns;
  }
  return result;
}

}  // namespace cnplint::project

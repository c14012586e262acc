// SPDX-License-Identifier: Apache-2.0
#include "synth/releases.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

#include "base/text.h"
#include "policy/model/label.h"
#include "policy/verdict/label_quality.h"

namespace cnplint::synth {
namespace {

/// `v2`, `2`, `1.4.0`.
bool is_number(std::string_view text) {
  if (text.starts_with('v')) text.remove_prefix(1);
  return !text.empty() && text.find_first_not_of("0123456789.") == std::string_view::npos;
}

using Pair = Labels::value_type;
using Counts = std::map<Pair, std::size_t>;

/// What a label of one of so many pods says of their workload: which release it is, or what all
/// of them are.
void add_label(const policy::Label& label, std::size_t pods, Release& release, Counts& counts) {
  const Pair pair{label.key, label.value};
  if (policy::names_release(label.key, label.value)) {
    release.releases.push_back(pair);
    return;
  }
  // Captures may not say that the account is `default`.
  const bool account = label.key == policy::kServiceAccountLabel && label.value != "default";
  if ((account || policy::quality_of(label.source, label.key, label.value) <=
                      policy::LabelQuality::unstable) &&
      ++counts[pair] == pods)
    release.labels.push_back(pair);
}

/// Labels in order, each once; none where no stable one is among them.
void finish(Release& release) {
  for (Labels* labels : {&release.labels, &release.releases}) {
    std::ranges::sort(*labels);
    labels->erase(std::unique(labels->begin(), labels->end()), labels->end());
  }
  if (std::ranges::none_of(release.labels, [](const Pair& each) {
        return policy::quality_of("k8s", each.first, each.second) == policy::LabelQuality::stable;
      }))
    release.labels.clear();
}

}  // namespace

Release release_of(const Party& party, const ObservedTraffic& traffic) {
  Release release{party.cluster, party.ns, party.workload, party.workload_kind, {}, {}};
  if (party.kind != PartyKind::workload) return release;
  Counts counts;
  for (const std::uint32_t endpoint : party.endpoints)
    for (const policy::Label& label : traffic.endpoints[endpoint].facts.labels)
      add_label(label, party.endpoints.size(), release, counts);
  finish(release);
  return release;
}

Release release_of(const policy::Workload& workload, const std::string& cluster) {
  Release release{cluster,
                  std::string(workload.ns),
                  std::string(policy::name_of(workload)),
                  workload.subject.substr(0, workload.subject.find('/')),
                  {},
                  {}};
  Counts counts;
  for (const auto& [key, value] : workload.labels)
    add_label({"k8s", std::string(key), std::string(value)}, 1, release, counts);
  add_label(
      {"k8s", std::string(policy::kServiceAccountLabel), std::string(workload.service_account)}, 1,
      release, counts);
  finish(release);
  return release;
}

std::string_view without_release(const Release& release) {
  std::string_view name = release.workload;
  for (bool shorter = true; shorter;) {
    shorter = false;
    for (const auto& [key, value] : release.releases)
      if (name.size() > value.size() + 1 && name.ends_with(value) &&
          name[name.size() - value.size() - 1] == '-') {
        name.remove_suffix(value.size() + 1);
        shorter = true;
      }
    const std::size_t dash = name.rfind('-');
    if (dash == std::string_view::npos || dash == 0) continue;
    const std::string_view end = name.substr(dash + 1);
    if (!is_number(end) && !policy::is_release_word(end)) continue;
    name.remove_suffix(end.size() + 1);
    shorter = true;
  }
  return name;
}

std::vector<std::vector<std::size_t>> same_but_for_release(const std::vector<Release>& workloads) {
  using Key = std::tuple<std::string, std::string, std::string, std::string, Labels>;
  std::map<Key, std::vector<std::size_t>> groups;
  for (std::size_t i = 0; i < workloads.size(); ++i) {
    const Release& each = workloads[i];
    if (each.labels.empty() || each.releases.empty()) continue;
    groups[{each.cluster, each.ns, each.kind, std::string(without_release(each)), each.labels}]
        .push_back(i);
  }
  std::vector<std::vector<std::size_t>> result;
  for (const auto& [key, members] : groups) {
    std::set<Labels> distinct;
    for (const std::size_t each : members) distinct.insert(workloads[each].releases);
    if (members.size() > 1 && distinct.size() == members.size()) result.push_back(members);
  }
  return result;
}

std::set<std::string, std::less<>> kept_apart(const ObservedTraffic& traffic,
                                              const Parties& parties, const Learned& learned,
                                              const FlowList& forbidden) {
  using Place = std::tuple<std::uint32_t, std::uint32_t, std::uint8_t, std::uint16_t>;
  std::set<std::uint32_t> conflicting;
  const auto add = [&](const Place& place) {
    for (const std::uint32_t party : {std::get<0>(place), std::get<1>(place)})
      if (parties.all[party].releases > 1) conflicting.insert(party);
  };
  std::set<Place> refused;
  for (const LeftOut& each : learned.left_out) {
    const policy::Connection& asked = traffic.connections[each.index].connection;
    if (!each.stays_open())
      refused.emplace(parties.of_endpoint[asked.from], parties.of_endpoint[asked.to],
                      asked.protocol, asked.port);
  }
  // One pod of each release stands for it.
  const auto ends_of = [&](std::uint32_t party) {
    std::map<std::string_view, std::uint32_t> ends;
    for (const std::uint32_t each : parties.all[party].endpoints)
      ends.emplace(traffic.endpoints[each].workload, each);
    return ends;
  };
  const auto is_forbidden = [&](const Place& place) {
    const auto& [from, to, protocol, port] = place;
    for (const auto& [source_name, source] : ends_of(from))
      for (const auto& [name, destination] : ends_of(to))
        if (forbidden.find(traffic.endpoints[source], traffic.endpoints[destination], protocol,
                           port) != nullptr)
          return true;
    return false;
  };
  for (const Permit& permit : learned.permits) {
    if (parties.all[permit.subject].releases < 2 && parties.all[permit.peer].releases < 2) continue;
    const bool ingress = permit.direction == policy::Direction::ingress;
    const Place place{ingress ? permit.peer : permit.subject,
                      ingress ? permit.subject : permit.peer, permit.protocol, permit.port};
    if (refused.contains(place) || (!forbidden.lines.empty() && is_forbidden(place))) add(place);
  }
  // What they have in common selects somebody else as well.
  for (std::uint32_t i = 0; i < parties.all.size(); ++i)
    if (parties.all[i].releases > 1 && !parties.all[i].collisions.empty()) conflicting.insert(i);
  std::set<std::string, std::less<>> names;
  for (const std::uint32_t party : conflicting)
    for (const auto& [name, endpoint] : ends_of(party))
      names.insert(parties.all[party].ns + "/" + std::string(name));
  return names;
}

ReleaseDifferences release_differences(const ObservedTraffic& traffic, const Parties& parties,
                                       const Learned& learned,
                                       const std::set<std::uint32_t>& subjects) {
  // By workload, then connection: the releases that were seen with it.
  std::map<std::uint32_t, std::map<std::string, std::set<std::string_view>>> seen;
  const std::vector<bool> kept = learned.kept(traffic);
  for (std::size_t i = 0; i < kept.size(); ++i) {
    if (!kept[i]) continue;
    const policy::Connection& asked = traffic.connections[i].connection;
    for (const bool from : {true, false}) {
      const std::uint32_t own = from ? asked.from : asked.to;
      const std::string& other = parties.of(from ? asked.to : asked.from).name;
      if (parties.of(own).releases < 2 || !subjects.contains(parties.of_endpoint[own])) continue;
      const std::string port = flows::port_text(asked.protocol, asked.port);
      seen[parties.of_endpoint[own]]
          [from ? "to " + other + " " + port : "from " + other + " to " + port]
              .insert(traffic.endpoints[own].workload);
    }
  }
  ReleaseDifferences result;
  for (const auto& [party, connections] : seen) {
    const std::size_t all = parties.all[party].releases;
    std::vector<std::string> some;
    for (const auto& [connection, releases] : connections) {
      if (releases.size() >= all) continue;
      result.connections += all - releases.size();
      some.push_back(connection + " (" + base::joined(releases, ", ") + ")");
    }
    if (some.empty()) continue;
    constexpr std::size_t kShown = 3;
    const std::size_t more = some.size() - std::min(kShown, some.size());
    some.resize(some.size() - more);
    result.sentences.push_back(parties.all[party].name + ": " + base::joined(some, ", ") +
                               (more > 0 ? ", and " + std::to_string(more) + " more" : ""));
  }
  return result;
}

}  // namespace cnplint::synth

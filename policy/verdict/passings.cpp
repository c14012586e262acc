// SPDX-License-Identifier: Apache-2.0
#include "policy/verdict/passings.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "policy/verdict/compared_peers.h"
#include "policy/verdict/request.h"

namespace cnplint::policy {
namespace {

bool same_rule(NodeRef a, NodeRef b) { return (!a && !b) || (a && b && a == b); }

}  // namespace

Passings::Passings(bool rules, std::optional<Port> port) : rules_(rules), port_(port) {
  all_.emplace_back();
  std::vector<Passing> everything;
  for (const std::uint8_t protocol : kAskedProtocols)
    everything.push_back({{protocol, 0, UINT16_MAX}, false, {}, {}});
  known_.emplace(std::string(), kNothing);
  number(std::move(everything));
}

std::uint32_t Passings::of(const VerdictEngine& engine, Direction direction, std::uint32_t subject,
                           std::uint32_t peer) {
  const bool ingress = direction == Direction::ingress;
  std::vector<Passing> list;
  for (const std::uint8_t protocol : kAskedProtocols)
    each_span(engine.port_steps(direction, subject, protocol), protocol, [&](PortSpan span) {
      const Connection connection{ingress ? peer : subject, ingress ? subject : peer, protocol,
                                  span.first};
      const Decision& decision = engine.decide(direction, connection);
      if (!passes(decision.verdict)) return;
      Passing next{span, !every_request_passes(engine, direction, connection), {}, {}};
      if (rules_ && !decision.rules.empty())
        (ingress ? next.ingress : next.egress) =
            engine.rule_base().rules[decision.rules.front()].where;
      add(list, next);
    });
  return number(std::move(list));
}

std::uint32_t Passings::of(const EgressFirewalls& firewalls, const Endpoint& from,
                           const Endpoint& to, const Identity& to_identity) {
  std::set<std::uint16_t> steps{0};
  for (const std::uint16_t step : firewalls.port_steps(from)) steps.insert(step);
  std::vector<Passing> list;
  for (const std::uint8_t protocol : kAskedProtocols)
    each_span(steps, protocol, [&](PortSpan span) {
      const auto match = firewalls.match(from, to, to_identity, {0, 0, protocol, span.first});
      if (match && !match->allowed) return;
      add(list, {span, false, rules_ && match ? match->rule : NodeRef(), {}});
    });
  return number(std::move(list));
}

std::uint32_t Passings::overlap(std::uint32_t one, std::uint32_t other, bool firewall) {
  if (one == kNothing || other == kNothing) return kNothing;
  if (other == kEverything) return one;
  if (one == kEverything && !rules_) return other;
  const std::uint64_t key = std::uint64_t{one} << 32U | other;
  auto& known = overlaps_[firewall ? 1 : 0];
  if (const auto found = known.find(key); found != known.end()) return found->second;
  std::vector<Passing> list;
  for (const Passing& a : all_[one])
    for (const Passing& b : all_[other]) {
      if (a.ports.protocol != b.ports.protocol) continue;
      const PortSpan span{a.ports.protocol, std::max(a.ports.first, b.ports.first),
                          std::min(a.ports.last, b.ports.last)};
      if (span.first > span.last) continue;
      // Of two that let it out Cilium's rule is told: that of OpenShift is where there is none.
      add(list, {span, a.requests || b.requests, a.egress ? a.egress : b.egress,
                 firewall ? NodeRef() : b.ingress});
    }
  return known[key] = number(std::move(list));
}

void Passings::add(std::vector<Passing>& list, Passing next) {
  if (!list.empty()) {
    Passing& last = list.back();
    if (last.ports.protocol == next.ports.protocol && last.requests == next.requests &&
        last.ports.last + 1 == next.ports.first && same_rule(last.egress, next.egress) &&
        same_rule(last.ingress, next.ingress)) {
      last.ports.last = next.ports.last;
      return;
    }
  }
  list.push_back(next);
}

std::uint32_t Passings::number(std::vector<Passing> list) {
  if (port_) {
    std::erase_if(list, [&](const Passing& each) {
      return each.ports.protocol != port_->protocol || each.ports.first > port_->number ||
             each.ports.last < port_->number;
    });
    for (Passing& each : list) each.ports.first = each.ports.last = port_->number;
  }
  std::string key;
  for (const Passing& each : list) {
    key += std::to_string(each.ports.protocol) + " " + std::to_string(each.ports.first) + " " +
           std::to_string(each.ports.last) + (each.requests ? " r" : "");
    for (const NodeRef rule : {each.egress, each.ingress})
      key += "\n" + (rule ? rule.range().place() : std::string());
    key += "\n";
  }
  const auto [found, added] =
      known_.try_emplace(std::move(key), static_cast<std::uint32_t>(all_.size()));
  if (added) all_.push_back(std::move(list));
  return found->second;
}

}  // namespace cnplint::policy

// SPDX-License-Identifier: Apache-2.0
#include "flows/observer.h"

#include <algorithm>
#include <array>

#include "base/hash.h"
#include "flows/request_class.h"
#include "flows/timestamp.h"

namespace cnplint::flows {
namespace {

using Answer = Opener::Answer;

constexpr std::string_view kFqdn = "fqdn:";
/// How many addresses of an endpoint are remembered: hostile input could make every one a new one.
constexpr std::size_t kMostAddresses = 65536;

// Types of ICMP.
constexpr std::uint16_t kEchoReply = 0;
constexpr std::uint16_t kEcho = 8;
constexpr std::uint16_t kEchoV6 = 128;
constexpr std::uint16_t kEchoReplyV6 = 129;

/// Echo requests open; echo replies and errors do not.
Opener by_icmp_type(const Flow& flow) {
  const bool v6 = flow.protocol == protocol::kIcmpV6;
  if (flow.destination_port == (v6 ? kEchoV6 : kEcho)) return {Answer::opener, true};
  if (flow.destination_port == (v6 ? kEchoReplyV6 : kEchoReply)) return {Answer::reply, true};
  return {Answer::undecided, false};
}

Opener by_ports(const Flow& flow) {
  const bool to_client = is_client_port(flow.destination_port);
  // Masks leave the source port out; a reply would still go to a client's port.
  const bool from_client = flow.source_port == 0 || is_client_port(flow.source_port);
  if (from_client && !to_client) return {Answer::opener, true};
  if (!from_client && to_client) return {Answer::reply, true};
  return {Answer::undecided, false};
}

bool has_ports(std::uint8_t protocol) {
  return protocol == protocol::kTcp || protocol == protocol::kUdp || protocol == protocol::kSctp;
}

/// Whether no connection of the other way round could make it a reply.
bool is_sure_opener(const Flow& flow) {
  return (flow.syn && !flow.ack) || flow.l7.type != FlowL7::Type::none || !has_ports(flow.protocol);
}

/// To which port of its source, or with which ICMP type, the connection of a reply was opened; none
/// where it does not say. A reset says that nobody listens.
std::optional<std::uint16_t> answered_port(const Flow& flow) {
  if (flow.protocol == protocol::kIcmp && flow.destination_port == kEchoReply) return kEcho;
  if (flow.protocol == protocol::kIcmpV6 && flow.destination_port == kEchoReplyV6) return kEchoV6;
  if (!has_ports(flow.protocol) || flow.source_port == 0 || flow.rst) return std::nullopt;
  return flow.source_port;
}

/// What makes a report itself, whatever file has it and however it is written.
std::uint64_t hash_of(const Flow& flow) {
  std::uint64_t hash = base::hash(flow.source_address);
  hash = base::mixed(hash, base::hash(flow.destination_address));
  hash = base::mixed(hash, static_cast<std::uint64_t>(flow.time));
  hash = base::mixed(hash, (std::uint64_t{flow.source_port} << 32U) | flow.destination_port);
  // A drop and the policy verdict of its packet are one report.
  hash = base::mixed(
      hash, static_cast<std::uint64_t>(flow.event_type == event::kDrop ? event::kPolicyVerdict
                                                                       : flow.event_type));
  if (flow.l7.type != FlowL7::Type::none)
    for (const std::string_view text : {flow.l7.method, flow.l7.url, flow.l7.query})
      hash = base::mixed(hash, base::hash(text));
  return hash;
}

bool is_policy_drop(const Flow& flow) {
  const auto outcome = outcome_of(flow);
  return outcome && is_policy_denial(*outcome);
}

std::string policy_text(const FlowPolicy& policy) {
  std::string text(policy.kind);
  if (!policy.ns.empty()) text.append("/").append(policy.ns);
  return text.append("/").append(policy.name);
}

}  // namespace

Opener opener_of(const Flow& flow) {
  // A SYN opens, its answer does not: that is no guess, and drops have nothing else (fact B3.2).
  const bool has_syn = flow.protocol == protocol::kTcp && flow.syn && !flow.flat;
  if (has_syn && flow.reply != Reply::yes)
    return {flow.ack ? Answer::reply : Answer::opener, false};
  if (flow.reply != Reply::unknown)
    return {flow.reply == Reply::yes ? Answer::reply : Answer::opener, false};
  if (flow.l7.type == FlowL7::Type::response) return {Answer::reply, false};
  if (flow.l7.type != FlowL7::Type::none && !flow.flat) return {Answer::opener, false};
  if (protocol::is_icmp(flow.protocol)) return by_icmp_type(flow);
  const Opener opener = by_ports(flow);
  // There is one policy verdict for each new connection, whatever its ports (fact B3.2), and policy
  // drops nothing of the others; but what acknowledges may have been one that was forgotten.
  const bool is_new = flow.event_type == event::kPolicyVerdict ||
                      (flow.event_type == event::kDrop && !flow.ack && is_policy_drop(flow));
  if (opener.answer == Answer::undecided && is_new) return {Answer::opener, false};
  return opener;
}

std::optional<FlowOutcome> outcome_of(const Flow& flow) {
  switch (flow.verdict) {
    case FlowVerdict::forwarded:
    case FlowVerdict::redirected:
      return FlowOutcome::forwarded;
    case FlowVerdict::audit:
      return FlowOutcome::audit;
    case FlowVerdict::error:
      return FlowOutcome::error;
    case FlowVerdict::traced:
    case FlowVerdict::translated:
      return std::nullopt;
    case FlowVerdict::unknown:
      return flow.flat ? FlowOutcome::forwarded : FlowOutcome::unknown;
    case FlowVerdict::dropped:
      break;
  }
  // A refused request came over a connection that policy let through (fact A7.3).
  if (flow.l7.type != FlowL7::Type::none) return FlowOutcome::forwarded;
  const std::uint16_t reason = drop_reason_of(flow);
  if (reason == drop_reason::kPolicyDeny) return FlowOutcome::denied_by_rule;
  if (reason == drop_reason::kPolicyDenied) return FlowOutcome::denied;
  // Who names the policies that refused it, or is the event of policies, needs no number.
  if (reason == 0 && (flow.event_type == event::kPolicyVerdict || !flow.denied_by.empty()))
    return flow.denied_by.empty() ? FlowOutcome::denied : FlowOutcome::denied_by_rule;
  return FlowOutcome::dropped;
}

void Observer::add(const LostEvents& lost) {
  table_.totals.lost_events = add_flows(table_.totals.lost_events, lost.count);
}

void Observer::add(const OtherEvent& /*event*/) { ++table_.totals.other_events; }

void Observer::add(const Flow& flow) {
  const std::uint32_t from = number_of(known(flow.source), flow.source_address);
  Known& destination = known(flow.destination);
  const std::uint32_t to = number_of(destination, flow.destination_address);
  const Opener opener = opener_of(flow);
  const bool is_reply = opener.answer == Answer::reply;
  learn_names(flow, destination, from, to, is_reply);
  // Addresses and names are as good from another time.
  if (flow.has_time && !period_.has(flow.time)) return;
  add_totals(flow);
  Totals& totals = table_.totals;
  const auto outcome = outcome_of(flow);
  const bool no_packet = flow.socket || flow.event_type == event::kSocket ||
                         flow.event_type == event::kDebug || flow.event_type == event::kCapture;
  const bool no_port =
      has_ports(flow.protocol) ? flow.destination_port == 0 : flow.protocol == protocol::kAny;
  if (no_packet || !outcome) {
    ++totals.ignored;
  } else if (no_port) {
    ++totals.ignored;
    add_undecided(flow, *outcome, from, to);
  } else if (is_reply) {
    add_reply(flow, *outcome, destination, from, to);
  } else if (opener.answer == Answer::undecided) {
    ++totals.undecided;
    add_undecided(flow, *outcome, from, to);
  } else {
    add_connection(flow, opener, *outcome, from, to);
  }
}

/// Counts a flow, whatever it is, where and when it was seen.
void Observer::add_totals(const Flow& flow) {
  Totals& totals = table_.totals;
  ++totals.flows;
  if (totals.fields != kAllFields)
    totals.fields = static_cast<FieldSet>(totals.fields | fields_of(flow));
  totals.odd_times += flow.odd_time ? 1U : 0U;
  if (flow.has_time) {
    totals.span.add(flow.time);
    if (const std::int64_t hour = flow.time / kHour;
        hour != last_hour_ || last_hour_count_ == nullptr) {
      last_hour_ = hour;
      last_hour_count_ = &totals.hours[hour];
    }
    ++*last_hour_count_;
  }
  if (!flow.node.empty() && flow.node != last_node_) {
    last_node_ = flow.node;
    if (!totals.nodes.contains(flow.node)) totals.nodes.emplace(flow.node);
  }
}

void Observer::understand(const FlowEndpoint& endpoint, Known& into) {
  into.serial = endpoint.serial;
  into.has_last = false;
  into.names.clear();
  for (const std::string_view label : endpoint.labels)
    if (label.starts_with(kFqdn) && label.find('*') == std::string_view::npos)
      into.names.push_back(plain_dns_name(label.substr(kFqdn.size())));
  CapturedEndpoint fresh = endpoint_of(endpoint);
  into.is_pod = fresh.kind == CapturedEndpointKind::pod;
  into.addresses.reset();
  if (fresh.kind == CapturedEndpointKind::external || fresh.kind == CapturedEndpointKind::unknown)
    into.addresses = std::make_unique<Addresses>(Addresses{std::move(fresh), {}});
  else
    into.number = table_.add(fresh);
}

/// Understands an endpoint once. The place of each serial is fixed and the next one of that place
/// drives it out, so that no input fills the memory. Good until the next call.
Observer::Known& Observer::known(const FlowEndpoint* endpoint) {
  if (endpoint == nullptr) endpoint = &nothing_;
  const std::size_t place = endpoint->serial % kMostEndpoints;
  if (place >= known_.size()) known_.resize(place + 1);
  Known& known = known_[place];
  if (endpoint->serial == 0 || known.serial != endpoint->serial) understand(*endpoint, known);
  return known;
}

std::uint32_t Observer::number_of(Known& known, std::string_view address) {
  if (known.has_last && known.last_address == address) return known.number;
  if (known.addresses != nullptr)
    known.number = number_of(*known.addresses, address);
  else if (known.is_pod && !address.empty())
    table_.add_address(address, known.number);
  known.has_last = true;
  known.last_address = address;
  return known.number;
}

std::uint32_t Observer::number_of(Addresses& addresses, std::string_view address) {
  auto& numbers = addresses.numbers;
  if (const auto found = numbers.find(address); found != numbers.end()) return found->second;
  CapturedEndpoint endpoint = addresses.endpoint;
  if (!address.empty()) {
    // A `fqdn:` label is how some policy names the address: a name, not another endpoint.
    endpoint.address = address;
    std::erase_if(endpoint.labels,
                  [](const std::string& label) { return label.starts_with(kFqdn); });
  }
  if (numbers.size() > kMostAddresses) numbers.clear();
  return numbers.emplace(address, table_.add(endpoint)).first->second;
}

/// By which names the ends of a flow know each other's addresses.
void Observer::learn_names(const Flow& flow, const Known& destination, std::uint32_t from,
                           std::uint32_t to, bool is_reply) {
  if (flow.l7.type == FlowL7::Type::response) add_dns_answer(flow, is_reply ? to : from);
  for (const std::string_view name : flow.source_names)
    table_.add_name(to, flow.source_address, plain_dns_name(name));
  for (const std::string_view name : flow.destination_names)
    table_.add_name(from, flow.destination_address, plain_dns_name(name));
  for (const std::string& name : destination.names)
    table_.add_name(from, flow.destination_address, name);
}

void Observer::add_dns_answer(const Flow& flow, std::uint32_t client) {
  if (flow.l7.protocol != FlowL7::Protocol::dns || flow.l7.query.empty()) return;
  const std::string name = plain_dns_name(flow.l7.query);
  for (const std::string_view address : flow.dns_answers) table_.add_name(client, address, name);
}

void Observer::add_connection(const Flow& flow, const Opener& opener, FlowOutcome outcome,
                              std::uint32_t source, std::uint32_t destination) {
  ConnectionKey key;
  key.source = source;
  key.destination = destination;
  key.protocol = flow.protocol;
  key.port = flow.destination_port;
  key.direction = flow.direction;
  key.outcome = outcome;
  if (outcome == FlowOutcome::dropped) key.drop_reason = drop_reason_of(flow);
  if (!flow.service_name.empty())
    key.service = table_.texts.add(std::string(flow.service_namespace) + "/" +
                                   std::string(flow.service_name));
  if (!flow.aggregated) return count(flow, key, opener, 1);
  const std::array<std::pair<TrafficDirection, std::uint64_t>, 3> counts{
      {{TrafficDirection::ingress, flow.ingress_count},
       {TrafficDirection::egress, flow.egress_count},
       {TrafficDirection::unknown, flow.unknown_count}}};
  for (const auto& [direction, weight] : counts) {
    key.direction = direction;
    if (weight > 0) count(flow, key, opener, weight);
  }
}

/// Who serves the outside does so for more clients than were seen, and a connection from before the
/// capture may show nothing but its answers. Of those within the cluster only Hubble knows: the
/// copies that tunnels show have no `is_reply`, and name the node in place of the pod.
void Observer::add_reply(const Flow& flow, FlowOutcome outcome, const Known& client,
                         std::uint32_t from, std::uint32_t to) {
  ++table_.totals.replies;
  const bool outside = client.addresses != nullptr;
  if ((!outside && flow.reply != Reply::yes) || outcome != FlowOutcome::forwarded) return;
  if (const auto port = answered_port(flow)) table_.add_answer(to, from, flow.protocol, *port);
}

/// Traffic between two ends, of which only that is known: whatever of it passes, policies of theirs
/// must not cut off.
void Observer::add_undecided(const Flow& flow, FlowOutcome outcome, std::uint32_t source,
                             std::uint32_t destination) {
  if (!has_passed(outcome)) return;
  ConnectionKey key;
  key.source = source;
  key.destination = destination;
  key.protocol = flow.protocol;
  key.undecided = true;
  ConnectionTally& tally = table_.connection(key);
  tally.traces = add_flows(tally.traces, 1);
  tally.sources.settle();
  if (flow.has_time) tally.span.add(flow.time);
}

void Observer::count(const Flow& flow, const ConnectionKey& key, const Opener& opener,
                     std::uint64_t weight) {
  ConnectionTally& tally = table_.connection(key);
  std::uint64_t* counter = &tally.traces;
  if (flow.l7.type != FlowL7::Type::none && !flow.flat)
    counter = &tally.requests;
  else if (flow.event_type == event::kPolicyVerdict)
    counter = &tally.verdicts;
  else if (flow.event_type == event::kDrop)
    counter = &tally.drops;
  *counter = add_flows(*counter, weight);
  tally.inferred = tally.inferred && (opener.inferred || flow.flat);
  tally.redirected =
      tally.redirected || flow.verdict == FlowVerdict::redirected || counter == &tally.requests;
  if (flow.has_time) tally.span.add(flow.time);
  if (is_sure_opener(flow))
    tally.sources.settle();
  else
    tally.sources.add(flow.source_port);
  // One report that stands for several counts as several, up to where counts are estimates.
  constexpr std::uint64_t kMostOfOne = 4096;
  const std::uint64_t hash = hash_of(flow);
  for (std::uint64_t i = 0; i < std::min(weight, kMostOfOne); ++i)
    tally.distinct.add(base::mixed(hash, i));
  for (const FlowPolicy& policy : flow.allowed_by)
    tally.allowed_by.insert(table_.texts.add(policy_text(policy)));
  for (const FlowPolicy& policy : flow.denied_by)
    tally.denied_by.insert(table_.texts.add(policy_text(policy)));
  if (flow.l7.type != FlowL7::Type::none) add_request(flow, tally, weight);
}

void Observer::add_request(const Flow& flow, ConnectionTally& tally, std::uint64_t weight) {
  const bool dns = flow.l7.protocol == FlowL7::Protocol::dns;
  if (!dns && flow.l7.protocol != FlowL7::Protocol::http) return;
  if (dns ? flow.l7.query.empty() : flow.l7.url.empty()) return;
  scratch_.clear();
  std::string_view example;
  std::string name;
  if (dns) {
    name = plain_dns_name(flow.l7.query);
    example = name;
    add_dns_class(name, scratch_);
  } else {
    example = path_of_url(flow.l7.url);
    add_http_class(flow.l7.method, flow.l7.url, scratch_);
  }
  Span when;
  if (flow.has_time) when.add(flow.time);
  tally.by_class[table_.texts.add(scratch_)].add(
      weight, flow.verdict == FlowVerdict::dropped ? weight : 0, when, example, table_.texts);
}

}  // namespace cnplint::flows

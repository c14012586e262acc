// SPDX-License-Identifier: Apache-2.0
#include "harness/suggestion_proof.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/check.h"
#include "base/text.h"

namespace cnplint::harness {
namespace {

namespace protocol = policy::ip_protocol;

using policy::Connection;
using policy::Direction;

constexpr std::array kProtocols{protocol::kTcp, protocol::kUdp, protocol::kSctp, protocol::kIcmp,
                                protocol::kIcmpV6};
/// Of one subject and direction. Where there are more, all ports around the one that was asked
/// about are compared, and of the others the first ones.
constexpr std::size_t kMostComparisons = 4'000'000;

}  // namespace

SuggestionProof::SuggestionProof(const policy::Evaluator& before,
                                 std::span<const std::string> added,
                                 const policy::Environment& environment,
                                 const policy::Surroundings& surroundings)
    : before_(before) {
  policy::PolicyList all = before.policies();
  for (const std::string& text : added) {
    contents_.push_back(policy::read_documents(store_.add("suggestion", text)));
    const policy::NodeRef root = contents_.back().documents.front().root();
    const auto kind = policy::policy_kind(policy::manifests(root).front());
    CNPLINT_CHECK(kind);
    all.push_back(added_.emplace_back(policy::read_policy(*kind, root)));
  }
  after_ = std::make_unique<policy::Evaluator>(all, environment, surroundings,
                                               before.engine().endpoints());
}

std::string SuggestionProof::refutation(const Connection& connection,
                                        const std::optional<policy::Request>& request,
                                        std::span<const TestEndpoint> endpoints) {
  for (const Direction direction : {Direction::egress, Direction::ingress})
    if (!after_->decide(direction, connection, request).passes())
      return "no policy that only allows this was found to let it pass";
  for (const Direction direction : {Direction::egress, Direction::ingress})
    for (std::uint32_t subject = 0; subject < endpoints.size(); ++subject) {
      if (!concerns(direction, subject)) continue;
      if (const auto other = changed(direction, subject, connection)) {
        return "a policy for it would also change " + base::quoted(endpoints[other->from].name) +
               " -> " + base::quoted(endpoints[other->to].name) + " " +
               (other->port == 0 ? "other ports" : std::to_string(other->port)) + "/" +
               std::string(policy::protocol_name(other->protocol));
      }
    }
  return {};
}

/// Whether the added policies may change anything for a subject.
bool SuggestionProof::concerns(Direction direction, std::uint32_t subject) const {
  const auto& old = before_.engine();
  const auto& now = after_->engine();
  if (!std::ranges::equal(old.rules_of_subject(direction, subject),
                          now.rules_of_subject(direction, subject)))
    return true;
  const Connection any{subject, subject, protocol::kTcp, 0};
  return old.decide(direction, any).verdict != now.decide(direction, any).verdict;
}

/// A connection of a subject, beside the one that was asked about, that is decided otherwise.
std::optional<Connection> SuggestionProof::changed(Direction direction, std::uint32_t subject,
                                                   const Connection& connection) const {
  const auto& old = before_.engine();
  const auto& now = after_->engine();
  const auto count = static_cast<std::uint32_t>(now.endpoints().size());
  const std::size_t most = kMostComparisons / count;
  const bool same_subject = alike(subject, connection.subject(direction));
  for (const std::uint8_t each : kProtocols) {
    std::set<std::uint16_t> ports;
    if (each == connection.protocol)
      for (const int number : {connection.port - 1, connection.port + 0, connection.port + 1})
        ports.insert(static_cast<std::uint16_t>(number));
    for (const auto* engine : {&old, &now})
      for (const std::uint16_t step : engine->port_steps(direction, subject, each))
        if (ports.size() < most) ports.insert(step);
    for (std::uint32_t peer = 0; peer < count; ++peer) {
      const bool asked =
          same_subject && each == connection.protocol && alike(peer, connection.peer(direction));
      for (const std::uint16_t port : ports) {
        if (asked && port == connection.port) continue;
        const Connection other{direction == Direction::egress ? subject : peer,
                               direction == Direction::egress ? peer : subject, each, port};
        if (old.decide(direction, other).verdict != now.decide(direction, other).verdict)
          return other;
      }
    }
  }
  return std::nullopt;
}

/// Whether Cilium sees no difference between two endpoints.
bool SuggestionProof::alike(std::uint32_t a, std::uint32_t b) const {
  const policy::Endpoint& one = before_.engine().endpoints()[a];
  const policy::Endpoint& other = before_.engine().endpoints()[b];
  return a == b || (one.kind == other.kind && one.labels == other.labels &&
                    one.address == other.address && one.dns_names == other.dns_names);
}

}  // namespace cnplint::harness

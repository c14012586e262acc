// SPDX-License-Identifier: Apache-2.0
#include "synth/many_addresses.h"

#include <set>

#include "base/text.h"
#include "synth/generalize.h"

namespace cnplint::synth {
namespace {

/// So many are many: partners have a few, a provider has new ones every day.
constexpr std::size_t kMany = 10;

std::string ports_of(const RuleDraft& rule) {
  constexpr std::size_t kShown = 3;
  std::set<std::string> ports;
  for (const Evidence& each : rule.evidence) ports.insert(each.port);
  return base::first_few({ports.begin(), ports.end()}, kShown);
}

}  // namespace

std::vector<std::string> many_addresses(const Drafts& drafts) {
  std::vector<std::string> sentences;
  for (const PolicyDraft& policy : drafts.policies)
    for (const RuleDraft& rule : policy.egress) {
      if (rule.peers.size() < kMany || rule.peers.front().field != PeerField::cidr) continue;
      std::string text = policy.workload + " -> " + std::to_string(rule.peers.size()) +
                         " addresses on " + ports_of(rule) + ", and the next one is denied: ";
      if (const auto range = range_of(rule))
        text += "--generalize " + std::to_string(range->added) + " allows " + range->cidr +
                " instead, which has them all";
      else
        text +=
            "no range has them all; where the capture shows the DNS of the workload they get "
            "names";
      sentences.push_back(std::move(text));
    }
  return sentences;
}

}  // namespace cnplint::synth

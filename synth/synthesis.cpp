// SPDX-License-Identifier: Apache-2.0
#include "synth/synthesis.h"

#include <algorithm>

#include "synth/widen.h"

namespace cnplint::synth {

Synthesis synthesize(const ObservedTraffic& traffic, const SynthesisOptions& options,
                     const policy::Environment& environment, const policy::PolicyList* existing) {
  Synthesis result;
  result.traffic = &traffic;
  LabelOptions labels = options.labels;
  // A service account is no label of a pod: only identities have it.
  if (options.draft.kind == policy::PolicyKind::network_policy) labels.account_fallback = false;
  labels.outside_by_address = policy::is_firewall(options.draft.kind);
  result.parties = find_parties(traffic, labels);
  result.learned = learn(traffic, result.parties, options.learn);
  if (std::set<std::string, std::less<>> apart =
          kept_apart(traffic, result.parties, result.learned, options.learn.forbidden);
      !apart.empty()) {
    labels.apart.merge(apart);
    result.parties = find_parties(traffic, labels);
    result.learned = learn(traffic, result.parties, options.learn);
  }
  if (!policy::is_firewall(options.draft.kind))
    widen(traffic, result.parties, options.learn,
          policy::is_cilium(options.draft.kind) || options.draft.companion, result.learned);
  DraftOptions draft_options = options.draft;
  draft_options.label_keys = options.labels.keys;
  // A capture of the system alone is one of what it has.
  const bool others = std::ranges::any_of(result.learned.permits, [&](const Permit& permit) {
    return options.draft.wants(result.parties.all[permit.subject].ns);
  });
  if (!others) draft_options.system.clear();
  if (others) result.left_to_system = options.draft.system;
  // Up to Cilium 1.18 a peer without a cluster is one of any cluster (fact A3.4).
  draft_options.name_local_cluster =
      !environment.scopes_to_local_cluster() &&
      std::ranges::any_of(result.parties.all, [](const Party& party) {
        return party.kind == PartyKind::mesh_workload;
      });
  draft_options.without_dns = std::move(result.learned.without_dns);
  if (existing != nullptr)
    draft_options.granted =
        dns_grants(*existing, traffic, result.parties, result.learned.resolvers, environment);
  result.drafts = draft(traffic, result.parties, std::move(result.learned.permits),
                        result.learned.resolvers, result.learned.open, draft_options);
  result.releases =
      release_differences(traffic, result.parties, result.learned, result.drafts.subjects());
  if (!options.copy_to.empty())
    result.gaps = copy_namespace(result.drafts, options.copy_to, options.copy_from, traffic);
  return result;
}

}  // namespace cnplint::synth

// SPDX-License-Identifier: Apache-2.0
#include "cli/synthesis.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "policy/yaml/reader.h"
#include "rules/catalogue.h"
#include "synth/proof.h"

namespace cnplint::cli {
namespace {

using synth::PartyKind;

/// How many sentences of one kind are given.
constexpr std::size_t kMostShown = 10;

void add_failures(const std::string& what, const std::vector<std::string>& all,
                  Guarantees& guarantees) {
  for (std::size_t i = 0; i < std::min(all.size(), kMostShown); ++i)
    guarantees.failures.push_back(what + ": " + all[i]);
  if (all.size() > kMostShown)
    guarantees.failures.push_back(what + ": and " + std::to_string(all.size() - kMostShown) +
                                  " more");
}

/// Each policy as a file of its own.
std::vector<lint::InMemory> texts_of(const Synthesis& synthesis, const SynthesisOptions& options,
                                     unsigned threads) {
  const std::vector<synth::PolicyDraft>& policies = synthesis.drafts.policies;
  std::vector<std::string> texts = write_each(policies, options.write, threads);
  std::vector<lint::InMemory> files;
  for (std::size_t i = 0; i < policies.size(); ++i)
    files.push_back({policies[i].ns + "/" + policies[i].name + ".yaml", std::move(texts[i])});
  return files;
}

/// The DNS servers of this cluster may be where no rule knows them.
std::vector<std::string> dns_namespaces(const Synthesis& synthesis) {
  std::set<std::string> namespaces;
  for (const synth::Resolver& resolver : synthesis.drafts.resolvers)
    if (const synth::Party& party = synthesis.parties.all[resolver.party]; party.is_pods())
      namespaces.insert(party.ns);
  return {namespaces.begin(), namespaces.end()};
}

/// Findings above a note: their fingerprints with the sentences.
std::multimap<std::string, std::string> findings_of(const std::vector<lint::InMemory>& texts,
                                                    const Synthesis& synthesis,
                                                    const policy::Environment& environment,
                                                    unsigned threads) {
  base::SourceStore store;
  lint::Request request;
  request.config.environment = environment;
  request.config.rules["egress-without-dns"].options["dnsNamespaces"] = dns_namespaces(synthesis);
  request.rules = rules::catalogue();
  request.threads = threads;
  request.texts = texts;
  std::multimap<std::string, std::string> findings;
  for (const lint::Finding& finding : lint::run(request, store).findings)
    if (finding.severity != lint::Severity::note && !finding.suppressed)
      findings.emplace(lint::fingerprint(finding), finding.range.place() + ": " + finding.message +
                                                       " [" + std::string(finding.rule->name) +
                                                       "]");
  return findings;
}

}  // namespace

Synthesis synthesize(synth::Traffic traffic, const SynthesisOptions& options,
                     const policy::Environment& environment) {
  Synthesis result;
  result.traffic = std::move(traffic);
  result.parties = find_parties(result.traffic, options.labels);
  result.learned = learn(result.traffic, result.parties, options.learn);
  synth::DraftOptions draft_options = options.draft;
  // Up to Cilium 1.18 a peer without a cluster is one of any cluster (fact A3.4).
  draft_options.name_local_cluster =
      !environment.scopes_to_local_cluster() &&
      std::ranges::any_of(result.parties.all, [](const synth::Party& party) {
        return party.kind == PartyKind::mesh_workload;
      });
  result.drafts = draft(result.traffic, result.parties, std::move(result.learned.permits),
                        result.learned.resolvers, draft_options);
  if (!options.copy_to.empty())
    result.gaps = copy_namespace(result.drafts, options.copy_to, options.copy_from, result.traffic);
  return result;
}

std::vector<std::string> new_findings(const std::vector<lint::InMemory>& before,
                                      const std::vector<lint::InMemory>& after,
                                      const Synthesis& synthesis,
                                      const policy::Environment& environment, unsigned threads) {
  auto known = findings_of(before, synthesis, environment, threads);
  std::vector<std::string> fresh;
  for (const auto& [fingerprint, sentence] : findings_of(after, synthesis, environment, threads)) {
    const auto same = known.find(fingerprint);
    if (same == known.end())
      fresh.push_back(sentence);
    else
      known.erase(same);
  }
  std::ranges::sort(fresh);
  return fresh;
}

Guarantees check_guarantees(const Synthesis& synthesis, const SynthesisOptions& options,
                            const policy::Environment& environment, unsigned threads) {
  Guarantees guarantees;
  add_failures("cannot be said", synthesis.drafts.inexpressible, guarantees);
  const std::vector<lint::InMemory> texts = texts_of(synthesis, options, threads);
  add_failures("lint", new_findings({}, texts, synthesis, environment, threads), guarantees);
  if (!options.copy_to.empty()) return guarantees;
  base::SourceStore store;
  std::vector<policy::FileContent> contents;
  std::vector<policy::Policy> policies;
  for (const lint::InMemory& each : texts)
    contents.push_back(policy::read_documents(store.add(each.path, each.text)));
  for (const policy::FileContent& content : contents)
    for (const policy::Document& document : content.documents)
      for (const policy::Manifest& each : policy::manifests(document.root()))
        if (const auto kind = policy::policy_kind(each))
          policies.push_back(policy::read_policy(*kind, each.root));
  const synth::Proof proof = prove(policies, synthesis.traffic, synthesis.parties, synthesis.drafts,
                                   synthesis.learned, environment);
  add_failures("would be denied", proof.denied, guarantees);
  guarantees.excess = proof.excess;
  if (proof.excess > options.draft.generalize) {
    add_failures("passes and was not seen", proof.examples, guarantees);
    guarantees.failures.push_back(
        base::counted(proof.excess, "connection") + " pass that nobody saw, " +
        std::to_string(options.draft.generalize) + " are allowed by --generalize");
  }
  return guarantees;
}

}  // namespace cnplint::cli

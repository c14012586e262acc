// SPDX-License-Identifier: Apache-2.0
#include "project/guarantees.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/parallel.h"
#include "base/text.h"
#include "policy/yaml/reader.h"
#include "project/check.h"
#include "synth/proof.h"

namespace cnplint::project {
namespace {

/// How many sentences of one kind are given.
constexpr std::size_t kMostShown = 10;

void add_sentences(const std::string& what, const std::vector<std::string>& all,
                   std::vector<std::string>& to) {
  for (std::size_t i = 0; i < std::min(all.size(), kMostShown); ++i)
    to.push_back(what + ": " + all[i]);
  if (all.size() > kMostShown)
    to.push_back(what + ": and " + std::to_string(all.size() - kMostShown) + " more");
}

/// Policies of a part, each as a file of its own.
std::vector<InMemory> texts_of(const synth::ProofPart& part, const synth::Synthesis& synthesis,
                               const synth::SynthesisOptions& options) {
  std::vector<InMemory> files;
  for (const std::uint32_t index : part.policies) {
    const synth::PolicyDraft& policy = synthesis.drafts.policies[index];
    files.push_back({policy.ns + "/" + policy.name + ".yaml", write(policy, options.write)});
  }
  return files;
}

/// The DNS servers of this cluster may be where no rule knows them.
std::vector<std::string> seen_dns(const synth::Synthesis& synthesis) {
  std::set<std::string> namespaces;
  for (const synth::Resolver& resolver : synthesis.drafts.resolvers)
    if (const synth::Party& party = synthesis.parties.all[resolver.party]; party.is_pods())
      namespaces.insert(party.ns);
  return {namespaces.begin(), namespaces.end()};
}

/// The files of policies that the new ones rely on.
std::vector<InMemory> files_beside(const synth::Synthesis& synthesis) {
  std::map<std::string, std::string> texts;
  for (const policy::Policy* each : synthesis.drafts.granting) {
    const base::SourceFile& file = each->root.document().file();
    texts.emplace(file.path(), std::string(file.text()));
  }
  std::vector<InMemory> files;
  for (auto& [path, text] : texts) files.push_back({path, std::move(text)});
  return files;
}

lint::Config config_for(const policy::Environment& environment,
                        const synth::SynthesisOptions& options) {
  lint::Config config;
  config.environment = environment;
  // Who wants suspicious traffic allowed as well is not told of it again.
  config.rules["metadata-address-reachable"].off = options.learn.suspicious;
  return config;
}

/// A finding above a note.
struct Sentence {
  bool error = false;
  std::string text;
};
void add(Sentence sentence, LintSentences& to) {
  (sentence.error ? to.errors : to.warnings).push_back(std::move(sentence.text));
}
void sort(LintSentences& sentences) {
  std::ranges::sort(sentences.errors);
  std::ranges::sort(sentences.warnings);
}

/// Findings above a note by their fingerprints.
using Findings = std::multimap<std::string, Sentence>;

Findings findings_of(const Linted& linted, const synth::Synthesis& synthesis) {
  CheckOptions options;
  options.seen_dns = seen_dns(synthesis);
  options.cluster = &linted.cluster;
  options.fold = false;  // which finding stands for others says nothing of what is new
  Findings findings;
  for (const lint::Finding& finding : check(linted.project, linted.inputs, options).findings)
    if (finding.severity != lint::Severity::note && !finding.suppressed)
      findings.emplace(lint::fingerprint(finding),
                       Sentence{finding.severity == lint::Severity::error,
                                finding.range.place() + ": " + finding.message + " [" +
                                    std::string(finding.rule->name) + "]"});
  return findings;
}

/// Findings that are not among those of before.
LintSentences fresh_of(Findings known, const Findings& findings) {
  LintSentences fresh;
  for (const auto& [fingerprint, sentence] : findings) {
    const auto same = known.find(fingerprint);
    if (same == known.end())
      add(sentence, fresh);
    else
      known.erase(same);
  }
  sort(fresh);
  return fresh;
}

}  // namespace

LintSentences new_findings(const Linted& before, const Linted& after,
                           const synth::Synthesis& synthesis) {
  return fresh_of(findings_of(before, synthesis), findings_of(after, synthesis));
}

namespace {

/// Checks synthesised policies part by part, so that many of them need the memory of some.
class Checker {
 public:
  Checker(const synth::Synthesis& synthesis, const synth::SynthesisOptions& options,
          const policy::Environment& environment, unsigned threads, std::size_t together)
      : synthesis_(synthesis),
        options_(options),
        environment_(environment),
        threads_(base::thread_count(threads)),
        prover_(synthesis, environment, together),
        beside_(files_beside(synthesis)) {
    if (beside_.empty()) return;
    Project project(config_for(environment_, options_), {}, threads_);
    const Inputs& inputs = project.open({}, beside_);
    known_ = findings_of({project, inputs, inputs.clusters().front()}, synthesis_);
  }

  Guarantees run() {
    results_.resize(prover_.parts().size());
    const std::vector<std::size_t> order = longest_first();
    base::parallel_for(order.size(), threads_, [&](std::size_t i) { check(order[i]); });
    LintSentences findings;
    std::vector<synth::PartProof> proofs;
    for (Result& each : results_) {
      std::ranges::move(each.findings.errors, std::back_inserter(findings.errors));
      std::ranges::move(each.findings.warnings, std::back_inserter(findings.warnings));
      proofs.push_back(std::move(each.proof));
    }
    sort(findings);
    Guarantees guarantees;
    add_sentences("lint", findings.errors, guarantees.failures);
    add_sentences("lint", findings.warnings, guarantees.warnings);
    if (options_.copy_to.empty()) add_proof(prover_.sum_up(std::move(proofs)), guarantees);
    return guarantees;
  }

 private:
  struct Result {
    LintSentences findings;
    synth::PartProof proof;
  };

  /// The parts in an order in which no thread is left alone with a long one at the end.
  [[nodiscard]] std::vector<std::size_t> longest_first() const {
    std::vector<std::pair<std::size_t, std::size_t>> parts;
    for (std::size_t i = 0; i < prover_.parts().size(); ++i) {
      std::size_t peers = 0;
      for (const std::uint32_t policy : prover_.parts()[i].policies)
        for (const auto* rules : {&synthesis_.drafts.policies[policy].ingress,
                                  &synthesis_.drafts.policies[policy].egress})
          for (const synth::RuleDraft& rule : *rules) peers += rule.peers.size();
      parts.emplace_back(peers, i);
    }
    std::ranges::sort(parts, std::ranges::greater());
    std::vector<std::size_t> order;
    for (const auto& [peers, index] : parts) order.push_back(index);
    return order;
  }

  void check(std::size_t index) {
    const synth::ProofPart& part = prover_.parts()[index];
    // Several parts are on several threads already.
    const unsigned threads = results_.size() == 1 ? threads_ : 1;
    Project project(config_for(environment_, options_), {}, threads);
    std::vector<InMemory> files = texts_of(part, synthesis_, options_);
    const Inputs& inputs = project.open({}, files);
    const Cluster& cluster = inputs.clusters().front();
    Result& result = results_[index];
    if (beside_.empty()) {
      result.findings = fresh_of({}, findings_of({project, inputs, cluster}, synthesis_));
    } else {
      Project all(config_for(environment_, options_), {}, threads);
      files.insert(files.end(), beside_.begin(), beside_.end());
      const Inputs& together = all.open({}, std::move(files));
      result.findings =
          fresh_of(known_, findings_of({all, together, together.clusters().front()}, synthesis_));
    }
    if (options_.copy_to.empty()) result.proof = prover_.prove(part, cluster.rules());
  }

  void add_proof(const synth::Proof& proof, Guarantees& guarantees) const {
    add_sentences("would be denied", proof.denied, guarantees.failures);
    guarantees.excess = proof.excess;
    guarantees.shared = proof.shared;
    if (proof.excess <= options_.draft.generalize) return;
    add_sentences("passes and was not seen", proof.examples, guarantees.failures);
    add_sentences("passes and was left out", proof.left_out, guarantees.failures);
    guarantees.failures.push_back(
        base::counted(proof.excess, "connection") + " pass that nobody saw, " +
        std::to_string(options_.draft.generalize) + " are allowed by --generalize");
  }

  const synth::Synthesis& synthesis_;
  const synth::SynthesisOptions& options_;
  const policy::Environment& environment_;
  unsigned threads_;
  synth::Prover prover_;
  std::vector<InMemory> beside_;  ///< policies that the new ones rely on
  Findings known_;                ///< of these alone
  std::vector<Result> results_;   ///< by part
};

}  // namespace

Guarantees check_guarantees(const synth::Synthesis& synthesis,
                            const synth::SynthesisOptions& options,
                            const policy::Environment& environment, unsigned threads,
                            std::size_t together) {
  return Checker(synthesis, options, environment, threads, together).run();
}

}  // namespace cnplint::project

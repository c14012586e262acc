// SPDX-License-Identifier: Apache-2.0
#include "project/guarantees.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

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

/// Each policy as a file of its own.
std::vector<InMemory> texts_of(const synth::Synthesis& synthesis,
                               const synth::SynthesisOptions& options, unsigned threads) {
  const std::vector<synth::PolicyDraft>& policies = synthesis.drafts.policies;
  std::vector<std::string> texts = write_each(policies, options.write, threads);
  std::vector<InMemory> files;
  for (std::size_t i = 0; i < policies.size(); ++i)
    files.push_back({policies[i].ns + "/" + policies[i].name + ".yaml", std::move(texts[i])});
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
std::multimap<std::string, Sentence> findings_of(const Linted& linted,
                                                 const synth::Synthesis& synthesis) {
  CheckOptions options;
  options.seen_dns = seen_dns(synthesis);
  options.cluster = &linted.cluster;
  options.fold = false;  // which finding stands for others says nothing of what is new
  std::multimap<std::string, Sentence> findings;
  for (const lint::Finding& finding : check(linted.project, linted.inputs, options).findings)
    if (finding.severity != lint::Severity::note && !finding.suppressed)
      findings.emplace(lint::fingerprint(finding),
                       Sentence{finding.severity == lint::Severity::error,
                                finding.range.place() + ": " + finding.message + " [" +
                                    std::string(finding.rule->name) + "]"});
  return findings;
}

}  // namespace

LintSentences new_findings(const Linted& before, const Linted& after,
                           const synth::Synthesis& synthesis) {
  auto known = findings_of(before, synthesis);
  LintSentences fresh;
  for (const auto& [fingerprint, sentence] : findings_of(after, synthesis)) {
    const auto same = known.find(fingerprint);
    if (same == known.end())
      add(sentence, fresh);
    else
      known.erase(same);
  }
  sort(fresh);
  return fresh;
}

namespace {

/// What lint says of the new policies, beside those that they rely on.
LintSentences sentences_of(const Linted& alone, const synth::Synthesis& synthesis,
                           const synth::SynthesisOptions& options,
                           const policy::Environment& environment, unsigned threads) {
  const std::vector<InMemory> beside = files_beside(synthesis);
  Project before(config_for(environment, options), {}, threads);
  Project after(config_for(environment, options), {}, threads);
  if (!beside.empty()) {
    std::vector<InMemory> all = texts_of(synthesis, options, threads);
    all.insert(all.end(), beside.begin(), beside.end());
    const Inputs& old = before.open({}, beside);
    const Inputs& anew = after.open({}, std::move(all));
    return new_findings({before, old, old.clusters().front()},
                        {after, anew, anew.clusters().front()}, synthesis);
  }
  LintSentences findings;
  for (const auto& [fingerprint, sentence] : findings_of(alone, synthesis)) add(sentence, findings);
  sort(findings);
  return findings;
}

}  // namespace

Guarantees check_guarantees(const synth::Synthesis& synthesis,
                            const synth::SynthesisOptions& options,
                            const policy::Environment& environment, unsigned threads) {
  Guarantees guarantees;
  Project project(config_for(environment, options), {}, threads);
  const Inputs& inputs = project.open({}, texts_of(synthesis, options, threads));
  const LintSentences findings = sentences_of({project, inputs, inputs.clusters().front()},
                                              synthesis, options, environment, threads);
  add_sentences("lint", findings.errors, guarantees.failures);
  add_sentences("lint", findings.warnings, guarantees.warnings);
  if (!options.copy_to.empty()) return guarantees;
  const synth::Proof proof = prove(inputs.clusters().front().policies(), synthesis, environment);
  add_sentences("would be denied", proof.denied, guarantees.failures);
  guarantees.excess = proof.excess;
  if (proof.excess > options.draft.generalize) {
    add_sentences("passes and was not seen", proof.examples, guarantees.failures);
    add_sentences("passes and was left out", proof.left_out, guarantees.failures);
    guarantees.failures.push_back(
        base::counted(proof.excess, "connection") + " pass that nobody saw, " +
        std::to_string(options.draft.generalize) + " are allowed by --generalize");
  }
  return guarantees;
}

}  // namespace cnplint::project

// SPDX-License-Identifier: Apache-2.0
//
// A round takes as many fixes as do not touch each other, safe ones before all others. A safe fix
// is applied only where the verdicts of all clusters are the same with it: where they are not, each
// one of the round is tried alone. What makes a document unreadable, or a kustomization that
// kustomize refuses, is not applied either.
#include "project/fix.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

#include "base/hash.h"
#include "policy/text/edit.h"
#include "project/fix_target.h"

namespace cnplint::project {
namespace {

using lint::Applicability;
using lint::Finding;

constexpr int kMostRounds = 32;

/// A fix that may be applied in a round.
struct Pick {
  const Finding* finding;
  std::string key;  ///< the same for the same fix in another round
};

/// Bytes of files that fixes of a round change.
class Taken {
 public:
  /// Whether some edits touch none that were taken; then they are taken too.
  bool take(const policy::Edits& edits) {
    for (const policy::Edit& edit : edits)
      if (overlaps(edit)) return false;
    for (const policy::Edit& edit : edits) places_[edit.range.file].emplace(edit.range.begin, edit);
    return true;
  }
  /// Whether the same edits were taken: one fix for several clusters.
  [[nodiscard]] bool has(const policy::Edits& edits) const {
    return std::ranges::all_of(edits, [&](const policy::Edit& edit) {
      const auto file = places_.find(edit.range.file);
      if (file == places_.end()) return false;
      const auto known = file->second.find(edit.range.begin);
      return known != file->second.end() && known->second.range.end == edit.range.end &&
             known->second.text == edit.text;
    });
  }

 private:
  [[nodiscard]] bool overlaps(const policy::Edit& edit) const {
    const auto file = places_.find(edit.range.file);
    if (file == places_.end()) return false;
    const auto next = file->second.lower_bound(edit.range.begin);
    if (next != file->second.end() && policy::overlap(next->second, edit)) return true;
    return next != file->second.begin() && policy::overlap(std::prev(next)->second, edit);
  }

  std::map<const base::SourceFile*, std::map<std::uint32_t, policy::Edit>> places_;
};

/// A state of the texts.
struct TextState {
  const Project* project;
  Inputs* inputs;
};

/// Sentences about the inputs that a fix must not add to: what cannot be read, what kustomize
/// refuses.
std::set<std::string> problems_of(const Inputs& inputs) {
  std::set<std::string> problems;
  for (const File* file : inputs.files())
    for (const policy::Document* document : file->broken())
      problems.insert(file->path() + ": " + document->error()->message);
  for (std::string& each : refused_by_kustomize(inputs.kustomizations()))
    problems.insert(std::move(each));
  return problems;
}

class Fixer {
 public:
  /// @param vain what fixes add in vain, as added_by has it
  Fixer(const Project& project, Inputs& inputs, const FixOptions& options,
        const std::set<std::string>& vain)
      : options_(options),
        vain_(vain),
        first_{&project, &inputs},
        now_(first_),
        problems_(problems_of(inputs)) {}

  base::Result<Fixed> run() {
    seen_.insert(state_with({}));
    for (int round = 0;; ++round) {
      auto outcome = options_.lint(*now_.project, *now_.inputs);
      if (!outcome) return tl::unexpected(outcome.error());
      result_.remaining = std::move(*outcome);
      while (result_.projects.size() > 1) result_.projects.pop_front();
      if (round == kMostRounds) {
        left_.insert("not everything is fixed after " + std::to_string(kMostRounds) +
                     " rounds, run it once more");
        return finished();
      }
      if (!fix_round()) return finished();
    }
  }

  /// What fixes wanted to add again, as it was undone by others.
  [[nodiscard]] const std::set<std::string>& undone() const { return undone_; }

 private:
  Fixed finished() {
    left_.insert(waiting_.begin(), waiting_.end());
    result_.left.assign(left_.begin(), left_.end());
    if (!result_.texts.empty()) result_.verdicts = verdict_changes(*first_.inputs, *now_.inputs);
    result_.inputs = now_.inputs;
    return std::move(result_);
  }

  static constexpr const char* kUndone = "the fix is not applied, another one would undo it";

  /// Applies fixes of the findings that remain, safe ones first; false where there is none to
  /// apply. What may not be applied is left out of the next choice.
  bool fix_round() {
    look_for_trouble();
    while (true) {
      for (const bool safe : {true, false})
        for (std::vector<Pick> picked = picks(safe); !picked.empty(); picked = picks(safe))
          if (apply(picked, safe)) return true;
      if (refused_.empty() || !changed_since_refusal_) return false;
      // What may not be applied to one text may to the next.
      changed_since_refusal_ = false;
      refused_.clear();
      left_.clear();
    }
  }

  [[nodiscard]] static std::string key_of(const Finding& finding) {
    std::string key = lint::fingerprint(finding) + " " + finding.subject + " " + finding.fix.title;
    for (const policy::Edit& edit : finding.fix.edits) key += "\n" + edit.text;
    return key;
  }

  /// What a fix adds, wherever it is by now; empty for one that does more than adding. Two fixes
  /// that spoil each other's work would add to the text without end.
  [[nodiscard]] static std::string added_by(const Finding& finding) {
    const policy::Edits& edits = finding.fix.edits;
    if (std::ranges::any_of(edits,
                            [](const auto& edit) { return edit.range.begin != edit.range.end; }))
      return {};
    std::string key = std::string(finding.rule->name) + " " + finding.subject + finding.message;
    for (const policy::Edit& edit : edits) key += "\n" + edit.range.file->path() + " " + edit.text;
    return key;
  }

  static std::string sentence(const Finding& finding, const std::string& why) {
    return finding.range.place() + ": " + std::string(finding.rule->name) + ": " + why;
  }

  [[nodiscard]] std::string refusal(const policy::Edit& edit) {
    const std::string& path = edit.range.file->path();
    const auto is_it = [&](const std::string& each) {
      return std::filesystem::absolute(each).lexically_normal() ==
             std::filesystem::absolute(path).lexically_normal();
    };
    if (!options_.only.empty() && std::ranges::none_of(options_.only, is_it))
      return "the fix would change " + path + ", which is outside of what was asked about";
    return target_.refusal(*now_.inputs, edit.range);
  }

  /// What is refused, and what the API server drops fields of, by file and object.
  struct Troubled {
    std::set<const base::SourceFile*> files;
    std::set<std::string_view> refused;
    std::set<std::string_view> pruned;
  };

  void look_for_trouble() {
    troubled_ = {};
    waiting_.clear();
    for (const Finding& finding : result_.remaining.findings) {
      if (finding.rejected_by != lint::kNobody) {
        troubled_.files.insert(finding.range.file);
        troubled_.refused.insert(finding.subject);
      }
      if (finding.pruned && finding.fix.applicability != Applicability::safe)
        troubled_.pruned.insert(finding.subject);
    }
  }

  /// Why a fix has to wait for others; empty where it has not.
  [[nodiscard]] std::string held_back(const Finding& finding) const {
    const std::string_view subject = finding.subject;
    switch (finding.fix.applicability) {
      case Applicability::safe:
        // Of what runs nowhere the engine proves nothing.
        return (subject.empty() ? troubled_.files.contains(finding.range.file)
                                : troubled_.refused.contains(subject))
                   ? "the fix waits until the object is accepted"
                   : "";
      case Applicability::repair:
        // What is accepted then would be without them.
        return troubled_.pruned.contains(subject)
                   ? "the fix waits until the object has no unknown fields"
                   : "";
      default:
        return {};
    }
  }

  [[nodiscard]] bool wanted(const Finding& finding, bool safe) {
    const lint::Fix& fix = finding.fix;
    if (finding.suppressed || !fix.is_applicable() ||
        (fix.applicability == Applicability::safe) != safe ||
        (fix.applicability == Applicability::unsafe && !options_.unsafe))
      return false;
    if (const std::string wait = held_back(finding); !wait.empty()) {
      waiting_.insert(sentence(finding, wait));
      return false;
    }
    std::string why;
    for (const policy::Edit& edit : fix.edits)
      if (why.empty()) why = refusal(edit);
    if (!why.empty()) left_.insert(sentence(finding, why));
    return why.empty();
  }

  /// The fixes of a round, by position: none touches what another one changes.
  std::vector<Pick> picks(bool safe) {
    std::vector<Pick> picked;
    Taken taken;
    for (const Finding& finding : result_.remaining.findings) {
      if (!wanted(finding, safe) || taken.has(finding.fix.edits)) continue;
      std::string key = key_of(finding);
      if (const std::string added = added_by(finding);
          added_.contains(added) || vain_.contains(added)) {
        if (added_.contains(added)) undone_.insert(added);
        left_.insert(sentence(finding, kUndone));
        continue;
      }
      if (refused_.contains(key) || !taken.take(finding.fix.edits)) continue;
      picked.push_back({&finding, std::move(key)});
    }
    return picked;
  }

  /// The texts with some fixes in them.
  [[nodiscard]] std::map<std::string, std::string> texts_with(
      const std::vector<Pick>& picked) const {
    std::map<const base::SourceFile*, policy::Edits> edits;
    for (const Pick& pick : picked)
      for (const policy::Edit& edit : pick.finding->fix.edits)
        edits[edit.range.file].push_back(edit);
    std::map<std::string, std::string> texts;
    for (auto& [file, all] : edits) texts[file->path()] = policy::applied(*file, std::move(all));
    return texts;
  }

  struct Tried {
    std::unique_ptr<Project> project;
    Inputs* inputs = nullptr;
    std::map<std::string, std::string> texts;
    std::string why_not;  ///< empty: it may be applied
  };

  /// All texts that change, with some of them anew, as one number; a file that is as it was at
  /// first counts as one that does not change.
  [[nodiscard]] std::uint64_t state_with(const std::map<std::string, std::string>& texts) const {
    std::map<std::string_view, std::string_view> all;
    for (const auto& [path, text] : result_.texts) all[path] = text;
    for (const auto& [path, text] : texts) all[path] = text;
    std::string whole;
    for (const auto& [path, text] : all) {
      const File* file = first_.project->file(std::string(path));
      if (file == nullptr || file->source().text() != text)
        whole.append(path).append(1, '\0').append(text).append(1, '\0');
    }
    return base::hash(whole);
  }

  Tried try_out(const std::vector<Pick>& picked, bool safe) {
    Tried tried;
    tried.texts = texts_with(picked);
    if (seen_.contains(state_with(tried.texts))) {
      tried.why_not = kUndone;
      return tried;
    }
    tried.project =
        std::make_unique<Project>(now_.project->config(), base::FileSet(), now_.project->threads());
    tried.inputs = &tried.project->open_changed(*now_.project, *now_.inputs, tried.texts);
    for (const std::string& problem : problems_of(*tried.inputs))
      if (!problems_.contains(problem)) {
        tried.why_not = "the fix is not applied, it would bring: " + problem;
        return tried;
      }
    if (!safe) return tried;
    const auto changes = verdict_changes(*now_.inputs, *tried.inputs);
    if (!changes.empty())
      tried.why_not = "the fix is not applied, it is not safe here: it " +
                      policy::described(changes.front().changes.front());
    return tried;
  }

  void keep(Tried tried, const std::vector<Pick>& picked) {
    for (const Pick& pick : picked) {
      const Finding& finding = *pick.finding;
      result_.applied.push_back({finding.range.place(), std::string(finding.rule->name),
                                 finding.fix.title, finding.fix.applicability});
      if (std::string added = added_by(finding); !added.empty()) added_.insert(std::move(added));
    }
    changed_since_refusal_ = true;
    for (auto& [path, text] : tried.texts) {
      if (const File* file = first_.project->file(path); file != nullptr)
        result_.originals[path] = &file->source();
      result_.texts[path] = std::move(text);
    }
    seen_.insert(state_with({}));
    now_ = {tried.project.get(), tried.inputs};
    problems_ = problems_of(*now_.inputs);
    result_.projects.push_back(std::move(tried.project));
  }

  /// Whether anything was applied; what may not be is refused.
  bool apply(const std::vector<Pick>& picked, bool safe) {
    if (keep_if_possible(picked, safe)) return true;
    // What cannot go together is mostly in one policy: two rules that cover each other.
    const std::vector<Pick> apart = one_of_each(picked);
    if (apart.size() < picked.size() && keep_if_possible(apart, safe)) return true;
    return keep_most(apart, safe);
  }

  bool keep_if_possible(const std::vector<Pick>& picked, bool safe) {
    Tried tried = try_out(picked, safe);
    if (!tried.why_not.empty()) return false;
    keep(std::move(tried), picked);
    return true;
  }

  /// The first fix of every policy.
  static std::vector<Pick> one_of_each(const std::vector<Pick>& picked) {
    std::vector<Pick> result;
    std::set<std::pair<const base::SourceFile*, std::string_view>> seen;
    for (const Pick& pick : picked)
      if (seen.emplace(pick.finding->range.file, pick.finding->subject).second)
        result.push_back(pick);
    return result;
  }

  /// Adds fixes that may be applied together, half by half; those that may not be are refused.
  bool keep_most(const std::vector<Pick>& picked, bool safe) {
    std::vector<Pick> good;
    Tried best;
    std::vector<std::span<const Pick>> parts{picked};
    while (!parts.empty()) {
      const std::span<const Pick> part = parts.back();
      parts.pop_back();
      std::vector<Pick> with = good;
      with.insert(with.end(), part.begin(), part.end());
      Tried tried = try_out(with, safe);
      if (tried.why_not.empty()) {
        good = std::move(with);
        best = std::move(tried);
      } else if (part.size() > 1) {
        const std::size_t half = part.size() / 2;
        parts.push_back(part.subspan(half));
        parts.push_back(part.first(half));
      } else if (good.empty() || !try_out({part.front()}, safe).why_not.empty()) {
        // Not by itself either; what only does not go with others is tried again in the next
        // round.
        left_.insert(sentence(*part.front().finding, tried.why_not));
        refused_.insert(part.front().key);
      }
    }
    if (good.empty()) return false;
    keep(std::move(best), good);
    return true;
  }

  const FixOptions& options_;
  const std::set<std::string>& vain_;
  std::set<std::string> undone_;
  Troubled troubled_;
  TextState first_;
  TextState now_;
  std::set<std::string> problems_;  ///< of the texts as they are now
  FixTarget target_;
  Fixed result_;
  std::set<std::string> left_;
  std::set<std::string> waiting_;  ///< like it, of this round
  bool changed_since_refusal_ = false;
  std::set<std::string> refused_;  ///< keys of fixes that are not applied to this text
  std::set<std::string> added_;    ///< by the fixes that were applied
  std::set<std::uint64_t> seen_;   ///< hashes of all texts as they were
};

}  // namespace

base::Result<Fixed> fix(const Project& project, Inputs& inputs, const FixOptions& options) {
  // What is added and undone is known only afterwards: then all is done again without that.
  std::set<std::string> vain;
  constexpr int kMostTimes = 16;
  for (int times = 1;; ++times) {
    Fixer fixer(project, inputs, options, vain);
    base::Result<Fixed> fixed = fixer.run();
    if (!fixed || fixer.undone().empty() || times == kMostTimes) return fixed;
    vain.insert(fixer.undone().begin(), fixer.undone().end());
  }
}

}  // namespace cnplint::project

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <memory>

#include "base/escape.h"
#include "base/git.h"
#include "base/output_files.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/lint_run.h"
#include "policy/text/edit.h"
#include "policy/verdict/change_summary.h"
#include "project/fix.h"

namespace cnplint::cli {
namespace {

/// So many lines of a kind are told; the rest is counted.
constexpr std::size_t kMostLines = 50;

/// Tells the first few of some lines, each on a line of its own.
void tell_some(const std::vector<std::string>& lines) {
  for (std::size_t i = 0; i < std::min(lines.size(), kMostLines); ++i)
    note("  " + base::for_terminal(lines[i]));
  if (lines.size() > kMostLines)
    note("  and " + std::to_string(lines.size() - kMostLines) + " more");
}

void tell_applied(const project::Fixed& fixed, bool patch) {
  std::array<std::size_t, lint::kApplicabilityNames.size()> counts{};
  std::vector<std::string> lines;
  for (const project::AppliedFix& each : fixed.applied) {
    ++counts[static_cast<std::size_t>(each.applicability)];
    lines.push_back(each.place + ": " + each.rule + ": " + each.title + " (" +
                    std::string(lint::applicability_name(each.applicability)) + ")");
  }
  std::string kinds;
  for (std::size_t i = 0; i < counts.size(); ++i)
    if (counts[i] > 0)
      kinds += (kinds.empty() ? "" : ", ") + std::to_string(counts[i]) + " " +
               std::string(lint::kApplicabilityNames[i]);
  note(base::counted(fixed.applied.size(), "finding") + " fixed" +
       (kinds.empty() ? "" : " (" + kinds + ")") + ", " +
       base::counted(fixed.texts.size(), "file") + (patch ? " in the patch" : " written"));
  tell_some(lines);
}

/// What the fixes do to connections: nothing, or what.
void tell_verdicts(const project::Fixed& fixed) {
  if (fixed.texts.empty()) return;
  if (fixed.verdicts.empty()) return note("no verdict changes");
  std::vector<std::string> lines;
  for (const project::ClusterChanges& each : fixed.verdicts)
    for (const std::string& line : policy::summarised(each.changes))
      lines.push_back((each.cluster.empty() ? "" : "cluster " + each.cluster + ": ") + line);
  note("verdicts change:");
  tell_some(lines);
}

/// The files that must not be written, since what is lost could not be had again.
int refuse_uncommitted(const std::vector<std::string>& files) {
  std::vector<std::string> shown = files;
  constexpr std::size_t kMost = 5;
  return fail(kUsage, "not committed, so that fixes could not be undone: " +
                          base::first_few(std::move(shown), kMost) +
                          "; commit first, look at --patch, or write all the same with --force");
}

/// Writes the new texts, or prints the patch.
int put(const LintFlags& flags, const project::Fixed& fixed) {
  std::string patch;
  base::OutputFiles files;
  std::vector<std::string> paths;
  for (const auto& [path, text] : fixed.texts) {
    paths.push_back(path);
    const std::string before(fixed.originals.at(path)->text());
    if (flags.patch)
      patch += policy::unified_diff(path, &before, text);
    else if (const auto added = files.add(path, text); !added)
      return fail(kUsage, added.error());
  }
  if (!flags.patch && !flags.force)
    if (const auto lost = base::uncommitted(paths); !lost.empty()) return refuse_uncommitted(lost);
  const auto done = flags.patch ? print(patch) : files.commit();
  return done ? kClean : fail(kUsage, done.error());
}

}  // namespace

int run_fix(const LintFlags& flags, project::Project& project, project::Inputs& inputs,
            Linter& linter, const std::vector<Output>& outputs) {
  if (project.config().render)
    return fail(kUsage, "what is rendered cannot be fixed; fix what is written, without --render");
  project::FixOptions options{
      flags.unsafe,
      [&](const project::Project& of, project::Inputs& all) { return linter.lint(of, all, false); },
      flags.only};
  auto made = project::fix(project, inputs, options);
  if (!made) return fail(kUsage, made.error());
  auto& fixed = until_the_end<project::Fixed>(std::move(*made));
  if (const int code = put(flags, fixed); code != kClean) return code;
  tell_applied(fixed, flags.patch);
  tell_verdicts(fixed);
  if (!fixed.left.empty()) note("not applied:");
  tell_some(fixed.left);
  // The patch owns standard output.
  std::vector<Output> reports = outputs;
  if (flags.patch) std::erase_if(reports, [](const Output& output) { return output.file.empty(); });
  return report(flags, fixed.projects.empty() ? project : *fixed.projects.back(), *fixed.inputs,
                fixed.remaining, reports);
}

Command add_fix_command(CLI::App& app) {
  auto flags = std::make_shared<LintFlags>();
  flags->fix = true;
  add_lint_flags(app, *flags);
  add_fix_flags(app, *flags);
  return [flags] { return run_lint(*flags); };
}

}  // namespace cnplint::cli

// SPDX-License-Identifier: Apache-2.0
#include "project/changed_tests.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <tuple>

#include "base/file.h"
#include "base/walk.h"
#include "project/policy_tests.h"

namespace cnplint::project {
namespace {

namespace fs = std::filesystem;
using harness::TestResult;

/// Where a path of one folder is in another one; the path itself where it is in neither.
std::string moved(const fs::path& path, const std::string& from, const std::string& to) {
  const auto absolute = [](const fs::path& any) { return fs::absolute(any).lexically_normal(); };
  const fs::path inside = absolute(path).lexically_relative(absolute(from));
  if (inside.empty() || *inside.begin() == "..") return path.string();
  return (fs::path(to) / inside).lexically_normal().string();
}

/// The folder that was opened, or that of the file.
std::string folder_of(const State& state) {
  std::error_code ignored;
  const fs::path path = fs::absolute(state.path, ignored).lexically_normal();
  return (fs::is_directory(path, ignored) ? path : path.parent_path()).string();
}

bool is_running(const State& state) { return base::is_kube_input(state.name); }

/// What a test asks of whom. An invariant asks of all; those whom it finds are in its results.
std::string asked(const TestResult& result) {
  std::string text = result.where.place() + "\n" + result.name;
  if (!result.invariant)
    text += "\n" + result.from + "\n" + result.to + "\n" + std::to_string(result.protocol) + " " +
            std::to_string(result.port) + " " + result.request;
  return text;
}

/// Results of tests by what they ask.
class Results {
 public:
  explicit Results(std::vector<TestResult> results) : results_(std::move(results)) {
    for (const TestResult& each : results_) by_asked_[asked(each)].push_back(&each);
  }
  [[nodiscard]] const std::vector<TestResult>& all() const { return results_; }
  /// Whether the same test passes here; in clusters of that name, where each has an answer of its
  /// own. False where it was not run.
  [[nodiscard]] bool passes(const TestResult& test) const {
    const auto found = by_asked_.find(asked(test));
    bool any = false;
    if (found != by_asked_.end())
      for (const TestResult* each : found->second) {
        if (!each->cluster.empty() && !test.cluster.empty() && each->cluster != test.cluster)
          continue;
        if (!each->passed) return false;
        any = true;
      }
    return any;
  }

 private:
  std::vector<TestResult> results_;
  std::map<std::string, std::vector<const TestResult*>> by_asked_;
};

/// Runs tests of two states.
class BothStates {
 public:
  BothStates(const State& before, const State& after, const ChangedTestsQuestion& question)
      : before_(before), after_(after), question_(question) {
    const auto inside = [](const State& state) {
      return fs::absolute(state.path).lexically_normal().lexically_relative(state.root);
    };
    const bool same_path = inside(before) == inside(after);
    // Two states of one repository are set side by side as a whole, else the folders that were
    // given.
    if (same_path && (before.folder != nullptr || after.folder != nullptr))
      roots_ = {before.root, after.root};
    else
      roots_ = {folder_of(before), folder_of(after)};
  }

  TestChanges run() {
    if (is_running(after_)) return run_one_sided(before_);
    PolicyTestRun own = run_tests(after_, after_);
    changes_.errors = std::move(own.errors);
    changes_.tests = own.results.size();
    const Results now(std::move(own.results));
    compare(Results(run_tests(after_, before_).results), now);
    if (!is_running(before_)) add_given_up(now);
    return std::move(changes_);
  }

 private:
  /// What runs has no tests: those of the files are asked of it.
  TestChanges run_one_sided(const State& files) {
    PolicyTestRun own = run_tests(files, files);
    changes_.errors = std::move(own.errors);
    const Results now(run_tests(files, after_).results);
    changes_.tests = now.all().size();
    compare(Results(std::move(own.results)), now);
    return std::move(changes_);
  }

  void compare(const Results& before, const Results& now) {
    add(now.all(), before, changes_.broken);
    add(before.all(), now, changes_.mended);
  }

  /// Adds those that fail here and pass there; of an invariant the first connection that breaks it.
  static void add(const std::vector<TestResult>& fail, const Results& pass,
                  std::vector<TestResult>& changes) {
    std::set<std::string> broken;
    for (const TestResult& each : fail)
      if (!each.passed && pass.passes(each) &&
          (!each.invariant || broken.insert(asked(each) + each.cluster).second))
        changes.push_back(each);
  }

  /// Tests of OLD that the change breaks and that are not among those of NEW that it breaks.
  void add_given_up(const Results& now) {
    const Results was(run_tests(before_, before_).results);
    add(run_tests(before_, after_).results, was, changes_.given_up);
    std::erase_if(changes_.given_up, [&](const TestResult& test) { return has_failed(now, test); });
    // What fails on OLD because it is new, or another test than it was, is not mended.
    std::erase_if(changes_.mended, [&](const TestResult& test) { return !has_failed(was, test); });
  }

  /// Whether the same test fails among some results, wherever it stands.
  static bool has_failed(const Results& results, const TestResult& test) {
    return std::ranges::any_of(results.all(), [&](const TestResult& each) {
      return !each.passed &&
             std::tie(each.name, each.from, each.to, each.protocol, each.port, each.request) ==
                 std::tie(test.name, test.from, test.to, test.protocol, test.port, test.request);
    });
  }

  /// The tests of one state on what another one has.
  [[nodiscard]] PolicyTestRun run_tests(const State& tests, const State& on) const {
    PolicyTestOptions options;
    options.cluster = &on == &before_ ? question_.old_cluster : question_.new_cluster;
    if (&tests != &on && !is_running(on))
      options.elsewhere = &on == &before_ ? std::pair(roots_.second, roots_.first) : roots_;
    std::vector<std::string> paths;
    if (is_running(on)) paths.push_back(on.path);
    std::error_code ignored;
    if (question_.paths.empty() && !fs::is_directory(tests.path, ignored)) return {};
    if (question_.paths.empty()) paths.push_back(tests.path);
    for (const std::string& each : question_.paths) paths.push_back(in_state(each, tests));
    return run_policy_tests(*on.project, paths, options);
  }

  /// A path on disk in a state.
  [[nodiscard]] static std::string in_state(const std::string& path, const State& state) {
    if (state.folder == nullptr) return path;
    const auto root = base::repository_root(path);
    return root ? moved(path, root->string(), state.root) : path;
  }

  const State& before_;
  const State& after_;
  const ChangedTestsQuestion& question_;
  std::pair<std::string, std::string> roots_;  ///< of OLD and of NEW
  TestChanges changes_;
};

}  // namespace

TestChanges changed_tests(const State& before, const State& after,
                          const ChangedTestsQuestion& question) {
  return BothStates(before, after, question).run();
}

}  // namespace cnplint::project

// SPDX-License-Identifier: Apache-2.0
#include "project/changed_tests.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "base/file.h"
#include "base/walk.h"
#include "project/policy_tests.h"

namespace cnplint::project {
namespace {

namespace fs = std::filesystem;
using harness::TestResult;

/// The folder that was opened, or that of the file.
std::string folder_of(const State& state) {
  std::error_code ignored;
  const fs::path path = fs::absolute(state.path, ignored).lexically_normal();
  return (fs::is_directory(path, ignored) ? path : path.parent_path()).string();
}

bool is_running(const State& state) { return base::is_kube_input(state.name); }

/// What a result is about: of which test, and of which connection; an invariant that holds is about
/// none.
std::string connection_of(const TestResult& result) {
  return result.name + "\n" + result.from + "\n" + result.to + "\n" +
         std::to_string(result.protocol) + " " + std::to_string(result.port) + " " + result.request;
}

/// Results of tests. A test is known by its name, and by what it says: where only its file has
/// moved, or the policies that the file names, it is the same one.
class Results {
 public:
  explicit Results(std::vector<TestResult> results) : results_(std::move(results)) {
    for (const TestResult& each : results_) {
      const bool of_all = each.invariant;
      by_name_[of_all ? each.name + "\n" : connection_of(each)].push_back(&each);
    }
  }
  [[nodiscard]] const std::vector<TestResult>& all() const { return results_; }

  /// Whether a test that fails elsewhere passes here, in clusters of that name where each has an
  /// answer of its own: no connection of an invariant that fails there fails here. False where it
  /// was not run. `same` says which tests count as it.
  template <class Same>
  [[nodiscard]] bool passes(const TestResult& test, Same same) const {
    const auto found = by_name_.find(test.invariant ? test.name + "\n" : connection_of(test));
    bool any = false;
    if (found != by_name_.end())
      for (const TestResult* each : found->second) {
        if (!each->cluster.empty() && !test.cluster.empty() && each->cluster != test.cluster)
          continue;
        if (!same(*each)) continue;
        const bool about = each->from == test.from && each->to == test.to;
        if (!each->passed && (!each->invariant || about)) return false;
        any = true;
      }
    return any;
  }

 private:
  std::vector<TestResult> results_;
  std::map<std::string, std::vector<const TestResult*>> by_name_;
};

/// Runs tests of two states.
class BothStates {
 public:
  BothStates(const State& before, const State& after, const ChangedTestsQuestion& question)
      : before_(before), after_(after), question_(question) {
    std::error_code ignored;
    const auto inside = [&](const State& state) {
      return fs::weakly_canonical(state.path, ignored)
          .lexically_relative(fs::weakly_canonical(state.root, ignored));
    };
    // Two states of one repository are set side by side as a whole, else the folders that were
    // given.
    if ((before.folder != nullptr || after.folder != nullptr) && inside(before) == inside(after))
      roots_ = {before.root, after.root};
    else
      roots_ = {folder_of(before), folder_of(after)};
  }

  TestChanges run() {
    const State& own = is_running(after_) ? before_ : after_;
    PolicyTestRun of_own = run_tests(own, own);
    changes_.errors = std::move(of_own.errors);
    changes_.tests = of_own.results.size();
    const Results there(std::move(of_own.results));
    const Results here(run_tests(own, is_running(after_) ? after_ : before_).results);
    const Results& now = is_running(after_) ? here : there;
    const Results& before = is_running(after_) ? there : here;
    add(now, before, changes_.broken);
    add(before, now, changes_.mended);
    if (question_.paths.empty() && !is_running(before_) && !is_running(after_)) compare_own(now);
    return std::move(changes_);
  }

 private:
  static bool any(const TestResult&) { return true; }

  /// Adds those that fail here and pass there; of an invariant the first connection that breaks it.
  static void add(const Results& fail, const Results& pass, std::vector<TestResult>& changes) {
    std::set<std::string> broken;
    for (const TestResult& each : fail.all())
      if (!each.passed && pass.passes(each, any) &&
          (!each.invariant || broken.insert(each.name + "\n" + each.cluster).second))
        changes.push_back(each);
  }

  /// Compares the tests of OLD on OLD with those of NEW on NEW: a test of NEW may be one that OLD
  /// cannot run.
  void compare_own(const Results& now) {
    const Results was(run_tests(before_, before_).results);
    const auto known = [](const std::vector<TestResult>& tests, const TestResult& test) {
      return std::ranges::any_of(tests, [&](const TestResult& each) {
        return connection_of(each) == connection_of(test) && each.cluster == test.cluster;
      });
    };
    std::vector<TestResult> broken;
    add(now, was, broken);
    for (TestResult& each : broken)
      if (!known(changes_.broken, each)) changes_.broken.push_back(std::move(each));
    add(Results(run_tests(before_, after_).results), was, changes_.given_up);
    std::erase_if(changes_.given_up, [&](const TestResult& test) {
      const auto same = [&](const TestResult& each) { return each.definition == test.definition; };
      return known(changes_.broken, test) || now.passes(test, same);
    });
    // What fails on OLD because it is new, or another test than it was, is not mended.
    std::erase_if(changes_.mended, [&](const TestResult& test) {
      return std::ranges::none_of(was.all(), [&](const TestResult& each) {
        return !each.passed && connection_of(each) == connection_of(test);
      });
    });
  }

  /// The tests of one state on what another one has.
  [[nodiscard]] PolicyTestRun run_tests(const State& tests, const State& on) const {
    PolicyTestOptions options;
    options.cluster = &on == &before_ ? question_.old_cluster : question_.new_cluster;
    // Who names tests on the command line trusts them.
    options.allow_outside = !question_.paths.empty();
    const bool as_they_are = question_.paths.empty() && &tests == &on;
    if (!is_running(on) && !as_they_are) {
      const std::string& to = &on == &before_ ? roots_.first : roots_.second;
      for (const std::string& from : {roots_.first, roots_.second})
        if (from != to) options.elsewhere.emplace_back(from, to);
      if (const auto root = base::repository_root("."); root && on.folder != nullptr)
        options.elsewhere.emplace_back(root->string(), on.root);
    }
    std::vector<std::string> paths;
    if (is_running(on)) paths.push_back(on.path);
    std::error_code ignored;
    if (question_.paths.empty() && !fs::is_directory(tests.path, ignored)) return {};
    if (question_.paths.empty()) paths.push_back(tests.path);
    paths.insert(paths.end(), question_.paths.begin(), question_.paths.end());
    PolicyTestRun run = run_policy_tests(*on.project, paths, options);
    for (std::string& error : run.errors) error = tests.words(on.words(error));
    return run;
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

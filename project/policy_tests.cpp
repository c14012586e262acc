// SPDX-License-Identifier: Apache-2.0
#include "project/policy_tests.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/file.h"
#include "base/text.h"
#include "base/walk.h"
#include "harness/policy_test_file.h"
#include "harness/verdict_notes.h"
#include "lint/report.h"
#include "schemas/validator.h"

namespace cnplint::project {
namespace {

namespace fs = std::filesystem;

bool is_test_name(std::string_view name) {
  return name.ends_with(".cnptest.yaml") || name.ends_with(".cnptest.yml") ||
         name.ends_with(".cnptest.json");
}

/// The pods that the endpoints of a test are.
std::vector<NamedPod> spoken_of(policy::NodeRef root, const Cluster& cluster) {
  std::vector<NamedPod> pods;
  root.get("endpoints").each_entry([&](policy::NodeRef, policy::NodeRef endpoint) {
    if (const std::string_view workload = endpoint.get("workload").text(); !workload.empty())
      return add_pods(workload, cluster, pods);
    const policy::NodeRef ns = endpoint.get("namespace");
    if (!ns && !endpoint.get("labels")) return;
    pods.push_back({std::string(ns ? ns.text() : policy::kDefaultNamespace), {}});
    for (auto& [key, value] : policy::labels_of(endpoint.get("labels")))
      pods.back().labels.push_back({"k8s", key, value});
  });
  return pods;
}

/// Runs test files one after the other.
class PolicyTests {
 public:
  PolicyTests(Project& project, const PolicyTestOptions& options)
      : project_(project), options_(options), schema_(schemas::compile_schema("policytest", {})) {
    run_options_.fail_fast = options.fail_fast;
    if (!options.filter.empty())
      run_options_.selected = [&filter = options.filter](const std::string& name) {
        return std::ranges::any_of(
            filter, [&](const std::string& part) { return name.find(part) != std::string::npos; });
      };
  }

  PolicyTestRun run(const std::vector<std::string>& paths) {
    std::ranges::copy_if(paths, std::back_inserter(running_), base::is_kube_input);
    base::Walk walk = project_.find(paths, is_test_name);
    add_notes(walk.notes);
    for (const base::Error& error : walk.errors) run_.errors.push_back(error.message);
    for (const std::string& path : walk.files) {
      if (options_.fail_fast && run_.failed() > 0) break;
      run_file(path);
    }
    return std::move(run_);
  }

 private:
  void add_notes(const std::vector<std::string>& notes) {
    for (const std::string& note : notes)
      if (told_.insert(note).second) run_.notes.push_back(note);
  }

  void run_file(const std::string& path) {
    const auto file = project_.read(path);
    if (!file) {
      run_.errors.push_back(file.error().message);
      return;
    }
    ++run_.files;
    const std::string& shown = (*file)->path();
    const auto& documents = (*file)->content().documents;
    if (documents.empty())
      run_.errors.push_back(shown + ": the file is empty; see `cnplint test --init PATH`");
    for (const policy::Document& document : documents) {
      if (document.error())
        mistake(document.error()->range, document.error()->message);
      else
        run_document(document.root(), shown);
    }
  }

  void mistake(base::SourceRange range, const std::string& message) {
    run_.errors.push_back(range.place() + ": " + message);
  }

  /// Whether the document keeps the schema; each way it does not is an error of its own.
  bool is_valid(policy::NodeRef root) {
    const std::size_t before = run_.errors.size();
    for (const policy::DuplicateKey& each : policy::duplicate_keys(root))
      mistake(each.key.range(), "key " + base::quoted(each.key.text()) + " is written twice");
    for (const schemas::Violation& violation : schemas::validate(schema_, root))
      if (violation.keyword != schemas::Keyword::null_field)
        mistake(lint::culprit_range(violation.node), schemas::describe(violation, schema_));
    return run_.errors.size() == before;
  }

  /// Where a path is in the state that the run is about.
  [[nodiscard]] std::string moved(const std::string& path) const {
    for (const auto& [from, to] : options_.elsewhere) {
      const fs::path inside = fs::absolute(path).lexically_normal().lexically_relative(
          fs::absolute(from).lexically_normal());
      if (!inside.empty() && *inside.begin() != "..")
        return (fs::path(to) / inside).lexically_normal().string();
    }
    return path;
  }

  /// The paths of a list, from the folder of the test file. One that leaves the repository is a
  /// mistake, and so is a running cluster: a test file of an untrusted change must not read what
  /// lies around it, nor with the rights of whoever runs it.
  std::vector<std::string> resolved(policy::NodeRef paths, const std::string& file) {
    const fs::path folder = file == "<stdin>" ? fs::path() : fs::path(file).parent_path();
    const auto root = base::repository_root(folder);
    std::vector<std::string> result;
    for (const policy::NodeRef path : paths.items()) {
      if (base::is_kube_input(path.text())) {
        result.emplace_back(path.text());
        if (options_.allow_outside) continue;
        mistake(path.range(), base::quoted(path.text()) +
                                  " is a running cluster; --allow-outside allows it, or name it "
                                  "beside the tests: cnplint test " +
                                  result.back() + " " + file);
        result.pop_back();
        continue;
      }
      result.push_back((folder / std::string(path.text())).lexically_normal().string());
      if (base::is_kube_input(result.back())) result.back().insert(0, "./");  // it is a file's
      if (!root || options_.allow_outside || base::is_below(result.back(), *root)) {
        result.back() = moved(result.back());
        continue;
      }
      mistake(path.range(), base::quoted(path.text()) + " leaves the repository " + root->string() +
                                "; --allow-outside allows it");
      result.pop_back();
    }
    return result;
  }

  /// What the policies and manifests that a document names make, or the running clusters that the
  /// run was asked about.
  Inputs& inputs_of(policy::NodeRef root, const std::string& file) {
    std::vector<std::string> paths = running_;
    if (running_.empty())
      for (const char* list : {"policies", "manifests"})
        std::ranges::move(resolved(root.get(list), file), std::back_inserter(paths));
    std::vector<InMemory> texts;
    if (const std::string_view text = root.get("inlinePolicies").text(); !text.empty())
      texts.push_back({file + "#inlinePolicies", std::string(text)});
    return project_.open(paths, std::move(texts), [&](policy::Environment& environment) {
      policy::read_environment(root.get("environment"), environment);
    });
  }

  void tell(const Inputs& inputs, const std::string& file) {
    add_notes(inputs.notes());
    std::ranges::copy(inputs.errors(), std::back_inserter(run_.errors));
    if (inputs.templates() > 0)
      run_.warnings.push_back(file + ": templates left out: " + std::to_string(inputs.templates()) +
                              "; render them first");
  }

  void tell(const Cluster& cluster) {
    for (const RefusedPolicy& each : cluster.refused())
      if (const base::SourceRange place = each.place();
          refused_.emplace(place.file, place.begin).second)
        run_.left_out.push_back(each);
    if (std::string others = harness::unjudged_policies(cluster.inventory());
        !others.empty() && told_.insert(others).second)
      run_.warnings.push_back(std::move(others));
  }

  void run_document(policy::NodeRef root, const std::string& file) {
    if (!is_valid(root)) return;
    Inputs& inputs = inputs_of(root, file);
    refused_.clear();
    tell(inputs, file);
    std::vector<const Cluster*> clusters;
    const policy::NodeRef name = root.get("cluster");
    // Tests of another cluster are not asked for; those whose files are of all clusters are.
    const bool several = inputs.clusters().size() > 1;
    if (name && !options_.cluster.empty() && name.text() != options_.cluster) return;
    if (name || (!options_.cluster.empty() && several)) {
      const auto one = inputs.cluster(name ? name.text() : options_.cluster);
      if (!one) {
        run_.wrong_cluster |= !name;
        return mistake((name ? name : root).range(), one.error().message);
      }
      clusters.push_back(*one);
    } else {
      for (const Cluster& each : inputs.clusters()) clusters.push_back(&each);
    }
    run_in(inputs, clusters, root, file);
  }

  /// Runs the tests of a document in each cluster; where all answer the same, that is one result.
  void run_in(Inputs& inputs, const std::vector<const Cluster*>& clusters, policy::NodeRef root,
              const std::string& file) {
    std::vector<std::vector<harness::TestResult>> results;
    std::vector<harness::Mistake> mistakes;
    for (const Cluster* written : clusters) {
      const FolderNames folders = name_folders(*written, spoken_of(root, *written));
      for (std::string& sentence : ambiguous_folders(folders))
        if (told_.insert(sentence).second) run_.warnings.push_back(std::move(sentence));
      const Cluster* cluster = &inputs.named(*written, folders);
      tell(*cluster);
      const harness::TestFile test =
          harness::read_test_file(root, cluster->environment(), cluster->inventory());
      if (mistakes.empty()) mistakes = test.mistakes;
      if (!test.mistakes.empty()) continue;
      results.push_back(
          harness::run_tests(test, file, cluster->policies(), cluster->inventory(), run_options_));
      for (harness::TestResult& each : results.back()) each.cluster = cluster->name();
    }
    // A workload may be in some of the clusters only.
    if (results.empty())
      for (const harness::Mistake& each : mistakes)
        mistake(lint::culprit_range(each.where), each.message);
    for (harness::TestResult& each : harness::joined_results(std::move(results)))
      run_.results.push_back(std::move(each));
  }

  Project& project_;
  const PolicyTestOptions& options_;
  schemas::Schema schema_;
  harness::RunOptions run_options_;
  std::vector<std::string> running_;  ///< clusters that stand for what the tests name
  std::set<std::string> told_;        ///< what was said once
  /// Policies of this document that are left out, by their place.
  std::set<std::pair<const base::SourceFile*, std::uint32_t>> refused_;
  PolicyTestRun run_;
};

}  // namespace

std::size_t PolicyTestRun::failed() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(results, [](const auto& result) { return !result.passed; }));
}

PolicyTestRun run_policy_tests(Project& project, const std::vector<std::string>& paths,
                               const PolicyTestOptions& options) {
  return PolicyTests(project, options).run(paths);
}

}  // namespace cnplint::project

// SPDX-License-Identifier: Apache-2.0
//
// Objects on their way through kustomize.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "policy/yaml/composed_document.h"
#include "policy/yaml/document.h"
#include "project/kustomization.h"

namespace cnplint::project {

/// What kustomize knows an object by (ResId of its package kyaml/resid).
struct KustomizeId {
  std::string group;
  std::string version;
  std::string kind;
  std::string name;
  std::string ns;

  /// The namespace that counts where two are compared: `default` where there is none, and one that
  /// nothing is in for objects without namespaces.
  [[nodiscard]] std::string_view effective_namespace() const;
  /// The same kind, name and effective namespace.
  [[nodiscard]] bool same_as(const KustomizeId& other) const;
  /// `Kind/namespace/name` for messages.
  [[nodiscard]] std::string text() const;
  /// How many steps of work a copy of it is: names may be long.
  [[nodiscard]] std::size_t weight() const;
};

/// What an object that is written is known by.
KustomizeId id_of(policy::NodeRef root);

/// Whether kustomize knows from the API of Kubernetes that objects of a kind have no namespace
/// (openapi.IsCertainlyClusterScoped of kyaml).
bool is_known_clusterwide(const KustomizeId& id);
/// Whether objects of a kind have no namespace and kustomize does not know it. It gives them one,
/// which the API server takes away again.
bool is_custom_clusterwide(const KustomizeId& id);

/// An object that is changed.
struct KustomizeObject {
  policy::ComposedValue value;
  policy::NodeRef root;
  const policy::Document* written = nullptr;
  bool changed = false;
  bool removed = false;
  KustomizeId id;
  std::vector<KustomizeId> former;  ///< what it was known by before, the oldest first
  std::vector<std::string> prefixes;
  std::vector<std::string> suffixes;

  [[nodiscard]] const KustomizeId& original() const { return former.empty() ? id : former.front(); }
  /// How many steps of work a copy of it is.
  [[nodiscard]] std::size_t weight() const;
  /// Keeps what it is known by now, before that changes.
  void remember() { former.push_back(id); }
  /// Reads what it is known by now.
  void identify();
  /// A value by its path, or nullptr.
  policy::ComposedValue* find(std::initializer_list<std::string_view> path);
};

/// Problems in the order in which they were found, each once, and a thousand at most.
class KustomizeProblems {
 public:
  void add(KustomizeProblem problem);
  [[nodiscard]] const std::vector<KustomizeProblem>& all() const { return problems_; }

 private:
  static constexpr std::size_t kMost = 1000;

  std::vector<KustomizeProblem> problems_;
  std::set<std::tuple<const base::SourceFile*, std::uint32_t, std::string>> known_;
};

/// What a build costs at most, and what goes wrong in it.
class KustomizeRun {
 public:
  /// Counts work: values that are copied, made or looked at. False where it was too much; then the
  /// build ends.
  bool spend(std::size_t steps, base::SourceRange where);
  [[nodiscard]] bool exhausted() const { return exhausted_; }

  void problem(KustomizeProblem problem) { problems_.add(std::move(problem)); }
  void problem(policy::NodeRef where, std::string message) {
    problems_.add({where.visible_range(), std::move(message)});
  }
  [[nodiscard]] const KustomizeProblems& problems() const { return problems_; }
  /// Goes on with other problems; returns those until now.
  KustomizeProblems exchange(KustomizeProblems problems) {
    return std::exchange(problems_, std::move(problems));
  }

 private:
  static constexpr std::size_t kMostSteps = 4'000'000;

  std::size_t spent_ = 0;
  bool exhausted_ = false;
  KustomizeProblems problems_;
};

}  // namespace cnplint::project

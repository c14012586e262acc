// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <span>
#include <string_view>
#include <vector>

#include "lint/finding.h"
#include "lint/shared_parts.h"

namespace cnplint::policy {
class Document;
class KnownPods;
class PolicyList;
class SubjectIndex;
struct ClusterFacts;
struct Environment;
struct Policy;
struct RuleBase;
struct SelectorUse;
}  // namespace cnplint::policy
namespace cnplint::schemas {
class Schema;
struct Violation;
}  // namespace cnplint::schemas

namespace cnplint::lint {

class Report;
class Options;

struct Traffic;

enum class Family : std::uint8_t {
  validity,      ///< someone rejects it
  effect,        ///< accepted, but does less, nothing, or something else than it says
  exposure,      ///< more than least privilege
  connectivity,  ///< DNS, default deny, traffic
  workload,      ///< needs manifests
  upgrade,       ///< depends on the Cilium release
  hygiene,
};
inline constexpr std::array<std::string_view, 7> kFamilyNames{
    "validity", "effect", "exposure", "connectivity", "workload", "upgrade", "hygiene"};
constexpr std::string_view family_name(Family family) {
  return kFamilyNames[static_cast<std::size_t>(family)];
}

/// What a rule must know to speak.
enum class Certainty : std::uint8_t { certain, needs_inventory, needs_environment, needs_capture };
inline constexpr std::array<std::string_view, 4> kCertaintyNames{
    "certain", "needs inventory", "depends on the environment", "needs a capture"};

/// Sets of rules, each with all that the one before has.
enum class Profile : std::uint8_t {
  recommended,  ///< what nearly everybody would change
  strict,       ///< what only strict reviewers want as well
  all,          ///< what somebody has to ask for
};
inline constexpr std::array<std::string_view, 3> kProfileNames{"recommended", "strict", "all"};

constexpr std::string_view profile_name(Profile profile) {
  return kProfileNames[static_cast<std::size_t>(profile)];
}

/// A whole manifest that has the finding, and one that says the same without it. Tests lint both,
/// and apply the fix.
struct Example {
  std::string_view bad;
  std::string_view good;
  std::string_view fixed = {};   ///< what the fix of the finding makes of `bad`, byte by byte
  std::string_view config = {};  ///< the configuration under which they are so; empty: the default
  std::string_view flows = {};   ///< the capture that both are held against
  std::string_view file = "policy.yaml";  ///< its name, where the rule is about that
};

/// A setting of a rule in the configuration: a list of strings.
struct Option {
  std::string_view name;
  std::string_view description;
};

/// What a rule sees of one document of any kind.
struct DocumentContext {
  const policy::Document& document;
};

/// What a rule sees of one policy.
struct PolicyContext {
  const policy::Policy& policy;
  const policy::Environment& environment;
  const schemas::Schema& schema;
  std::span<const schemas::Violation> violations;
  std::span<const policy::SelectorUse> selectors;  ///< every one in the policy
  const Options& options;
};

/// What a rule sees of the policies that live together in a cluster: those that are accepted.
struct ClusterContext {
  const policy::ClusterFacts& cluster;
  const policy::PolicyList& policies;
  /// The policies, translated: what they mean. A VerdictEngine made of it decides about endpoints.
  const std::shared_ptr<const policy::RuleBase>& rules;
  const policy::SubjectIndex& subjects;  ///< who selects whom
  const policy::KnownPods& pods;         ///< of the workloads of the input
  SharedParts& shared;
  const Options& options;
  const Traffic* traffic = nullptr;  ///< none where no capture was given
  /// Files of which findings are reported; none: all. What one rule does to many others is said
  /// once, at that rule, only where its file is among them.
  const std::set<const base::SourceFile*>* reported = nullptr;

  [[nodiscard]] bool is_reported(policy::NodeRef place) const {
    return reported == nullptr || reported->contains(&place.document().file());
  }
};

/// A rule is data: one constant in the file rules/<family>/<rule_name>.cpp. The texts are its
/// documentation, wherever it is shown.
struct Rule {
  std::string_view name;  ///< kebab-case, names the bad pattern, reads well after "allow"
  Family family;
  Severity severity;
  Certainty certainty;
  std::string_view since;    ///< the cnplint release that brought it
  std::string_view summary;  ///< one sentence: what it finds
  std::string_view why;      ///< Markdown: why it matters, and when it is legitimate
  Example example;
  std::span<const Option> options = {};
  /// What it rests on: ids of docs/facts, such as P213 and A3.3, with spaces between them. Rules
  /// that share one are neighbours.
  std::string_view facts = {};
  std::string_view aliases = {};           ///< names that it had before, with spaces between them
  Profile profile = Profile::recommended;  ///< the first that has it
  /// Restates what the schema says: dropped where an admission rule names the same culprit.
  bool structural = false;
  /// Says the same of every file of a folder: only the first one has it, with a count.
  bool once_per_folder = false;
  void (*check_document)(const DocumentContext&, Report&) = nullptr;
  void (*check_policy)(const PolicyContext&, Report&) = nullptr;
  void (*check_cluster)(const ClusterContext&, Report&) = nullptr;
};

/// The words of a text, which blanks separate.
std::vector<std::string_view> words_of(std::string_view text);
/// Whether a rule has a name, or had it once.
bool is_called(const Rule& rule, std::string_view name);

}  // namespace cnplint::lint

/// Defines the rule of a file, in a namespace that has the name of the file: so files can be
/// compiled together and all call their function `check`.
#define CNPLINT_RULE                        \
  extern const ::cnplint::lint::Rule kRule; \
  constinit const ::cnplint::lint::Rule kRule

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "lint/finding.h"
#include "lint/rule.h"
#include "lint/selection.h"
#include "policy/model/environment.h"
#include "policy/verdict/forbidden.h"

namespace cnplint::lint {

/// What the configuration says of one rule.
struct RuleSetting {
  bool off = false;
  bool strict = false;  ///< whether what only strict reviewers want counts in full
  std::optional<Severity> severity;
  std::map<std::string, std::vector<std::string>, std::less<>> options;
};
using RuleSettings = std::map<std::string, RuleSetting, std::less<>>;

/// The options that a rule was given.
class Options {
 public:
  Options() = default;
  explicit Options(const RuleSetting& setting) : setting_(&setting) {}

  /// The strings given for an option; empty where it was not given.
  [[nodiscard]] std::span<const std::string> strings(std::string_view name) const;

 private:
  const RuleSetting* setting_ = nullptr;
};

/// Settings for some paths.
struct Override {
  std::vector<std::string> paths;
  RuleSettings rules;
};

/// The settings of an environment that somebody gives, by name (`cilium` is the release), with who
/// gives each: a place in the configuration, or an option.
using GivenSettings = std::map<std::string, std::string, std::less<>>;

/// A cluster that the configuration names.
struct ClusterSetting {
  std::string name;
  std::vector<std::string> paths;   ///< globs of its files
  policy::Environment environment;  ///< the general one with its own settings over it
  GivenSettings given;              ///< those of the general one as well
};

/// What comments and annotations that allow findings do.
enum class SuppressionMode : std::uint8_t {
  apply,   ///< their findings do not count and are not shown
  report,  ///< their findings do not count, and are shown as suppressed
  ignore,  ///< nothing: what an author allowed is judged like everything else
};
inline constexpr std::array<std::string_view, 3> kSuppressionModes{"apply", "report", "ignore"};

/// The least severity that makes a run fail; none: never.
using FailOn = std::optional<Severity>;

/// A `.cnplint.yaml`, or the defaults.
struct Config {
  std::string file;    ///< empty for the defaults
  std::string folder;  ///< absolute; the globs are relative to it
  policy::Environment environment;
  GivenSettings given;  ///< of the environment
  /// Whether the environment is what it is here, whatever the repository says of its Cilium.
  bool environment_is_fixed = false;
  FailOn fail_on = Severity::warning;
  bool require_reason = false;
  SuppressionMode suppressions = SuppressionMode::apply;
  std::vector<std::string> exclude;
  std::string stdin_filename;              ///< of --stdin-filename: what standard input is called
  std::vector<std::string> exclude_shown;  ///< of --exclude: globs against paths as they are shown
  bool no_ignore = false;  ///< of --no-ignore: folders leave out nothing because git ignores it
  RuleSettings rules;
  std::vector<Override> overrides;
  Profile profile = Profile::recommended;
  Selection selection;  ///< of --select and --ignore
  /// Whether the input has all workloads, or not; none: by what the input tells.
  std::optional<bool> inventory_complete;
  /// Whether kustomize and helm are asked what they make of the repository.
  bool render = false;
  std::vector<ClusterSetting> clusters;
  /// Namespaces that `cnplint synth` leaves to the system, beside kube-system.
  std::vector<std::string> system_namespaces;
  std::vector<policy::Forbidden> forbid;  ///< connections that must never pass
  /// Globs of paths with the namespace of what names none there; the first that matches counts.
  std::vector<std::pair<std::string, std::string>> namespaces;

  /// To which of `clusters` a path belongs.
  [[nodiscard]] std::vector<bool> clusters_of(const std::string& path) const;
  /// The environment of a cluster: its own where it is configured, else the general one.
  [[nodiscard]] const policy::Environment& environment_of(std::string_view cluster) const;
  /// Its settings that the configuration or an option gives.
  [[nodiscard]] const GivenSettings& given_of(std::string_view cluster) const;
  /// Whether a path is left out by the globs of either kind, in every command.
  [[nodiscard]] bool excludes(const std::string& path) const;
  /// How an input is called in messages, reports and globs: its path without detours; standard
  /// input by `stdin_filename`, else `<stdin>`.
  [[nodiscard]] std::string name_of(const std::string& input) const;
  /// A path as the globs of the configuration see it.
  [[nodiscard]] std::string relative(const std::string& path) const;
  /// The setting of a rule for a file (path relative to `folder`), overrides, profile and selection
  /// applied.
  [[nodiscard]] RuleSetting setting(const Rule& rule, std::string_view path) const;
};

/// Parses "note", "warning", "error" or "never".
std::optional<FailOn> parse_fail_on(std::string_view text);
std::optional<Severity> parse_severity(std::string_view text);

/// Reads a configuration file. Every mistake is in the error, each with line, column and the
/// nearest spelling; a key that is written twice is one.
base::Result<Config> load_config(const std::string& path, std::span<const Rule* const> rules);

/// The configuration for an input: `.cnplint.yaml` in its folder or the nearest one above, up to
/// the root of the repository; empty where there is none. One that is no regular file, or a link
/// that leaves the repository, is an error: it must not be passed over.
base::Result<std::string> find_config(const std::string& input);

/// The JSON Schema of the configuration for editors, with every rule by name.
std::string config_json_schema(std::span<const Rule* const> rules);

}  // namespace cnplint::lint

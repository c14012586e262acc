// SPDX-License-Identifier: Apache-2.0
#include "lint/config.h"

#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "base/glob.h"
#include "base/nearest.h"
#include "base/text.h"
#include "base/walk.h"
#include "lint/report.h"
#include "policy/model/label.h"
#include "policy/yaml/reader.h"
#include "policy/yaml/scalar.h"
#include "schemas/validator.h"

namespace cnplint::lint {
namespace {

using base::Error;
using policy::NodeRef;

/// Reads the mapping of one file, collecting mistakes as it goes.
class ConfigReader {
 public:
  explicit ConfigReader(std::span<const Rule* const> rules) : rules_(rules) {}

  base::Result<Config> run(const std::string& path) {
    auto text = base::read_file(path, policy::ReaderCaps::kFileBytes);
    if (!text) return base::fail(Error::Kind::usage, text.error().message);
    base::SourceStore store;
    base::SourceFile& file = store.add(path, std::move(*text));
    const policy::FileContent content = policy::read_documents(file);
    config_.file = path;
    config_.folder = std::filesystem::absolute(path).lexically_normal().parent_path().string();
    if (content.documents.empty()) return config_;
    const policy::Document& document = content.documents.front();
    if (document.error())
      mistake(document.error()->range, document.error()->message);
    else
      read(document.root());
    for (const policy::DuplicateKey& each : policy::duplicate_keys(document))
      mistake(each.key, "key " + base::quoted(each.key.text()) +
                            " is written twice, first in line " +
                            std::to_string(each.first.range().first().line));
    if (content.documents.size() > 1)
      mistake(content.documents[1].range(), "a configuration is one document");
    if (!mistakes_.empty()) return tl::unexpected(error());
    return config_;
  }

 private:
  void mistake(base::SourceRange range, const std::string& message) {
    mistakes_.emplace_back(range.begin, range.place() + ": " + message);
  }
  void mistake(NodeRef node, const std::string& message) { mistake(culprit_range(node), message); }

  /// All of them, in the order of the file.
  Error error() {
    std::ranges::stable_sort(mistakes_, {}, &std::pair<std::uint32_t, std::string>::first);
    Error error{Error::Kind::usage, mistakes_.front().second};
    for (std::size_t i = 1; i < mistakes_.size(); ++i)
      error.more.push_back(std::move(mistakes_[i].second));
    return error;
  }

  void read(NodeRef root) {
    const schemas::Schema schema = schemas::compile_schema("cnplintconfig", {});
    for (const schemas::Violation& violation : schemas::validate(schema, root))
      if (violation.keyword != schemas::Keyword::null_field)
        mistake(violation.node, schemas::describe(violation, schema));
    read_release(root.get("cilium"), config_.environment, config_.given);
    if (const auto fail_on = parse_fail_on(root.get("failOn").text())) config_.fail_on = *fail_on;
    config_.require_reason = policy::boolean_value(root.get("requireReason").text());
    const auto mode = std::ranges::find(kSuppressionModes, root.get("suppressions").text());
    if (mode != kSuppressionModes.end())
      config_.suppressions = static_cast<SuppressionMode>(mode - kSuppressionModes.begin());
    const auto profile = std::ranges::find(kProfileNames, root.get("profile").text());
    if (profile != kProfileNames.end())
      config_.profile = static_cast<Profile>(profile - kProfileNames.begin());
    if (const NodeRef inventory = root.get("inventory"))
      config_.inventory_complete = inventory.text() == "complete";
    config_.render = policy::boolean_value(root.get("render").text());
    config_.exclude = strings(root.get("exclude"));
    config_.system_namespaces = strings(root.get("systemNamespaces"));
    read_environment(root.get("environment"), config_.environment, config_.given);
    config_.rules = settings(root.get("rules"));
    read_old_dns_key();
    for (const NodeRef item : root.get("overrides").items())
      config_.overrides.push_back({strings(item.get("paths")), settings(item.get("rules"))});
    for (const policy::Entry& each : root.get("clusters").entries())
      config_.clusters.push_back(cluster(each.key.key_text(), each.value));
    for (const NodeRef item : root.get("forbid").items()) config_.forbid.push_back(forbidden(item));
    for (const policy::Entry& each : root.get("namespaces").entries())
      if (policy::is_dns_label(each.value.text()))
        config_.namespaces.emplace_back(each.key.key_text(), each.value.text());
      else
        mistake(each.value, base::quoted(each.value.text()) + " is no name of a namespace");
  }

  ClusterSetting cluster(std::string name, NodeRef node) {
    ClusterSetting result{std::move(name), strings(node.get("paths")), config_.environment,
                          config_.given};
    read_release(node.get("cilium"), result.environment, result.given);
    read_environment(node.get("environment"), result.environment, result.given);
    return result;
  }

  policy::Forbidden forbidden(NodeRef item) {
    const auto tell = [&](NodeRef where, const std::string& message) { mistake(where, message); };
    return {std::string(item.get("name").text()), policy::read_end_selector(item.get("from"), tell),
            policy::read_end_selector(item.get("to"), tell),
            policy::read_forbidden_ports(item.get("port"), tell), item.range().place()};
  }

  static void read_release(NodeRef node, policy::Environment& environment, GivenSettings& given) {
    const auto release = policy::parse_release(node.text());
    if (!release) return;
    environment.cilium = *release;
    given["cilium"] = node.range().place();
  }

  void read_environment(NodeRef node, policy::Environment& environment, GivenSettings& given) {
    policy::read_environment(node, environment);
    for (const policy::Entry& each : node.entries())
      if (!each.value.is_null()) given[std::string(each.key.key_text())] = each.key.range().place();
    const NodeRef labels = node.get("labels");
    if (std::string wrong = policy::LabelFilter::mistake(labels.text()); !wrong.empty())
      mistake(labels, wrong);
  }

  /// `environment.dns` was an option of a rule once.
  void read_old_dns_key() {
    const auto rule = config_.rules.find("egress-without-dns");
    if (rule == config_.rules.end()) return;
    const auto option = rule->second.options.find("dnsNamespaces");
    if (option == rule->second.options.end()) return;
    auto& dns = config_.environment.dns;
    dns.insert(dns.end(), option->second.begin(), option->second.end());
  }

  static std::vector<std::string> strings(NodeRef list) {
    std::vector<std::string> result;
    for (const NodeRef item : list.items()) result.emplace_back(item.text());
    return result;
  }

  RuleSettings settings(NodeRef node) {
    RuleSettings result;
    for (const policy::Entry& entry : node.entries()) {
      const Rule* rule = known_rule(entry.key);
      if (rule != nullptr) result[std::string(rule->name)] = setting(*rule, entry.value);
    }
    return result;
  }

  const Rule* known_rule(NodeRef key) {
    std::vector<std::string_view> names;
    for (const Rule* rule : rules_) {
      if (is_called(*rule, key.text())) return rule;
      names.push_back(rule->name);
    }
    mistake(key, "unknown rule " + base::quoted(key.text()) +
                     base::allowed_values_hint(key.text(), names));
    return nullptr;
  }

  RuleSetting setting(const Rule& rule, NodeRef node) {
    RuleSetting result;
    const NodeRef level = node.is_mapping() ? node.get("severity") : node;
    if (level) severity(level, result);
    for (const policy::Entry& entry : node.entries()) {
      const std::string_view name = entry.key.text();
      if (name == "severity") continue;
      std::vector<std::string_view> known{"severity"};
      for (const Option& option : rule.options) known.push_back(option.name);
      if (std::find(known.begin(), known.end(), name) == known.end())
        mistake(entry.key, "rule " + base::quoted(rule.name) + " has no option " +
                               base::quoted(name) + base::allowed_values_hint(name, known));
      else if (!entry.value.is_sequence())
        mistake(entry.value, base::quoted(name) + " must be a list of strings");
      else
        result.options[std::string(name)] = strings(entry.value);
    }
    return result;
  }

  void severity(NodeRef level, RuleSetting& result) {
    constexpr std::string_view kLevels[] = {"off", "note", "warning", "error"};
    // YAML 1.1 reads a bare off as a boolean; the text says what was meant.
    if (level.text() == "off")
      result.off = true;
    else if (const auto parsed = parse_severity(level.text()))
      result.severity = parsed;
    else
      mistake(level, "unknown severity " + base::quoted(level.text()) +
                         base::allowed_values_hint(level.text(), kLevels));
  }

  std::span<const Rule* const> rules_;
  Config config_;
  std::vector<std::pair<std::uint32_t, std::string>> mistakes_;  ///< with their offsets
};

void apply(const RuleSettings& settings, const Rule& rule, RuleSetting& result) {
  const auto found = settings.find(rule.name);
  if (found == settings.end()) return;
  const RuleSetting& setting = found->second;
  if (setting.off || setting.severity) {
    result.off = setting.off;
    result.severity = setting.severity;
  }
  for (const auto& [name, values] : setting.options) result.options[name] = values;
}

}  // namespace

std::span<const std::string> Options::strings(std::string_view name) const {
  if (setting_ == nullptr) return {};
  const auto found = setting_->options.find(name);
  if (found == setting_->options.end()) return {};
  return found->second;
}

std::string Config::relative(const std::string& path) const {
  if (folder.empty()) return path;
  namespace fs = std::filesystem;
  return fs::absolute(path).lexically_normal().lexically_relative(folder).string();
}

std::string Config::name_of(const std::string& input) const {
  return base::shown_path(input == "-" && !stdin_filename.empty() ? stdin_filename : input);
}

bool Config::excludes(const std::string& path) const {
  const auto any = [](const std::vector<std::string>& globs, const std::string& text) {
    return std::ranges::any_of(
        globs, [&](const std::string& glob) { return base::glob_matches(glob, text); });
  };
  return any(exclude_shown, path) || (!exclude.empty() && any(exclude, relative(path)));
}

std::vector<bool> Config::clusters_of(const std::string& path) const {
  const std::string own = relative(path);
  std::vector<bool> result;
  for (const ClusterSetting& each : clusters)
    result.push_back(std::ranges::any_of(
        each.paths, [&](const std::string& glob) { return base::glob_matches(glob, own); }));
  return result;
}

const GivenSettings& Config::given_of(std::string_view cluster) const {
  const auto found = std::ranges::find(clusters, cluster, &ClusterSetting::name);
  return found == clusters.end() ? given : found->given;
}

const policy::Environment& Config::environment_of(std::string_view cluster) const {
  const auto found = std::ranges::find(clusters, cluster, &ClusterSetting::name);
  return found == clusters.end() ? environment : found->environment;
}

RuleSetting Config::setting(const Rule& rule, std::string_view path) const {
  RuleSetting result;
  apply(rules, rule, result);
  for (const Override& each : overrides)
    for (const std::string& glob : each.paths)
      if (base::glob_matches(glob, path)) {
        apply(each.rules, rule, result);
        break;
      }
  const bool asked = result.severity.has_value();
  result.off = !selection.has(rule, profile, asked) || (result.off && !selection.names(rule));
  result.strict = asked || selection.profile(profile) >= Profile::strict;
  return result;
}

std::optional<Severity> parse_severity(std::string_view text) {
  for (std::size_t i = 0; i < kSeverityNames.size(); ++i)
    if (kSeverityNames[i] == text) return static_cast<Severity>(i);
  return std::nullopt;
}

std::optional<FailOn> parse_fail_on(std::string_view text) {
  if (text == "never") return FailOn();
  if (const auto severity = parse_severity(text)) return FailOn(severity);
  return std::nullopt;
}

base::Result<Config> load_config(const std::string& path, std::span<const Rule* const> rules) {
  return ConfigReader(rules).run(path);
}

base::Result<std::string> find_config(const std::string& input) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  fs::path folder = fs::weakly_canonical(
      fs::absolute(input == "-" ? fs::path(".") : fs::path(input), ignored), ignored);
  if (!fs::is_directory(folder, ignored)) folder = folder.parent_path();
  for (;; folder = folder.parent_path()) {
    const fs::path candidate = folder / ".cnplint.yaml";
    const bool repository = fs::exists(folder / ".git", ignored);
    if (fs::symlink_status(candidate, ignored).type() != fs::file_type::not_found) {
      std::string path = fs::proximate(candidate, ignored).string();
      if (!fs::is_regular_file(candidate, ignored))
        return base::fail(Error::Kind::usage,
                          path +
                              ": not a regular file; remove it, or name a configuration with "
                              "--config");
      const auto root = base::repository_root(folder);
      if (root && !base::is_below(candidate, *root))
        return base::fail(Error::Kind::usage, path +
                                                  ": a link that leaves the repository; name "
                                                  "the configuration with --config");
      return path;
    }
    if (repository || folder == folder.parent_path()) return std::string();
  }
}

}  // namespace cnplint::lint

// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <span>

#include "base/file.h"
#include "base/output_files.h"
#include "base/text.h"
#include "cli/capture_input.h"
#include "cli/chosen_clusters.h"
#include "cli/command.h"
#include "cli/configuration.h"
#include "cli/output.h"
#include "cli/synthesis_summary.h"
#include "cli/values.h"
#include "harness/verdict_notes.h"
#include "policy/model/label.h"
#include "project/guarantees.h"
#include "project/measure.h"
#include "project/project.h"
#include "project/update.h"
#include "synth/evidence.h"
#include "synth/synthesis.h"

namespace cnplint::cli {
namespace {

namespace fs = std::filesystem;
using synth::Synthesis;
using synth::SynthesisOptions;

/// The flags of `cnplint synth`.
struct SynthFlags {
  std::vector<std::string> captures;
  std::vector<std::string> manifests;
  std::vector<std::string> namespaces;
  std::vector<std::string> excluded_namespaces;
  bool all_namespaces = false;
  std::vector<std::string> label_keys;
  std::string output_dir;
  std::string update;
  bool patch = false;
  bool prune = false;
  std::string kind = "CiliumNetworkPolicy";
  std::string deny_list;
  std::string blocklist;
  std::string evidence;
  std::string enforce = "deny";
  std::string like;
  std::uint64_t generalize = 0;
  bool l7 = false;
  bool service_accounts = false;
  bool learn_drops = false;
  bool host = false;
  bool accept_suspicious = false;
  bool pending_review = false;
  bool force = false;
  bool allow_empty = false;
  bool no_open = false;
  bool companion = false;
  std::string public_ingress = "auto";
  std::size_t public_from = synth::LearnOptions().public_from;
  CaptureFlags capture;
  ConfigFlags config;
};

constexpr std::array<std::pair<const char*, synth::PublicIngress>, 3> kPublicIngress{
    {{"auto", synth::PublicIngress::automatic},
     {"always", synth::PublicIngress::always},
     {"never", synth::PublicIngress::never}}};

policy::PolicyKind kind_of(const std::string& name) {
  return std::ranges::find(policy::kPolicyKinds, name, &policy::KindFacts::name)->kind;
}

base::Result<SynthesisOptions> options_of(const SynthFlags& flags, const lint::Config& config) {
  SynthesisOptions options;
  options.draft.excluded = flags.excluded_namespaces;
  if (!flags.all_namespaces) {
    options.draft.system = config.system_namespaces;
    options.draft.system.emplace_back("kube-system");
  }
  options.labels.keys = flags.label_keys;
  options.draft.label_keys = flags.label_keys;
  options.labels.service_accounts = flags.service_accounts;
  options.learn.drops = flags.learn_drops;
  options.learn.host = flags.host;
  options.learn.suspicious = flags.accept_suspicious;
  for (const auto& [name, value] : kPublicIngress)
    if (flags.public_ingress == name) options.learn.public_ingress = value;
  options.learn.public_from = flags.public_from;
  options.draft.kind = kind_of(flags.kind);
  options.draft.l7 = flags.l7;
  options.draft.companion = flags.companion;
  options.draft.observe = flags.enforce == "observe";
  options.draft.namespaces = flags.namespaces;
  options.draft.generalize = flags.generalize;
  options.write.pending_review = flags.pending_review;
  options.write.observe = options.draft.observe;
  const bool cilium = policy::is_cilium(options.draft.kind);
  for (const auto& [given, name] :
       {std::pair(options.draft.observe, "--enforce observe"), std::pair(flags.l7, "--l7"),
        std::pair(flags.service_accounts, "--service-accounts")})
    if (given && !cilium)
      return base::fail(base::Error::Kind::usage, std::string(name) +
                                                      " is for Cilium's policies, a " + flags.kind +
                                                      " has nothing like it");
  if (const std::size_t equals = flags.like.find('='); !flags.like.empty()) {
    options.copy_to = flags.like.substr(0, equals);
    options.copy_from = flags.like.substr(std::min(equals, flags.like.size() - 1) + 1);
    if (!policy::is_dns_label(options.copy_to) || !policy::is_dns_label(options.copy_from) ||
        equals == std::string::npos)
      return base::fail(base::Error::Kind::usage,
                        "--template: " + base::quoted(flags.like) + " is not NAMESPACE=LIKE");
    options.draft.namespaces = {options.copy_from};
  }
  if (!flags.deny_list.empty()) {
    auto list = synth::read_flow_list(flags.deny_list);
    if (!list) return tl::unexpected(list.error());
    options.learn.forbidden = std::move(*list);
  }
  if (!flags.blocklist.empty()) {
    auto list = synth::read_address_list(flags.blocklist);
    if (!list) return tl::unexpected(list.error());
    options.learn.blocked = std::move(*list);
  }
  return options;
}

// --- Output ---

fs::path file_of(const synth::PolicyDraft& policy, const std::string& folder) {
  const fs::path name = policy.name + ".yaml";
  const bool cluster = policy::is_clusterwide(policy.kind);
  return cluster ? fs::path(folder) / name : fs::path(folder) / policy.ns / name;
}

/// One file for each policy; none is written where one must not or cannot be.
base::Result<void> write_files(const Synthesis& synthesis, const SynthFlags& flags,
                               const synth::WriteOptions& options) {
  base::OutputFiles files;
  for (const synth::PolicyDraft& policy : synthesis.drafts.policies) {
    const fs::path file = file_of(policy, flags.output_dir);
    const std::string text = write(policy, options);
    std::error_code ignored;
    if (fs::exists(file, ignored)) {
      const auto known = base::read_file(file.string(), policy::ReaderCaps::kFileBytes);
      if (known && *known == text) continue;
      if (!flags.force)
        return base::fail(base::Error::Kind::unwritable,
                          file.string() +
                              ": exists and differs; --update adds what is missing, --force "
                              "replaces it");
    }
    if (auto made = files.make_folders_for(file.string()); !made) return made;
    if (auto added = files.add(file.string(), text); !added) return added;
  }
  return files.commit();
}

/// All policies as one stream, some at a time.
base::Result<void> print_policies(std::span<const synth::PolicyDraft> policies,
                                  const synth::WriteOptions& options, unsigned threads) {
  constexpr std::size_t kAtOnce = 2000;
  for (; !policies.empty(); policies = policies.subspan(std::min(kAtOnce, policies.size())))
    if (auto printed =
            print(write_all(policies.first(std::min(kAtOnce, policies.size())), options, threads));
        !printed)
      return printed;
  return {};
}

/// Sentences about what an update leaves to people.
void tell_update(const synth::Update& update) {
  warn_about("an explicit deny stands against it", update.conflicts);
  warn_about("the kind of policy cannot say it", update.unwritten);
  warn_about("not enforced", update.open);
  warn_about("not pruned", update.not_pruned);
}

/// What a change of files does beyond the cluster that it is made for.
void tell_reach(const project::UpdatedFiles& files, const project::Inputs& inputs,
                const project::Cluster& updated) {
  const project::ClustersOfFiles others = project::other_clusters(inputs, updated);
  for (const auto& [path, text] : files.texts) {
    const auto before = files.before.find(path);
    if (before != files.before.end() && others.contains(before->second))
      warn(path + ": also of " + base::joined(others.at(before->second), ", ") +
           ": what is changed is changed there");
    if (!files.before.contains(path) && !inputs.kustomizations().empty())
      warn(path + ": a new file; name it under `resources` of a kustomization to deploy it");
  }
}

int run_update(const SynthFlags& flags, const project::UpdateInput& input) {
  const project::UpdatedFiles files = update_policies(input);
  synth::Drafts fresh;
  fresh.policies = files.update.added;
  const std::vector<std::string> open = left_open(fresh);
  tell_open(open);
  tell_update(files.update);
  tell_reach(files, input.inputs, input.existing);
  int code = kClean;
  const project::UpdateChecks checks = check_update(files, input);
  for (const std::string& each : checks.warnings) warn("lint: " + each);
  warn_about("passed, and is denied all the same", checks.denied);
  for (const std::string& failure : checks.failures) code = fail(kFindings, failure);
  if (flags.no_open && !open.empty())
    code = fail(kFindings, "something would stay open, and --no-open forbids that");
  if (flags.no_open && !checks.denied.empty())
    code = fail(kFindings, "something that passed is denied, and --no-open forbids that");
  if (code != kClean) return fail(code, "nothing is written: not all that is promised holds");
  std::string patch;
  base::OutputFiles written;
  for (const auto& [path, text] : files.texts) {
    const auto before = files.before.find(path);
    const std::string known =
        before == files.before.end() ? "" : std::string(before->second->text());
    if (flags.patch)
      patch += policy::unified_diff(path, before == files.before.end() ? nullptr : &known, text);
    else if (const auto added = written.add(path, text); !added)
      return fail(kUsage, added.error());
  }
  const auto done = flags.patch ? print(patch) : written.commit();
  if (!done) return fail(kUsage, done.error());
  const synth::Update& update = files.update;
  note(base::counted(update.rules_added, "rule") + " added, " +
       base::counted(update.rules_removed, "rule") + " removed, " +
       base::counted(update.added.size(), "policy") + " new; " +
       (checks.denied.empty()
            ? ""
            : base::counted(checks.denied.size(), "side") + " denied that passed; ") +
       base::counted(files.texts.size(), "file") + (flags.patch ? " in the patch" : " written"));
  return kClean;
}

base::Result<void> write_evidence(const SynthFlags& flags, const Synthesis& synthesis) {
  if (flags.evidence.empty()) return {};
  return base::write_file(flags.evidence, evidence_json(synthesis));
}

int write_new(const SynthFlags& flags, const Synthesis& synthesis, const SynthesisOptions& options,
              const policy::Environment& environment) {
  int code = kClean;
  const std::vector<std::string> open = left_open(synthesis.drafts);
  tell_open(open);
  const project::Guarantees guarantees =
      project::check_guarantees(synthesis, options, environment, flags.capture.jobs);
  for (const std::string& each : guarantees.warnings) warn(each);
  if (flags.no_open && !open.empty())
    code = fail(kFindings, "something would stay open, and --no-open forbids that");
  for (const std::string& failure : guarantees.failures) code = fail(kFindings, failure);
  if (code != kClean) return fail(code, "nothing is written: not all that is promised holds");
  const auto written = flags.output_dir.empty() ? print_policies(synthesis.drafts.policies,
                                                                 options.write, flags.capture.jobs)
                                                : write_files(synthesis, flags, options.write);
  if (!written) return fail(kUsage, written.error());
  note(summary(synthesis, guarantees));
  return kClean;
}

/// No policy can be made; why, where something has to stay open.
int tell_nothing(const SynthFlags& flags, const Synthesis& synthesis) {
  tell_open(left_open(synthesis.drafts));
  if (flags.allow_empty) return kClean;
  return fail(kUnreadable, "nothing to make a policy of; check the captures, or say --allow-empty");
}

/// Flags that do not go together.
std::string contradiction(const SynthFlags& flags) {
  const bool update = !flags.update.empty();
  if (update && !flags.output_dir.empty()) return "--update and --output-dir exclude each other";
  if (base::is_kube_input(flags.update))
    return "--update: " + flags.update +
           " is what runs in a cluster, nothing is written there; name files, and the cluster with "
           "--manifests";
  if (!update && (flags.patch || flags.prune)) return "--patch and --prune need --update";
  if (flags.all_namespaces && !flags.namespaces.empty())
    return "--all-namespaces and --namespace exclude each other";
  if (!flags.like.empty() &&
      (update || !flags.namespaces.empty() || flags.kind.starts_with("Egress")))
    return "--template goes with neither --update, --namespace nor policies of a whole namespace";
  if (update && flags.kind.starts_with("Egress"))
    return "--update is for policies of workloads, not for a " + flags.kind;
  if (flags.companion && !update && flags.kind != "NetworkPolicy")
    return "--companion is for a NetworkPolicy, not for a " + flags.kind;
  if (flags.force && flags.output_dir.empty()) return "--force is for --output-dir";
  return {};
}

/// The file of the evidence must be no input.
base::Result<void> check_evidence(const SynthFlags& flags, const lint::Config& config) {
  std::vector<std::string> inputs{flags.update, flags.deny_list, flags.blocklist, config.file};
  inputs.insert(inputs.end(), flags.captures.begin(), flags.captures.end());
  inputs.insert(inputs.end(), flags.manifests.begin(), flags.manifests.end());
  return check_output("--evidence", flags.evidence, inputs);
}

int run_synth(const SynthFlags& flags) {
  if (const std::string wrong = contradiction(flags); !wrong.empty()) return fail(kUsage, wrong);
  std::vector<std::string> paths = flags.manifests;
  if (!flags.update.empty()) paths.insert(paths.begin(), flags.update);
  // Without policies and manifests the configuration is the one beside the capture.
  const auto config = configuration(flags.config, paths.empty() ? flags.captures : paths);
  if (!config) return fail(kUsage, config.error());
  auto options = options_of(flags, *config);
  if (!options) return fail(kUsage, options.error());
  if (const auto apart = check_stdin(flags.captures, paths, "manifests"); !apart)
    return fail(kUsage, apart.error());
  if (const auto checked = check_evidence(flags, *config); !checked)
    return fail(kUsage, checked.error());
  base::FileSet outputs;
  if (!flags.evidence.empty()) outputs.add(flags.evidence);
  int code = kClean;
  auto capture = read_capture(flags.captures, {}, flags.capture, outputs, code);
  if (!capture) return fail(kUsage, capture.error());
  auto& project = until_the_end<project::Project>(*config, outputs, flags.capture.jobs);
  project::Inputs& inputs = project.open(paths);
  code = std::max(code, tell_inputs(inputs));
  if (code != kClean) return code;
  const auto chosen = cluster_of_capture(inputs, *capture, flags.config);
  if (!chosen) return fail(kUsage, chosen.error());
  const project::Cluster& cluster = **chosen;
  if (const std::string others = harness::unjudged_policies(cluster.inventory()); !others.empty())
    warn(others);
  policy::Environment environment = cluster.environment();
  const auto& observed = until_the_end<coverage::ObservedTraffic>(
      coverage::observe(*capture, cluster.inventory(), environment));
  environment.cluster = observed.cluster;
  project::Inputs* targets = nullptr;
  const project::Cluster* existing = nullptr;
  if (!flags.update.empty()) {
    targets =
        &project.open({flags.update}, {}, [&](policy::Environment& own) { own = environment; });
    std::vector<std::string> same;
    const auto known = project::cluster_of(
        *targets, *capture, targets->clusters().size() > 1 ? cluster.name() : "", same);
    if (!known) return fail(kUsage, known.error());
    existing = *known;
    synth::keep_choices(existing->policies(), observed, options->labels);
  }
  const flows::Totals totals = capture->totals;
  *capture = {};  // a large one is in memory once, as the traffic that was observed
  const project::Cluster& around = existing == nullptr ? cluster : *existing;
  const auto& synthesis =
      until_the_end<Synthesis>(synthesize(observed, *options, environment, &around.policies()));
  tell_learned(synthesis, observed, options->draft);
  if (const auto stored = write_evidence(flags, synthesis); !stored)
    return fail(kUsage, stored.error());
  if (synthesis.drafts.policies.empty()) return tell_nothing(flags, synthesis);
  if (existing == nullptr) return write_new(flags, synthesis, *options, environment);
  return run_update(flags, {project, *targets, *existing, cluster.inventory(), flags.update,
                            flags.prune, synthesis, totals, *options, flags.capture.jobs});
}

/// What is learned, and how it is said.
void add_learning_flags(CLI::App& app, SynthFlags& flags) {
  app.add_flag("--service-accounts", flags.service_accounts,
               "Select workloads by their service account where they have one");
  app.add_flag("--l7", flags.l7, "HTTP rules where every connection was seen by the proxy");
  app.add_flag("--learn-drops", flags.learn_drops, "Propose what default deny dropped");
  app.add_flag("--host", flags.host, "Rules for the local host, which Cilium lets in anyway");
  app.add_flag("--accept-suspicious", flags.accept_suspicious, "Learn what looks suspicious");
  app.add_option("--deny-list", flags.deny_list,
                 "File of connections never to allow: FROM -> TO [PORT[/PROTOCOL]]")
      ->type_name(kFileValue);
  app.add_option("--blocklist", flags.blocklist, "File of addresses, CIDRs and names to leave out")
      ->type_name(kFileValue);
  app.add_option("--public-ingress", flags.public_ingress,
                 "Ports that many addresses outside connect to are open to the world: auto "
                 "(default), always for one address too, or never")
      ->check(CLI::IsMember({"auto", "always", "never"}));
  app.add_option("--public-from", flags.public_from,
                 "How many addresses are many, where they are most of a port's clients (default 5)")
      ->check(CLI::PositiveNumber);
  app.add_option("--generalize", flags.generalize,
                 "Shorter policies that allow at most so many connections that nobody saw");
  app.add_option("--enforce", flags.enforce, "deny (default), or observe: deny nothing yet")
      ->check(CLI::IsMember({"deny", "observe"}));
  app.add_flag("--pending-review", flags.pending_review,
               "Annotate the policies with cnplint.io/status: pending-review");
  app.add_option("--template", flags.like,
                 "NAMESPACE=LIKE: draft a namespace from one with the same labels");
  app.add_option("--evidence", flags.evidence, "Write what the policies rest on, as JSON")
      ->type_name(kFileValue);
  app.add_flag("--no-open", flags.no_open,
               "What would have to stay open is an error, and nothing is written");
  app.add_flag("--companion", flags.companion,
               "A CiliumNetworkPolicy beside a NetworkPolicy for what that has no words for");
  app.add_flag("--allow-empty", flags.allow_empty, "Nothing to make a policy of is no error");
}

}  // namespace

Command add_synth_command(CLI::App& app) {
  auto flags = std::make_shared<SynthFlags>();
  app.add_option("CAPTURE", flags->captures, "Captures: files, folders, or -")->required();
  app.add_option("--output-dir", flags->output_dir,
                 "Write one file for each policy, NAMESPACE/NAME.yaml, below this folder")
      ->type_name(kPathValue);
  app.add_flag("--force", flags->force, "Replace files of --output-dir that differ");
  app.add_option("--update", flags->update,
                 "Add what is missing to the policies of this file or folder, in place")
      ->type_name(kPathValue);
  app.add_flag("--patch", flags->patch, "With --update: print a patch instead of writing files");
  app.add_flag("--prune", flags->prune, "With --update: remove rules that no connection used");
  std::vector<std::string> kinds;
  for (const policy::KindFacts& each : policy::kPolicyKinds)
    if (each.synthesised) kinds.emplace_back(each.name);
  app.add_option("--kind", flags->kind, "Kind of policy (default CiliumNetworkPolicy)")
      ->check(CLI::IsMember(kinds));
  app.add_option("-n,--namespace", flags->namespaces, "Policies for this namespace, repeatable")
      ->type_name(kNamespaceValue)
      ->allow_extra_args(false);
  app.add_flag("-A,--all-namespaces", flags->all_namespaces,
               "Policies for kube-system and other namespaces of the system as well");
  app.add_option("--exclude-namespace", flags->excluded_namespaces,
                 "No policies for this namespace, repeatable")
      ->type_name(kNamespaceValue)
      ->allow_extra_args(false);
  app.add_option("--manifests", flags->manifests,
                 "Workloads, Services and policies: files, folders or kube:CONTEXT, repeatable")
      ->type_name(kPathValue)
      ->allow_extra_args(false);
  app.add_option("--label-keys", flags->label_keys,
                 "Select workloads that have them by these labels only, the first preferred")
      ->delimiter(',')
      ->allow_extra_args(false);
  add_learning_flags(app, *flags);
  add_capture_flags(app, flags->capture);
  add_config_flags(app, flags->config);
  app.footer("Exit codes: 0 written; 1 not all that is promised holds, nothing is written.");
  return [flags] { return run_synth(*flags); };
}

}  // namespace cnplint::cli

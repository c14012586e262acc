// SPDX-License-Identifier: Apache-2.0
#include "tests/synth/synthesised.h"

#include "coverage/observed_traffic.h"
#include "project/guarantees.h"
#include "project/update.h"
#include "tests/golden.h"

namespace cnplint::tests {
namespace {

bool is_pod(const std::string& end) { return end.find('/') != std::string::npos; }

std::string endpoint_json(const std::string& end, const std::string& more) {
  if (end == "host" || end == "remote-node" || end == "kube-apiserver")
    return R"({"labels":["reserved:)" + end + "\"" + more + "]}";
  if (end.starts_with('?')) return "{}";
  if (!is_pod(end)) return R"({"identity":2,"labels":["reserved:world")" + more + "]}";
  const std::string ns = end.substr(0, end.find('/'));
  std::string name = end.substr(end.find('/') + 1);
  const std::size_t at = std::min(name.find('@'), name.size());
  const std::string cluster = at == name.size() ? "default" : name.substr(at + 1);
  name.resize(at);
  if (name.starts_with('?'))
    return R"({"namespace":")" + ns + R"(","pod_name":")" + name.substr(1) +
           R"(-0","labels":["k8s:io.kubernetes.pod.namespace=)" + ns + "\"]}";
  return R"({"namespace":")" + ns + R"(","pod_name":")" + name + R"(-0","labels":["k8s:app=)" +
         name + R"(","k8s:io.cilium.k8s.policy.cluster=)" + cluster +
         R"(","k8s:io.kubernetes.pod.namespace=)" + ns + "\"" + more +
         R"(],"workloads":[{"kind":"Deployment","name":")" + name + R"("}]})";
}

std::string address_of(const std::string& end) {
  if (end.starts_with('?')) return end.substr(1);
  if (!is_pod(end) && end.find_first_of(".:") != std::string::npos) return end;
  return "10.0." + std::to_string(std::hash<std::string>()(end) % 250) + "." +
         std::to_string(std::hash<std::string>()(end + "x") % 250);
}

std::string l4_json(const Line& line) {
  const std::string port = std::to_string(line.port);
  if (line.protocol.starts_with("ICMP")) return "\"" + line.protocol + R"(":{"type":)" + port + "}";
  return "\"" + line.protocol + R"(":{"source_port":)" + std::to_string(line.source_port) +
         R"(,"destination_port":)" + port + "}";
}

}  // namespace

std::string flow(const Line& line) {
  const std::string second = std::to_string(line.second);
  std::string text =
      R"({"flow":{"time":"2026-03-02T08:00:)" + std::string(second.size() < 2 ? "0" : "") + second +
      R"(Z","verdict":")" + line.verdict + R"(","IP":{"source":")" + address_of(line.from) +
      R"(","destination":")" + address_of(line.to) + R"("},"l4":{)" + l4_json(line) +
      R"(},"source":)" + endpoint_json(line.from, line.from_labels) + R"(,"destination":)" +
      endpoint_json(line.to, line.to_labels) + R"(,"event_type":{"type":)" +
      (line.l7.empty() ? std::to_string(line.event) : "129") + "}";
  if (!line.direction.empty()) text += R"(,"traffic_direction":")" + line.direction + "\"";
  if (line.reply != "null") text += R"(,"is_reply":)" + line.reply;
  if (line.drop_reason != 0) text += R"(,"drop_reason":)" + std::to_string(line.drop_reason);
  if (!line.names.empty()) text += R"(,"destination_names":[)" + line.names + "]";
  if (!line.l7.empty()) text += R"(,"Type":"L7","l7":)" + line.l7;
  return text + "}}\n";
}

std::string with_releases(std::string flows, const std::string& name) {
  const std::string label = "app=" + name + "-v";
  for (std::size_t at = flows.find(label); at != std::string::npos; at = flows.find(label, at))
    flows.replace(at, label.size(), "app=" + name + R"(","k8s:version=v)");
  return flows;
}

std::unique_ptr<Synthesised> synthesised_unchecked(const std::string& capture,
                                                   const synth::SynthesisOptions& options,
                                                   const std::string& manifests,
                                                   const policy::Environment& environment) {
  auto result = std::make_unique<Synthesised>(environment);
  const flows::Reading reading = read_flow_text(capture);
  EXPECT_EQ(reading.table.totals.malformed, 0U);
  result->options = options;
  const project::Inputs& inputs = result->project.open({}, {{"manifests.yaml", manifests}});
  EXPECT_TRUE(inputs.errors().empty());
  const project::Cluster& cluster = inputs.clusters().front();
  result->traffic =
      coverage::observe(flows::resolve(reading.table), cluster.inventory(), environment);
  result->environment.cluster = result->traffic.cluster;
  result->synthesis =
      synthesize(result->traffic, options, result->environment, &cluster.policies());
  result->text = write_all(result->synthesis.drafts.policies, options.write);
  return result;
}

std::unique_ptr<Synthesised> synthesised(const std::string& capture,
                                         const synth::SynthesisOptions& options,
                                         const std::string& manifests,
                                         const policy::Environment& environment) {
  auto result = synthesised_unchecked(capture, options, manifests, environment);
  const project::Guarantees guarantees =
      project::check_guarantees(result->synthesis, options, result->environment, 1);
  for (const auto* sentences : {&guarantees.failures, &guarantees.warnings})
    for (const std::string& each : *sentences) ADD_FAILURE() << each << "\n" << result->text;
  return result;
}

std::string updated(const std::string& policies, const std::string& capture, bool prune) {
  const TemporaryFolder folder;
  const std::string target = folder.write("policies.yaml", policies).string();
  project::Project project({});
  const project::Inputs& inputs = project.open({}, {{target, policies}});
  const project::Cluster& existing = inputs.clusters().front();
  for (const project::RefusedPolicy& each : existing.refused()) ADD_FAILURE() << each.reason();
  const flows::Capture resolved = flows::resolve(read_flow_text(capture).table);
  const coverage::ObservedTraffic observed = coverage::observe(resolved, {}, {});
  synth::SynthesisOptions options;
  synth::keep_choices(existing.policies(), observed, options.labels);
  policy::Environment environment;
  environment.cluster = observed.cluster;
  const synth::Synthesis synthesis = synthesize(observed, options, environment);
  const project::UpdateInput input{project, inputs,    existing,        {},      target,
                                   prune,   synthesis, resolved.totals, options, 1};
  const project::UpdatedFiles files = update_policies(input);
  const project::UpdateChecks checks = check_update(files, input);
  for (const std::string& failure : checks.failures) ADD_FAILURE() << failure;
  for (const std::string& warning : checks.warnings) ADD_FAILURE() << warning;
  return files.texts.empty() ? policies : files.texts.begin()->second;
}

std::vector<std::string> allowed(const synth::PolicyDraft* policy, policy::Direction direction) {
  std::vector<std::string> all;
  if (policy == nullptr) return {"no policy"};
  for (const synth::RuleDraft& rule : policy->rules(direction))
    for (const synth::Peer& peer : rule.peers)
      for (const synth::PortTerm& port : rule.ports) {
        std::string text = peer.text;
        for (const auto& [key, value] : peer.labels)
          text += (text.empty() ? "" : ",") + key + "=" + value;
        if (!peer.ns.empty()) text += "@" + peer.ns;
        if (!peer.cluster.empty()) text += "@" + peer.cluster;
        text += " " + (port.protocol == 0 ? std::to_string(port.first) + "/ANY"
                                          : flows::port_text(port.protocol, port.first));
        if (port.last > port.first) text += "-" + std::to_string(port.last);
        all.push_back(std::move(text));
      }
  std::ranges::sort(all);
  return all;
}

}  // namespace cnplint::tests

// SPDX-License-Identifier: Apache-2.0
#include "harness/first_test.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <set>

#include "harness/policy_test_file.h"
#include "policy/model/port.h"
#include "policy/verdict/evaluator.h"
#include "policy/yaml/emit.h"

namespace cnplint::harness {
namespace {

/// So many endpoints make a first test; the rest is easily added.
constexpr std::size_t kMostCandidates = 20;
constexpr const char* kInternet = "internet";

/// An endpoint of the test, and a port that it may listen on.
struct Candidate {
  TestEndpoint endpoint;
  std::optional<Port> port;
};

std::optional<Port> first_port(const policy::Workload& workload) {
  for (const policy::ContainerPort& port : workload.ports)
    if (const auto protocol = policy::protocol_number(port.protocol); protocol && port.port != 0)
      return Port{*protocol, port.port};
  return std::nullopt;
}

/// The first numeric port that a policy lets in.
std::optional<Port> first_port(const policy::Spec& spec) {
  for (const policy::RuleItem& item : spec.items)
    for (const policy::PortRule& rule : item.port_rules)
      for (const NodeRef node : rule.ports) {
        const policy::PortRange range = policy::read_port(node);
        if (item.direction != policy::Direction::ingress || range.first == 0) continue;
        const bool udp = range.protocol == policy::Protocol::udp;
        return Port{udp ? policy::ip_protocol::kUdp : policy::ip_protocol::kTcp, range.first};
      }
  return std::nullopt;
}

/// Writes the document.
class FirstTest {
 public:
  FirstTest(const policy::PolicyList& policies, const policy::Inventory& inventory,
            const policy::Environment& environment)
      : environment_(environment) {
    for (const policy::Workload& workload : inventory.workloads)
      add(endpoint_of(workload, inventory, environment), first_port(workload));
    if (inventory.workloads.empty())
      for (const policy::Policy& policy : policies) add_subjects(policy, inventory);
    std::vector<policy::Endpoint> facts;
    for (const Candidate& each : candidates_) facts.push_back(each.endpoint.facts);
    facts.emplace_back();
    facts.back().address = policy::parse_address(internet());
    evaluator_.emplace(policies, environment, policy::surroundings_of(inventory), std::move(facts));
  }

  std::string run(const std::vector<std::string>& paths) {
    if (candidates_.empty()) return {};
    out_ << YAML::BeginMap;
    policy::emit_entry(out_, "apiVersion", "cnplint.io/v1alpha1");
    policy::emit_entry(out_, "kind", "PolicyTest");
    out_ << YAML::Key << "metadata" << YAML::Value << YAML::Flow << YAML::BeginMap;
    policy::emit_entry(out_, "name", "first");
    out_ << YAML::EndMap << YAML::Key << "policies" << YAML::Value << YAML::Flow << YAML::BeginSeq;
    for (const std::string& path : paths) policy::emit_text(out_, path);
    out_ << YAML::EndSeq;
    write_endpoints();
    write_tests();
    out_ << YAML::EndMap;
    return "# What the policies do now. Question every line, then change the policy or the "
           "line.\n" +
           std::string(out_.c_str()) + "\n";
  }

 private:
  [[nodiscard]] const char* internet() const {
    return environment_.ipv4 ? "198.51.100.7" : "2001:db8::7";
  }

  /// Adds an endpoint under a short name that no other one has.
  void add(TestEndpoint endpoint, std::optional<Port> port) {
    if (candidates_.size() == kMostCandidates) return;
    const std::string name = endpoint.name.substr(endpoint.name.rfind('/') + 1);
    std::string unique = name;
    if (taken_.contains(unique)) unique = endpoint.ns + "-" + name;
    for (int i = 2; taken_.contains(unique); ++i) unique = name + "-" + std::to_string(i);
    taken_.insert(unique);
    endpoint.name = unique;
    candidates_.push_back({std::move(endpoint), port});
  }

  /// Without workloads: the pods that policies select by labels.
  void add_subjects(const policy::Policy& policy, const policy::Inventory& inventory) {
    for (const policy::Spec& spec : policy.specs) {
      policy::Workload pods;
      pods.subject = policy.subject();
      pods.ns = policy.effective_namespace();
      for (const policy::Requirement& each : policy::requirements(spec.endpoint_selector))
        if (each.match_label && each.key.text().find(':') == std::string_view::npos)
          pods.labels.emplace_back(each.key.text(), each.values.front().text());
      if (pods.labels.empty() || pods.ns.empty()) continue;
      TestEndpoint endpoint = endpoint_of(pods, inventory, environment_);
      endpoint.workload = nullptr;
      const bool known = std::ranges::any_of(candidates_, [&](const Candidate& other) {
        return other.endpoint.facts.labels == endpoint.facts.labels;
      });
      if (!known) add(std::move(endpoint), first_port(spec));
    }
  }

  void write_endpoints() {
    out_ << YAML::Key << "endpoints" << YAML::Value << YAML::BeginMap;
    for (const Candidate& each : candidates_) {
      begin_entry(each.endpoint.name);
      if (each.endpoint.workload != nullptr) {
        policy::emit_entry(out_, "workload", each.endpoint.workload->subject);
      } else {
        policy::emit_entry(out_, "namespace", each.endpoint.ns);
        out_ << YAML::Key << "labels" << YAML::Value << YAML::Flow << YAML::BeginMap;
        for (const auto& [key, value] : each.endpoint.labels) policy::emit_entry(out_, key, value);
        out_ << YAML::EndMap;
      }
      out_ << YAML::EndMap;
    }
    begin_entry(kInternet);
    policy::emit_entry(out_, "ip", internet());
    out_ << YAML::EndMap << YAML::EndMap;
  }

  void begin_entry(const std::string& name) {
    out_ << YAML::Key;
    policy::emit_text(out_, name);
    out_ << YAML::Value << YAML::Flow << YAML::BeginMap;
  }

  void write_tests() {
    out_ << YAML::Key << "tests" << YAML::Value << YAML::BeginSeq;
    const auto outside = static_cast<std::uint32_t>(candidates_.size());
    for (std::uint32_t to = 0; to < outside; ++to) {
      if (!candidates_[to].port) continue;
      for (std::uint32_t from = 0; from < outside; ++from)
        if (from != to && candidates_[from].endpoint.ns == candidates_[to].endpoint.ns)
          write_test(from, to, *candidates_[to].port);
      write_test(outside, to, *candidates_[to].port);
    }
    constexpr std::uint16_t kHttps = 443;
    for (std::uint32_t from = 0; from < outside; ++from)
      write_test(from, outside, {policy::ip_protocol::kTcp, kHttps});
    out_ << YAML::EndSeq;
  }

  [[nodiscard]] std::string name_of(std::uint32_t index) const {
    return index < candidates_.size() ? candidates_[index].endpoint.name : kInternet;
  }

  void write_test(std::uint32_t from, std::uint32_t to, Port port) {
    const bool passes = evaluator_->passes({from, to, port.protocol, port.number});
    out_ << YAML::Flow << YAML::BeginMap;
    policy::emit_entry(out_, "name",
                       name_of(from) + (passes ? " reaches " : " does not reach ") + name_of(to));
    policy::emit_entry(out_, "from", name_of(from));
    policy::emit_entry(out_, "to", name_of(to));
    policy::emit_entry(
        out_, "port",
        std::to_string(port.number) + "/" + std::string(policy::protocol_name(port.protocol)));
    policy::emit_entry(out_, "expect", passes ? "allow" : "deny");
    out_ << YAML::EndMap;
  }

  const policy::Environment& environment_;
  std::vector<Candidate> candidates_;
  std::set<std::string> taken_{kInternet};
  std::optional<policy::Evaluator> evaluator_;
  YAML::Emitter out_;
};

}  // namespace

std::string first_test(const std::vector<std::string>& paths, const policy::PolicyList& policies,
                       const policy::Inventory& inventory, const policy::Environment& environment) {
  return FirstTest(policies, inventory, environment).run(paths);
}

}  // namespace cnplint::harness

// SPDX-License-Identifier: Apache-2.0
#include "harness/first_test.h"

#include <algorithm>
#include <set>

#include "harness/policy_test_file.h"
#include "policy/model/port.h"
#include "policy/text/value.h"
#include "policy/verdict/evaluator.h"

namespace cnplint::harness {
namespace {

/// So many endpoints make a first test; the rest is easily added.
constexpr std::size_t kMostCandidates = 20;
using policy::Value;

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
    const Value test =
        Value::map({{"apiVersion", Value::text("cnplint.io/v1alpha1")},
                    {"kind", Value::text("PolicyTest")},
                    {"metadata", Value::map({{"name", Value::text("first")}}).in_line()},
                    {"policies", Value::texts(paths).in_line()},
                    {"endpoints", endpoints()},
                    {"tests", tests()}});
    return "# What the policies do now. Question every line, then change the policy or the "
           "line.\n" +
           policy::in_block(test);
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

  [[nodiscard]] Value endpoints() const {
    Value all = Value::map();
    for (const Candidate& each : candidates_) {
      Value endpoint = Value::map();
      if (each.endpoint.workload != nullptr) {
        endpoint.set("workload", Value::text(each.endpoint.workload->subject));
      } else {
        Value labels = Value::map();
        for (const auto& [key, value] : each.endpoint.labels) labels.set(key, Value::text(value));
        endpoint.set("namespace", Value::text(each.endpoint.ns));
        endpoint.set("labels", std::move(labels));
      }
      all.set(each.endpoint.name, std::move(endpoint).in_line());
    }
    all.set(kInternet, Value::map({{"ip", Value::text(internet())}}).in_line());
    return all;
  }

  [[nodiscard]] Value tests() const {
    Value all = Value::list();
    const auto outside = static_cast<std::uint32_t>(candidates_.size());
    for (std::uint32_t to = 0; to < outside; ++to) {
      if (!candidates_[to].port) continue;
      for (std::uint32_t from = 0; from < outside; ++from)
        if (from != to && candidates_[from].endpoint.ns == candidates_[to].endpoint.ns)
          all.add(test(from, to, *candidates_[to].port));
      all.add(test(outside, to, *candidates_[to].port));
    }
    constexpr std::uint16_t kHttps = 443;
    for (std::uint32_t from = 0; from < outside; ++from)
      all.add(test(from, outside, {policy::ip_protocol::kTcp, kHttps}));
    return all;
  }

  [[nodiscard]] std::string name_of(std::uint32_t index) const {
    return index < candidates_.size() ? candidates_[index].endpoint.name : kInternet;
  }

  [[nodiscard]] Value test(std::uint32_t from, std::uint32_t to, Port port) const {
    const bool passes = evaluator_->passes({from, to, port.protocol, port.number});
    const std::string name =
        name_of(from) + (passes ? " reaches " : " does not reach ") + name_of(to);
    return Value::map({{"name", Value::text(name)},
                       {"from", Value::text(name_of(from))},
                       {"to", Value::text(name_of(to))},
                       {"port", Value::text(std::to_string(port.number) + "/" +
                                            std::string(policy::protocol_name(port.protocol)))},
                       {"expect", Value::text(passes ? "allow" : "deny")}})
        .in_line();
  }

  const policy::Environment& environment_;
  std::vector<Candidate> candidates_;
  std::set<std::string> taken_{kInternet};
  std::optional<policy::Evaluator> evaluator_;
};

}  // namespace

std::string first_test(const std::vector<std::string>& paths, const policy::PolicyList& policies,
                       const policy::Inventory& inventory, const policy::Environment& environment) {
  return FirstTest(policies, inventory, environment).run(paths);
}

}  // namespace cnplint::harness

// SPDX-License-Identifier: Apache-2.0
#include "harness/first_test.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <set>

#include "harness/emit.h"
#include "harness/evaluator.h"
#include "harness/test_file.h"

namespace cnplint::harness {
namespace {

/// So many workloads make a first test; the rest is easily added.
constexpr std::size_t kMostWorkloads = 20;

/// A short name for a workload that no other one has.
std::string short_name(const policy::Workload& workload, std::set<std::string>& taken) {
  const std::string name = workload.subject.substr(workload.subject.rfind('/') + 1);
  std::string candidate = name;
  if (taken.contains(candidate)) candidate = std::string(workload.ns) + "-" + name;
  for (int i = 2; taken.contains(candidate); ++i) candidate = name + "-" + std::to_string(i);
  taken.insert(candidate);
  return candidate;
}

/// Writes the document.
class FirstTest {
 public:
  FirstTest(std::span<const policy::Policy> policies, const policy::Inventory& inventory,
            const policy::Environment& environment)
      : environment_(environment) {
    std::vector<policy::Endpoint> facts;
    std::set<std::string> taken{"internet"};
    for (const policy::Workload& workload : inventory.workloads) {
      if (endpoints_.size() == kMostWorkloads) break;
      endpoints_.push_back(endpoint_of(workload, inventory, environment));
      endpoints_.back().name = short_name(workload, taken);
      facts.push_back(endpoints_.back().facts);
    }
    policy::Endpoint internet;
    internet.kind = policy::EndpointKind::external;
    internet.address = policy::parse_address(environment.ipv4 ? "198.51.100.7" : "2001:db8::7");
    facts.push_back(std::move(internet));
    evaluator_.emplace(policies, environment, surroundings_of(inventory), std::move(facts));
  }

  std::string run(const std::vector<std::string>& paths) {
    out_ << YAML::BeginMap;
    out_ << YAML::Key << "apiVersion" << YAML::Value << "cnplint.io/v1alpha1";
    out_ << YAML::Key << "kind" << YAML::Value << "PolicyTest";
    out_ << YAML::Key << "metadata" << YAML::Value << YAML::Flow << YAML::BeginMap << YAML::Key
         << "name" << YAML::Value << "first" << YAML::EndMap;
    out_ << YAML::Key << "policies" << YAML::Value << YAML::Flow << YAML::BeginSeq;
    for (const std::string& path : paths) emit_text(out_, path);
    out_ << YAML::EndSeq;
    write_endpoints();
    write_tests();
    out_ << YAML::EndMap;
    return "# What the policies do now. Question every line, then change the policy or the "
           "line.\n" +
           std::string(out_.c_str()) + "\n";
  }

 private:
  void write_endpoints() {
    out_ << YAML::Key << "endpoints" << YAML::Value << YAML::BeginMap;
    const auto write = [&](const std::string& name, const char* form, const std::string& value) {
      out_ << YAML::Key;
      emit_text(out_, name);
      out_ << YAML::Value << YAML::Flow << YAML::BeginMap;
      emit_entry(out_, form, value);
      out_ << YAML::EndMap;
    };
    for (const TestEndpoint& endpoint : endpoints_)
      write(endpoint.name, "workload", endpoint.workload->subject);
    write("internet", "ip", environment_.ipv4 ? "198.51.100.7" : "2001:db8::7");
    out_ << YAML::EndMap;
  }

  void write_tests() {
    out_ << YAML::Key << "tests" << YAML::Value << YAML::BeginSeq;
    const auto internet = static_cast<std::uint32_t>(endpoints_.size());
    for (std::uint32_t to = 0; to < endpoints_.size(); ++to) {
      const auto& ports = endpoints_[to].workload->ports;
      if (ports.empty()) continue;
      const auto protocol = policy::protocol_number(ports.front().protocol);
      if (!protocol || ports.front().port == 0) continue;
      for (std::uint32_t from = 0; from < endpoints_.size(); ++from)
        if (from != to && endpoints_[from].ns == endpoints_[to].ns)
          write_test(endpoints_[from].name, {from, to, *protocol, ports.front().port});
      write_test("internet", {internet, to, *protocol, ports.front().port});
    }
    for (std::uint32_t from = 0; from < endpoints_.size(); ++from) {
      constexpr std::uint16_t kHttps = 443;
      write_test(endpoints_[from].name, {from, internet, policy::ip_protocol::kTcp, kHttps});
    }
    out_ << YAML::EndSeq;
  }

  void write_test(const std::string& from, const policy::Connection& connection) {
    const std::string to =
        connection.to < endpoints_.size() ? endpoints_[connection.to].name : "internet";
    const bool passes = evaluator_->passes(connection);
    out_ << YAML::Flow << YAML::BeginMap;
    emit_entry(out_, "name", from + (passes ? " reaches " : " does not reach ") + to);
    emit_entry(out_, "from", from);
    emit_entry(out_, "to", to);
    emit_entry(out_, "port",
               std::to_string(connection.port) + "/" +
                   std::string(policy::protocol_name(connection.protocol)));
    emit_entry(out_, "expect", passes ? "allow" : "deny");
    out_ << YAML::EndMap;
  }

  const policy::Environment& environment_;
  std::vector<TestEndpoint> endpoints_;
  std::optional<Evaluator> evaluator_;
  YAML::Emitter out_;
};

}  // namespace

std::string first_test(const std::vector<std::string>& paths,
                       std::span<const policy::Policy> policies, const policy::Inventory& inventory,
                       const policy::Environment& environment) {
  return FirstTest(policies, inventory, environment).run(paths);
}

}  // namespace cnplint::harness

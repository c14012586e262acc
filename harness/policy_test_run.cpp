// SPDX-License-Identifier: Apache-2.0
#include "harness/policy_test_run.h"

#include <algorithm>
#include <set>

#include "harness/verdict_notes.h"

namespace cnplint::harness {
namespace {

using policy::Connection;
using policy::Direction;

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text.empty() ? "nobody" : text;
}

/// The ports at which the verdict of a pair may change: between two of them it cannot.
std::vector<Port> decisive_ports(const policy::Evaluator& evaluator, std::uint32_t from,
                                 std::uint32_t to) {
  namespace protocol = policy::ip_protocol;
  std::vector<Port> ports;
  for (const std::uint8_t each :
       {protocol::kTcp, protocol::kUdp, protocol::kSctp, protocol::kIcmp, protocol::kIcmpV6}) {
    const bool icmp = protocol::is_icmp(each);
    std::set<std::uint16_t> numbers;
    for (const auto steps : {evaluator.engine().port_steps(Direction::egress, from, each),
                             evaluator.engine().port_steps(Direction::ingress, to, each)})
      numbers.insert(steps.begin(), steps.end());
    for (const std::uint16_t step : evaluator.firewall_steps(from)) numbers.insert(step);
    for (const std::uint16_t number : numbers) {
      if (icmp && number > UINT8_MAX) break;
      // There is no port 0, and nothing changes between it and port 1.
      ports.push_back({each, number == 0 && !icmp ? std::uint16_t{1} : number});
    }
  }
  return ports;
}

/// Runs one file.
class Runner {
 public:
  Runner(const TestFile& test, const std::string& file, const policy::PolicyList& policies,
         const policy::Inventory& inventory, const RunOptions& options)
      : test_(test),
        file_(file),
        inventory_(inventory),
        options_(options),
        evaluator_(policies, test.environment, test.surroundings, facts(test)) {}

  std::vector<TestResult> run() {
    for (const TestCase& each : test_.cases)
      if (wanted(each.name) && !stopped()) run_case(each);
    for (const Invariant& each : test_.invariants)
      if (wanted(each.name) && !stopped()) run_invariant(each);
    return std::move(results_);
  }

 private:
  static std::vector<policy::Endpoint> facts(const TestFile& test) {
    std::vector<policy::Endpoint> result;
    for (const TestEndpoint& endpoint : test.endpoints) result.push_back(endpoint.facts);
    return result;
  }

  [[nodiscard]] bool wanted(const std::string& name) const {
    return !options_.selected || options_.selected(name);
  }
  [[nodiscard]] bool stopped() const {
    return options_.fail_fast && !results_.empty() && !results_.back().passed;
  }

  void run_case(const TestCase& test) {
    for (const std::uint32_t from : test.from)
      for (const std::uint32_t to : test.to) {
        if (test.icmp) run_one(test, from, to, *test.icmp);
        for (const NodeRef text : one_or_many(test.port)) {
          if (stopped()) return;
          const policy::PortReading reading =
              policy::read_port(text.text(), test_.endpoints[to].facts);
          if (reading.port)
            run_one(test, from, to, *reading.port);
          else
            add_failure(test, from, to, reading.error);
        }
        if (stopped()) return;
      }
  }

  [[nodiscard]] std::string definition(NodeRef where) const {
    return std::string(where.range().text()) + "\n" + test_.environment_text;
  }

  TestResult result_of(const std::string& name, NodeRef where, const Connection& connection) const {
    TestResult result;
    result.file = file_;
    result.name = name;
    result.from = test_.endpoints[connection.from].name;
    result.to = test_.endpoints[connection.to].name;
    result.protocol = connection.protocol;
    result.port = connection.port;
    result.where = where.range();
    result.definition = definition(where) + "\n" + test_.endpoints[connection.from].definition +
                        "\n" + test_.endpoints[connection.to].definition;
    return result;
  }

  void add_failure(const TestCase& test, std::uint32_t from, std::uint32_t to,
                   std::string problem) {
    TestResult result = result_of(test.name, test.where, {from, to, 0, 0});
    result.passed = false;
    result.problems.push_back(std::move(problem));
    results_.push_back(std::move(result));
  }

  void run_one(const TestCase& test, std::uint32_t from, std::uint32_t to, Port port) {
    const Connection connection{from, to, port.protocol, port.number};
    TestResult result = result_of(test.name, test.where, connection);
    if (test.request) result.request = policy::described(*test.request);
    result.egress = evaluator_.decide(Direction::egress, connection, test.request);
    result.ingress = evaluator_.decide(Direction::ingress, connection, test.request);
    result.notes = verdict_notes(evaluator_, connection, test_.endpoints, inventory_).all();
    compare(test, result);
    result.passed = result.problems.empty();
    if (!result.passed) explain(connection, result);
    results_.push_back(std::move(result));
  }

  static void compare(const TestCase& test, TestResult& result) {
    const bool passes = result.egress.passes() && result.ingress.passes();
    if (test.allowed && *test.allowed != passes)
      result.problems.push_back(std::string("expected ") + (*test.allowed ? "allow" : "deny") +
                                ", it is " + (passes ? "allowed" : "denied"));
    const auto side = [&](const char* name, const std::optional<std::string>& expected,
                          const policy::SideResult& actual) {
      if (expected && *expected != policy::verdict_name(actual.verdict))
        result.problems.push_back("expected " + std::string(name) + " " + *expected + ", it is " +
                                  std::string(policy::verdict_name(actual.verdict)));
    };
    side("egress", test.egress, result.egress);
    side("ingress", test.ingress, result.ingress);
    std::vector<std::string> deciding = result.egress.policies;
    deciding.insert(deciding.end(), result.ingress.policies.begin(), result.ingress.policies.end());
    for (const std::string& policy : test.by)
      if (std::ranges::find(deciding, policy) == deciding.end())
        result.problems.push_back("expected it to be decided by " + policy + ", it is by " +
                                  joined(deciding));
  }

  void explain(const Connection& connection, TestResult& result) const {
    for (const Direction direction : {Direction::egress, Direction::ingress}) {
      const policy::SideResult& side =
          direction == Direction::egress ? result.egress : result.ingress;
      // What passes, and what a rule denies, is explained by the rules that match.
      const bool silent = side.verdict == policy::Verdict::default_deny ||
                          side.verdict == policy::Verdict::not_enforced ||
                          !side.request.value_or(true);
      if (!silent) continue;
      for (Reason& reason : reasons(evaluator_, direction, connection, test_.endpoints))
        add_reason(std::move(reason), result.reasons);
    }
  }

  /// The host may always connect where no rule denies it: no policy is to blame for that (A1.4).
  [[nodiscard]] bool is_localhost(const Connection& connection) const {
    return evaluator_.engine().decide(Direction::ingress, connection).synthetic ==
           policy::Synthetic::allow_localhost;
  }

  void run_invariant(const Invariant& invariant) {
    bool broken = false;
    for (std::uint32_t from = 0; from < test_.endpoints.size(); ++from) {
      if (!invariant.from.selects(test_.endpoints[from])) continue;
      for (std::uint32_t to = 0; to < test_.endpoints.size(); ++to) {
        if (from == to || !invariant.to.selects(test_.endpoints[to])) continue;
        for (const Port& port :
             invariant.ports.empty() ? decisive_ports(evaluator_, from, to) : invariant.ports) {
          const Connection connection{from, to, port.protocol, port.number};
          if (!evaluator_.passes(connection) || is_localhost(connection)) continue;
          add_violation(invariant, connection);
          broken = true;
          break;  // one port is enough to show it
        }
        if (stopped()) return;
      }
    }
    if (broken) return;
    TestResult result;
    result.file = file_;
    result.name = invariant.name;
    result.where = invariant.where.range();
    result.definition = definition(invariant.where);
    result.invariant = true;
    for (const auto& [field, selector] :
         {std::pair("from", &invariant.from), std::pair("to", &invariant.to)})
      if (std::ranges::none_of(test_.endpoints, [selects = selector](const TestEndpoint& each) {
            return selects->selects(each);
          }))
        result.notes.push_back(std::string("`") + field +
                               "` selects no endpoint, so that nothing is checked");
    results_.push_back(std::move(result));
  }

  void add_violation(const Invariant& invariant, const Connection& connection) {
    TestResult result = result_of(invariant.name, invariant.where, connection);
    result.definition = definition(invariant.where);
    result.invariant = true;
    result.passed = false;
    result.egress = evaluator_.decide(Direction::egress, connection);
    result.ingress = evaluator_.decide(Direction::ingress, connection);
    result.problems.emplace_back("the invariant forbids it, and it is allowed");
    explain(connection, result);
    results_.push_back(std::move(result));
  }

  const TestFile& test_;
  const std::string& file_;
  const policy::Inventory& inventory_;
  const RunOptions& options_;
  policy::Evaluator evaluator_;
  std::vector<TestResult> results_;
};

}  // namespace

void add_reason(Reason reason, std::vector<Reason>& reasons) {
  const auto same = [&](const Reason& each) { return each.message == reason.message; };
  if (std::ranges::none_of(reasons, same)) reasons.push_back(std::move(reason));
}

std::vector<TestResult> run_tests(const TestFile& test, const std::string& file,
                                  const policy::PolicyList& policies,
                                  const policy::Inventory& inventory, const RunOptions& options) {
  return Runner(test, file, policies, inventory, options).run();
}

std::vector<TestResult> joined_results(std::vector<std::vector<TestResult>> clusters) {
  const auto same = [](const TestResult& a, const TestResult& b) {
    return a.passed == b.passed && a.from == b.from && a.to == b.to && a.protocol == b.protocol &&
           a.port == b.port && a.problems == b.problems && a.egress.verdict == b.egress.verdict &&
           a.ingress.verdict == b.ingress.verdict;
  };
  std::vector<TestResult> all;
  std::size_t most = 0;
  for (const auto& each : clusters) most = std::max(most, each.size());
  for (std::size_t i = 0; i < most; ++i) {
    const bool one = std::ranges::all_of(clusters, [&](const auto& each) {
      return i < each.size() && same(each[i], clusters.front()[i]);
    });
    for (auto& each : clusters) {
      if (i >= each.size()) continue;
      all.push_back(std::move(each[i]));
      if (!one) continue;
      all.back().cluster.clear();
      break;
    }
  }
  return all;
}

}  // namespace cnplint::harness

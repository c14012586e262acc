// SPDX-License-Identifier: Apache-2.0
#include "harness/policy_test_file.h"

#include <algorithm>
#include <array>

#include "base/nearest.h"
#include "base/text.h"
#include "harness/endpoint_reader.h"
#include "policy/model/icmp.h"

namespace cnplint::harness {
namespace {

/// Reads one file.
class TestFileReader {
 public:
  TestFileReader(NodeRef root, const policy::Environment& environment,
                 const policy::Inventory& inventory)
      : root_(root), inventory_(inventory) {
    result_.environment = environment;
  }

  TestFile run() {
    result_.name = root_.get("metadata").get("name").text();
    policy::read_environment(root_.get("environment"), result_.environment);
    if (const NodeRef environment = root_.get("environment"))
      result_.environment_text = environment.range().text();
    const NodeRef filter = root_.get("environment").get("labels");
    if (std::string wrong = policy::LabelFilter::mistake(filter.text()); !wrong.empty())
      mistake(filter, std::move(wrong));
    read_endpoints();
    read_surroundings();
    for (const NodeRef item : root_.get("tests").items()) read_case(item);
    for (const NodeRef item : root_.get("invariants").items()) read_invariant(item);
    return std::move(result_);
  }

 private:
  void mistake(NodeRef where, std::string message) {
    result_.mistakes.push_back({where, std::move(message)});
  }

  void read_endpoints() {
    root_.get("endpoints").each_entry([&](NodeRef key, NodeRef value) {
      result_.endpoints.push_back(read_endpoint(std::string(key.text()), value, result_.environment,
                                                inventory_, result_.mistakes));
      result_.endpoints.back().definition = value.range().text();
    });
    for (const policy::Workload& workload : inventory_.workloads)
      result_.endpoints.push_back(endpoint_of(workload, inventory_, result_.environment));
  }

  void read_surroundings() {
    result_.surroundings = policy::surroundings_of(inventory_);
    root_.get("cidrGroups").each_entry([&](NodeRef key, NodeRef value) {
      result_.surroundings.cidr_groups.push_back(
          policy::cidr_group(std::string(key.text()), value.get("labels"), value.get("cidrs")));
    });
    root_.get("services").each_entry([&](NodeRef key, NodeRef value) {
      const std::string_view text = key.text();
      const std::size_t slash = text.find('/');
      if (slash == std::string_view::npos || slash == 0 || slash + 1 == text.size())
        return mistake(key, "a service is named `namespace/name`");
      policy::Service service;
      service.ns = text.substr(0, slash);
      service.name = text.substr(slash + 1);
      service.labels = policy::labels_of(value.get("labels"));
      service.selector = policy::labels_of(value.get("selector"));
      for (const NodeRef backend : value.get("backends").items()) {
        if (const auto address = policy::parse_address(backend.text()))
          service.backends.push_back(*address);
        else
          mistake(backend, base::quoted(backend.text()) + " is no IP address");
      }
      result_.surroundings.services.push_back(std::move(service));
    });
  }

  std::vector<std::uint32_t> named_endpoints(NodeRef names) {
    std::vector<std::uint32_t> result;
    for (const NodeRef name : one_or_many(names)) {
      const auto known = std::ranges::find(result_.endpoints, name.text(), &TestEndpoint::name);
      if (known != result_.endpoints.end()) {
        result.push_back(static_cast<std::uint32_t>(known - result_.endpoints.begin()));
        continue;
      }
      std::vector<std::string_view> all;
      for (const TestEndpoint& endpoint : result_.endpoints) all.push_back(endpoint.name);
      mistake(name, "there is no endpoint `" + std::string(name.text()) + "`" +
                        base::allowed_values_hint(name.text(), all));
    }
    return result;
  }

  static std::optional<std::string> text_of(NodeRef node) {
    return node && !node.is_null() ? std::optional(std::string(node.text())) : std::nullopt;
  }

  void read_case(NodeRef item) {
    TestCase test;
    test.name = item.get("name").text();
    test.where = item;
    test.from = named_endpoints(item.get("from"));
    test.to = named_endpoints(item.get("to"));
    for (const char* end : {"from", "to"})
      if (const NodeRef names = item.get(end); names.is_sequence() && !names.has_children())
        mistake(names, std::string("`") + end + "` names no endpoint, nothing would be tested");
    test.port = item.get("port");
    if (const NodeRef expect = item.get("expect"); policy::is_stored(expect))
      test.allowed = expect.text() == "allow";
    test.egress = text_of(item.get("egress"));
    test.ingress = text_of(item.get("ingress"));
    for (const NodeRef policy : item.get("by").items()) test.by.emplace_back(policy.text());
    if (const NodeRef icmp = item.get("icmp")) read_icmp(icmp, test);
    read_request(item, test);
    if (static_cast<bool>(test.port) == test.icmp.has_value() && !item.get("icmp"))
      mistake(item, "the test says no `port` and no `icmp`");
    else if (test.port && item.get("icmp"))
      mistake(item.get("icmp"), "`port` and `icmp` exclude each other");
    constexpr std::size_t kMost = 100'000;
    const std::size_t ports = std::max<std::size_t>(1, one_or_many(test.port).size());
    if (test.from.size() > kMost || test.to.size() > kMost || ports > kMost ||
        test.from.size() * test.to.size() > kMost ||
        test.from.size() * test.to.size() * ports > kMost)
      return mistake(item,
                     "the lists of this test stand for more than 100,000 connections; split it");
    result_.cases.push_back(std::move(test));
  }

  void read_icmp(NodeRef icmp, TestCase& test) {
    const auto type = policy::read_icmp_type(icmp);
    const bool v6 = policy::is_icmp_v6(icmp);
    if (type && *type <= UINT8_MAX)
      test.icmp = Port{v6 ? policy::ip_protocol::kIcmpV6 : policy::ip_protocol::kIcmp, *type};
    else
      mistake(icmp.get("type"),
              base::quoted(icmp.get("type").text()) + " is no ICMP type of " +
                  (v6 ? "IPv6" : "IPv4") +
                  base::allowed_values_hint(icmp.get("type").text(), policy::icmp_type_names(v6)));
  }

  void read_request(NodeRef item, TestCase& test) {
    const NodeRef http = item.get("http");
    const NodeRef dns = item.get("dns");
    if (http && dns) mistake(dns, "`http` and `dns` exclude each other");
    if (dns) test.request = policy::DnsRequest{std::string(dns.get("name").text())};
    if (!http) return;
    policy::HttpRequest request;
    if (const auto method = text_of(http.get("method"))) request.method = *method;
    if (const auto path = text_of(http.get("path"))) request.path = *path;
    if (const auto host = text_of(http.get("host"))) request.host = *host;
    request.headers = policy::labels_of(http.get("headers"));
    test.request = std::move(request);
  }

  /// A selector may select nobody, but what it names has to be there.
  void check_names(NodeRef selector) {
    if (const NodeRef name = selector.get("endpoint")) named_endpoints(name);
    if (const NodeRef other = selector.get("not")) check_names(other);
    for (const NodeRef each : selector.get("any").items()) check_names(each);
  }

  void read_invariant(NodeRef item) {
    const NodeRef forbid = item.get("forbid");
    const auto tell = [&](NodeRef where, std::string message) {
      mistake(where, std::move(message));
    };
    for (const char* end : {"from", "to"}) check_names(forbid.get(end));
    Invariant invariant;
    invariant.name = item.get("name").text();
    invariant.where = item;
    invariant.from = policy::read_end_selector(forbid.get("from"), tell);
    invariant.to = policy::read_end_selector(forbid.get("to"), tell);
    invariant.ports = policy::read_forbidden_ports(forbid.get("port"), tell);
    result_.invariants.push_back(std::move(invariant));
  }

  NodeRef root_;
  const policy::Inventory& inventory_;
  TestFile result_;
};

}  // namespace

std::vector<NodeRef> one_or_many(NodeRef node) {
  if (!policy::is_stored(node)) return {};
  if (node.is_sequence()) return node.items();
  return {node};
}

TestFile read_test_file(NodeRef root, const policy::Environment& environment,
                        const policy::Inventory& inventory) {
  return TestFileReader(root, environment, inventory).run();
}

}  // namespace cnplint::harness

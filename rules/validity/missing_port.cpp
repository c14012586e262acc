// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <utility>
#include <vector>

#include "policy/model/port.h"
#include "rules/each.h"
#include "rules/mending.h"

namespace cnplint::rules::missing_port {
namespace {

constexpr policy::Release kFirstWithoutPort{19};

NodeRef culprit(NodeRef port) { return port.get("port") ? port.get("port") : port; }

/// An option that is off is one cause, however many entries of a policy want it.
/// Whether an item has a protocol only, and the one before it a port only: a dash too much.
bool is_second_half(NodeRef port) {
  NodeRef before;
  for (const NodeRef each : port.parent().items()) {
    if (each == port) break;
    before = each;
  }
  return before.is_mapping() && before.get("port") && !before.get("protocol") &&
         port.is_mapping() && port.child_count() == 1 && port.get("protocol");
}

class Check {
 public:
  Check(const PolicyContext& context, Report& report) : context_(context), report_(report) {}

  void add(NodeRef port, const policy::PortRule& rule) {
    if (policy::is_portless_protocol(string_of(port.get("protocol"))))
      portless_.push_back(port);
    else
      reject({port}, "the port is missing", !rule.rules.has_children() && rule.ports.size() == 1);
  }

  /// Reports the entries that want the option, at the first of them.
  void finish() {
    if (portless_.empty()) return;
    lint::Finding& finding =
        reject(portless_,
               "leaving the port out needs the agent option enable-extended-ip-protocols, which is "
               "off (environment.extendedIPProtocols)",
               true);
    for (std::size_t i = 1; i < portless_.size(); ++i)
      finding.notes.push_back({lint::culprit_range(culprit(portless_[i])), "and here"});
  }

 private:
  /// @param takes_all whether the rule may be about all ports at once: one for L7 may not
  lint::Finding& reject(const std::vector<NodeRef>& ports, std::string message, bool takes_all) {
    lint::Finding& finding = report_.reject(culprit(ports.front()), kCilium, std::move(message));
    finding.fix.title = "write `port: \"0\"` for all ports of the protocol";
    if (is_second_half(ports.front())) {
      mend(finding, context_.policy, "take the dash out: it is one port with its protocol",
           {policy::join_with_previous(ports.front())});
      return finding;
    }
    if (!takes_all) return finding;
    policy::Changes changes;
    for (const NodeRef port : ports)
      changes.push_back(port.get("port")
                            ? policy::set(port.get("port"), policy::Value::quoted("0"))
                            : policy::add_entry(port, "port", policy::Value::quoted("0")));
    mend(finding, context_.policy, finding.fix.title, std::move(changes));
    return finding;
  }

  const PolicyContext& context_;
  Report& report_;
  std::vector<NodeRef> portless_;
};

void check(const PolicyContext& context, Report& report) {
  const bool allowed =
      context.environment.extended_ip_protocols && context.environment.cilium >= kFirstWithoutPort;
  if (allowed) return;
  Check found(context, report);
  each_checked_port_rule(context, [&](const RuleItem&, const policy::PortRule& rule) {
    for (const NodeRef port : rule.ports)
      if (!is_placeholder(port) && string_of(port.get("port")).empty()) found.add(port, rule);
  });
  found.finish();
}

}  // namespace

CNPLINT_RULE{
    .name = "missing-port",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "an entry of ports without a port",
    .why =
        R"(Cilium refuses a port that is empty or left out, unless `enable-extended-ip-protocols` is on (off by
default). For all ports of a protocol write `port: "0"`, for everything leave `toPorts` out.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts:
    - ports: [{protocol: TCP}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts:
    - ports: [{port: "8080", protocol: TCP}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts:
    - ports: [{protocol: TCP, port: "0"}]
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules::missing_port

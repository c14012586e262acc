// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "base/text.h"
#include "policy/model/port.h"
#include "rules/each.h"

namespace cnplint::rules::http_rules_on_tls_port {
namespace {

/// Ports of which most services speak TLS.
constexpr std::array<std::uint16_t, 3> kOftenTls{6443, 8443, 9443};
constexpr std::uint16_t kHttps = 443;

/// How sure it is that TLS is spoken on a port: warning, note, or nothing to say.
enum class Spoken : std::uint8_t { no, perhaps, surely };
Spoken tls_on(NodeRef port) {
  const policy::PortRange range = policy::read_port(port);
  if (policy::has_placeholder(port.get("port").text())) return Spoken::no;
  const std::string name = base::lower(range.name);
  if (name == "https" || name.starts_with("https-") || name.ends_with("-https"))
    return Spoken::surely;
  if (!range.name.empty() || range.all()) return Spoken::no;
  if (range.first == kHttps && range.last == kHttps) return Spoken::surely;
  // Over many ports HTTP is spoken on others.
  constexpr int kFew = 128;
  if (range.last - range.first > kFew) return Spoken::no;
  const bool among =
      range.covers(kHttps) ||
      std::ranges::any_of(kOftenTls, [&](std::uint16_t each) { return range.covers(each); });
  return among ? Spoken::perhaps : Spoken::no;
}

/// A port as it is named in a sentence.
std::string name_of(NodeRef port) {
  const policy::PortRange range = policy::read_port(port);
  const std::string number = quoted(port.get("port").text());
  if (!range.name.empty()) return "the port " + number;
  if (range.last <= range.first) return "port " + number;
  return "ports " + number + " to `" + std::to_string(range.last) + "`";
}

/// Whether the peers are the API server alone, which speaks nothing else.
bool is_api_server(const RuleItem& item) {
  const policy::Peers* entities = item.peers_of(PeerKind::entities);
  if (entities == nullptr) return false;
  const auto items = entities->list.items();
  return std::ranges::all_of(items, [](NodeRef each) { return each.text() == "kube-apiserver"; });
}

void check_rule(const RuleItem& item, const policy::PortRule& rule, Report& report) {
  if (!rule.rules.get("http").has_children() || policy::is_stored(rule.node.get("terminatingTLS")))
    return;
  for (const NodeRef port : rule.ports) {
    const Spoken spoken = tls_on(port);
    if (spoken == Spoken::no) continue;
    const NodeRef number = port.get("port");
    const std::string port_name = name_of(port);
    const bool surely = spoken == Spoken::surely || is_api_server(item);
    lint::Finding& finding = report.add(
        number, "HTTP rules on " + port_name + (surely ? "" : ", where TLS is mostly spoken") +
                    ": the proxy cannot read what TLS encrypts, so that connections fail");
    if (!surely) finding.severity = lint::Severity::note;
    finding.fix.title =
        "give the entry `terminatingTLS` (and for egress `originatingTLS`), or use `serverNames` "
        "instead of HTTP rules";
  }
}

void check(const PolicyContext& context, Report& report) {
  if (!policy::is_cilium(context.policy.kind)) return;
  each_item(context.policy, [&](const RuleItem& item) {
    if (item.deny) return;
    for (const policy::PortRule& rule : item.port_rules) check_rule(item, rule, report);
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "http-rules-on-tls-port",
    .family = lint::Family::effect,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "HTTP rules on a port of TLS that nobody terminates",
    .why =
        R"(Envoy has to read requests to filter them. On a port where clients speak TLS it sees no HTTP, and the
connections fail. With `terminatingTLS` (and `originatingTLS` towards the outside) it decrypts them, for which clients
must trust its certificate; `serverNames` filters by the name in the TLS handshake without that. On 8443, 6443 and 9443
it is a note. Legitimate where plain HTTP is spoken on such a port.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEndpoints: [{matchLabels: {app: payments}}]
    toPorts:
    - ports: [{port: "443", protocol: TCP}]
      rules: {http: [{method: POST, path: "/v1/payments"}]}
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEndpoints: [{matchLabels: {app: payments}}]
    toPorts:
    - ports: [{port: "443", protocol: TCP}]
      serverNames: [payments.shop.example]
)"},
    .facts = "P703",
    .check_policy = check,
};

}  // namespace cnplint::rules::http_rules_on_tls_port

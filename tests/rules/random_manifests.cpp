// SPDX-License-Identifier: Apache-2.0
#include <initializer_list>
#include <random>

#include "tests/rules/claim_world.h"

namespace cnplint::tests {
namespace {

/// Writes manifests of few labels, ports and addresses, so that rules meet, cover and deny each
/// other.
class ManifestWriter {
 public:
  explicit ManifestWriter(unsigned seed) : random_(seed) {}

  std::string text() {
    std::string text;
    if (one_in(2))
      for (const char* ns : {"shop", "ops"})
        text += "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: " + std::string(ns) +
                ", labels: {team: " + ns + "}}\n";
    const unsigned workloads = below(7);
    for (unsigned i = 0; i < workloads; ++i) text += "---\n" + workload(i);
    const unsigned policies = 1 + below(5);
    for (unsigned i = 0; i < policies; ++i) text += "---\n" + policy(i);
    return text;
  }

  unsigned below(unsigned count) {
    return std::uniform_int_distribution<unsigned>(0, count - 1)(random_);
  }
  bool one_in(unsigned count) { return below(count) == 0; }

 private:
  std::string one_of(std::initializer_list<const char*> texts) {
    return *(texts.begin() + below(static_cast<unsigned>(texts.size())));
  }
  std::string ns() { return one_of({"shop", "shop", "ops"}); }

  /// Some of what `each` writes, as the items of a list.
  template <class Each>
  std::string some(unsigned most, const Each& each) {
    std::string items;
    const unsigned count = 1 + below(most);
    for (unsigned i = 0; i < count; ++i) items += (items.empty() ? "" : ", ") + each();
    return "[" + items + "]";
  }

  std::string workload(unsigned number) {
    std::string labels = "app: " + one_of({"web", "api", "db"});
    if (one_in(3)) labels += ", tier: " + one_of({"front", "back"});
    const std::string kind = one_of({"Pod", "Pod", "Deployment", "CronJob"});
    const std::string name = "w" + std::to_string(number);
    const std::string host = one_in(12) ? "hostNetwork: true, " : "";
    const std::string spec = "{" + host +
                             "containers: [{name: c, image: x, ports: [{name: http, "
                             "containerPort: 8080}]}]}";
    const std::string meta = "metadata: {name: " + name + ", namespace: " + ns();
    const std::string pod = "{metadata: {labels: {" + labels + "}}, spec: " + spec + "}";
    if (kind == "Pod")
      return "apiVersion: v1\nkind: Pod\n" + meta + ", labels: {" + labels + "}}\nspec: " + spec +
             "\n";
    if (kind == "Deployment")
      return "apiVersion: apps/v1\nkind: Deployment\n" + meta +
             "}\nspec: {selector: {matchLabels: {" + labels + "}}, template: " + pod + "}\n";
    return "apiVersion: batch/v1\nkind: CronJob\n" + meta +
           "}\nspec: {schedule: '1 1 * * *', jobTemplate: {spec: {template: " + pod + "}}}\n";
  }

  std::string labels_selector() {
    const std::string key = one_of({"app", "app", "tier"});
    switch (below(8)) {
      case 0:
        return "matchExpressions: [{key: " + key + ", operator: DoesNotExist}]";
      case 1:
        return "matchExpressions: [{key: " + key + ", operator: Exists}]";
      case 2:
        return "matchExpressions: [{key: app, operator: NotIn, values: [web]}]";
      case 3:
        return "matchExpressions: [{key: app, operator: In, values: [web, api]}]";
      case 4:
        return "matchLabels: {tier: " + one_of({"front", "back"}) + "}";
      default:
        return "matchLabels: {app: " + one_of({"web", "api", "db", "wbe"}) + "}";
    }
  }
  std::string selector() { return one_in(4) ? "{}" : "{" + labels_selector() + "}"; }
  std::string endpoint_peer() {
    switch (below(7)) {
      case 0:
        return "{}";
      case 1:
        return "{matchLabels: {k8s:io.kubernetes.pod.namespace: " + ns() + "}}";
      case 2:
        return "{matchLabels: {io.kubernetes.pod.namespace: " + ns() +
               ", app: " + one_of({"web", "api"}) + "}}";
      case 3:
        return "{matchExpressions: [{key: io.kubernetes.pod.namespace, operator: Exists}]}";
      default:
        return selector();
    }
  }

  std::string port() {
    const std::string number = one_of({"\"80\"", "\"8080\"", "\"443\"", "\"53\"", "\"0\""});
    const std::string protocol = one_of({"TCP", "TCP", "UDP", "ANY"});
    if (one_in(5)) return "{port: \"8000\", endPort: 8100, protocol: TCP}";
    if (one_in(8)) return "{port: http, protocol: TCP}";
    if (one_in(5)) return "{port: " + number + "}";
    return "{port: " + number + ", protocol: " + protocol + "}";
  }
  std::string to_ports(bool ingress, bool deny) {
    if (one_in(10)) return "icmps: [{fields: [{type: 8, family: IPv4}]}]";
    std::string plain = "toPorts: [{ports: " + some(2, [&] { return port(); }) + "}]";
    if (deny || !one_in(5)) return plain;
    if (!ingress && one_in(2))
      return "toPorts: [{ports: [{port: \"53\", protocol: ANY}], rules: {dns: [{matchPattern: " +
             one_of({"'*'", "'*.example.com'"}) + "}]}}]";
    return "toPorts: [{ports: [{port: \"8080\", protocol: TCP}], rules: {http: [{method: GET}]}}]";
  }
  std::string cidr() {
    return one_of({"0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/16", "10.1.2.3/32", "203.0.113.0/24",
                   "203.0.113.9/32", "::/0", "2001:db8::/32"});
  }
  std::string cidr_set() {
    return one_in(2) ? "{cidr: 10.0.0.0/8, except: [10.1.0.0/16]}"
                     : "{cidr: 0.0.0.0/0, except: [10.0.0.0/8, 203.0.113.9/32]}";
  }

  std::string cilium_peers(bool ingress, bool deny) {
    const std::string side = ingress ? "from" : "to";
    switch (below(ingress || deny ? 8 : 9)) {
      case 0:
        return side + "Entities: " + some(2, [&] {
                 return one_of(
                     {"world", "cluster", "host", "all", "kube-apiserver", "remote-node"});
               });
      case 1:
        return side + "CIDR: " + some(3, [&] { return cidr(); });
      case 2:
        return side + "CIDRSet: " + some(2, [&] { return cidr_set(); });
      case 3:
        return side + "Endpoints: [" + (one_in(6) ? "" : endpoint_peer()) + "]";
      case 8:
        return "toFQDNs: [{matchName: api.example.com}, {matchPattern: '*.example.com'}]";
      default:
        return side + "Endpoints: " + some(3, [&] { return endpoint_peer(); });
    }
  }
  std::string cilium_item(bool ingress, bool deny) {
    if (one_in(10)) return "{}";
    std::string text;
    if (!one_in(8)) text = cilium_peers(ingress, deny);
    if (text.empty() || !one_in(3)) text += (text.empty() ? "" : ", ") + to_ports(ingress, deny);
    if (!deny && one_in(12)) text += ", authentication: {mode: required}";
    return "{" + text + "}";
  }
  std::string cilium_policy(const std::string& name) {
    const bool wide = one_in(4);
    std::string text =
        "apiVersion: cilium.io/v2\nkind: Cilium" + std::string(wide ? "Clusterwide" : "") +
        "NetworkPolicy\nmetadata: {name: " + name + (wide ? "" : ", namespace: " + ns()) +
        "}\nspec:\n  endpointSelector: " + selector() + "\n";
    bool any = false;
    std::string disabled;
    for (const bool ingress : {true, false}) {
      const std::string field = ingress ? "ingress" : "egress";
      for (const bool deny : {false, true}) {
        if (!one_in(deny ? 4 : 2)) {
          if (deny || one_in(3)) continue;
        }
        text += "  " + field + (deny ? "Deny" : "") + ": " +
                some(3, [&] { return cilium_item(ingress, deny); }) + "\n";
        any = true;
      }
      if (one_in(5))
        disabled += (disabled.empty() ? "" : ", ") + field + ": " + one_of({"false", "true"});
    }
    if (!any) text += "  ingress: [{}]\n";
    if (!disabled.empty()) text += "  enableDefaultDeny: {" + disabled + "}\n";
    return text;
  }

  std::string network_policy_peer() {
    switch (below(6)) {
      case 0:
        return "{ipBlock: {cidr: " + one_of({"0.0.0.0/0", "10.0.0.0/8", "203.0.113.0/24"}) + "}}";
      case 1:
        return "{namespaceSelector: {}}";
      case 2:
        return "{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: " + ns() + "}}}";
      case 3:
        return "{namespaceSelector: {matchLabels: {team: " + ns() +
               "}}, podSelector: " + selector() + "}";
      default:
        return "{podSelector: " + selector() + "}";
    }
  }
  std::string network_policy_item(bool ingress) {
    if (one_in(10)) return "{}";
    std::string text;
    if (!one_in(6))
      text = (ingress ? "from: " : "to: ") + some(3, [&] { return network_policy_peer(); });
    if (text.empty() || !one_in(3))
      text += std::string(text.empty() ? "" : ", ") + "ports: " + some(2, [&] {
                return one_of({"{port: 80}", "{port: 8080, protocol: TCP}", "{port: http}",
                               "{port: 53, protocol: UDP}", "{protocol: TCP}",
                               "{port: 8000, endPort: 8100}"});
              });
    return "{" + text + "}";
  }
  std::string network_policy(const std::string& name) {
    std::string text =
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: " + name +
        ", namespace: " + ns() + "}\nspec:\n  podSelector: " + selector() + "\n";
    if (!one_in(3))
      text += "  policyTypes: " + one_of({"[Ingress]", "[Egress]", "[Ingress, Egress]"}) + "\n";
    for (const bool ingress : {true, false})
      if (one_in(2))
        text += std::string(ingress ? "  ingress: " : "  egress: ") +
                (one_in(8) ? "[]" : some(3, [&] { return network_policy_item(ingress); })) + "\n";
    return text;
  }

  std::string firewall(const std::string& ns) {
    return "apiVersion: k8s.ovn.org/v1\nkind: EgressFirewall\nmetadata: {name: default, "
           "namespace: " +
           ns + "}\nspec:\n  egress: " +
           some(5,
                [&] {
                  const std::string to =
                      one_in(4) ? "dnsName: " + one_of({"api.example.com", "www.example.com"})
                                : "cidrSelector: " +
                                      one_of({"0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/16",
                                              "10.1.2.3/32", "203.0.113.0/24", "10.0.0.0/9",
                                              "10.128.0.0/9", "0.0.0.0/1", "128.0.0.0/1"});
                  const std::string ports =
                      one_in(3) ? ", ports: " + some(2,
                                                     [&] {
                                                       return one_of({"{port: 80, protocol: TCP}",
                                                                      "{port: 443, protocol: TCP}",
                                                                      "{port: 53, protocol: UDP}"});
                                                     })
                                : "";
                  return "{type: " + one_of({"Allow", "Deny"}) + ", to: {" + to + "}" + ports + "}";
                }) +
           "\n";
  }

  std::string policy(unsigned number) {
    const std::string name = "n" + std::to_string(number);
    if (number < 2 && one_in(10)) return firewall(number == 0 ? "shop" : "ops");
    return one_in(3) ? network_policy(name) : cilium_policy(name);
  }

  std::mt19937 random_;
};

}  // namespace

std::string random_manifests(unsigned seed) { return ManifestWriter(seed).text(); }

policy::Environment random_environment(unsigned seed) {
  ManifestWriter random(seed * 7 + 1);
  policy::Environment environment;
  if (random.one_in(4)) environment.cilium = policy::Release{18};
  if (random.one_in(6)) environment.ipv6 = false;
  if (random.one_in(10)) environment.host_firewall = true;
  return environment;
}

}  // namespace cnplint::tests

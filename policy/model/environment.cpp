// SPDX-License-Identifier: Apache-2.0
#include "policy/model/environment.h"

#include <algorithm>

#include "policy/yaml/scalar.h"

namespace cnplint::policy {
namespace {

bool is_given(NodeRef value) { return value && !value.is_null(); }

}  // namespace

void read_environment(NodeRef node, Environment& environment) {
  for (const EnvironmentFlag& flag : kEnvironmentFlags)
    if (const NodeRef value = node.get(flag.name); is_given(value))
      environment.*flag.member = boolean_value(value.text());
  if (const auto release = parse_release(node.get("cilium").text())) environment.cilium = *release;
  if (const NodeRef name = node.get("clusterName"); is_given(name))
    environment.cluster = name.text();
  if (const NodeRef local = node.get("localCluster"); is_given(local))
    environment.local_cluster = boolean_value(local.text());
  for (std::size_t i = 0; i < kEnforcementNames.size(); ++i)
    if (node.get("enforcement").text() == kEnforcementNames[i])
      environment.enforcement = static_cast<Enforcement>(i);
  node.get("dns").each_item([&](NodeRef ns) { environment.dns.emplace_back(ns.text()); });
  if (const NodeRef labels = node.get("labels"); is_given(labels))
    environment.labels = LabelFilter(labels.text());
  if (const NodeRef families = node.get("ipFamilies"); families.has_children()) {
    const auto has = [&](std::string_view name) {
      return std::ranges::any_of(families.items(),
                                 [&](NodeRef each) { return each.text() == name; });
    };
    environment.ipv4 = has("IPv4");
    environment.ipv6 = has("IPv6");
    environment.families_known = true;
  }
}

}  // namespace cnplint::policy

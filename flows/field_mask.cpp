// SPDX-License-Identifier: Apache-2.0
#include "flows/field_mask.h"

namespace cnplint::flows {

FieldSet fields_of(const Flow& flow) {
  if (flow.flat) return kAllFields;
  FieldSet fields = 0;
  const auto add = [&](std::size_t index, bool has) {
    if (has) fields = static_cast<FieldSet>(fields | kNeededFields[index].bit);
  };
  // The reserved ones are named by their numbers.
  const auto is_named = [](const FlowEndpoint* end) {
    return end != nullptr &&
           (!end->labels.empty() || (end->identity != 0 && end->ns.empty() && end->pod.empty()));
  };
  add(0, flow.protocol != protocol::kAny);
  add(1, is_named(flow.source));
  add(2, is_named(flow.destination));
  return fields;
}

std::vector<std::string_view> fields_without(FieldSet fields) {
  std::vector<std::string_view> names;
  for (const NeededField& each : kNeededFields)
    if ((fields & each.bit) == 0) names.push_back(each.name);
  return names;
}

}  // namespace cnplint::flows

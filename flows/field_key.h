// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace cnplint::flows {

/// The keys of a record that are looked at: those of the objects around a flow first.
enum class Key : std::uint8_t {
  none,
  flow,
  flows,
  lost_events,
  other_event,
  stored,
  nested_text,
  time,
  verdict,
  drop_reason,
  drop_reason_desc,
  ip,
  l4,
  source,
  destination,
  type,
  node_name,
  source_names,
  destination_names,
  l7,
  reply,
  is_reply,
  event_type,
  destination_service,
  traffic_direction,
  allowed_by,
  denied_by,
  aggregate,
  flow_id,
  source_namespace,
  source_pod,
  source_labels,
  destination_namespace,
  destination_pod,
  destination_labels,
  source_port,
  destination_port,
  protocol,
  http_method,
  http_path,
};

/// The key of a name as protojson writes it, or in camelCase.
Key key_of(std::string_view name);

}  // namespace cnplint::flows

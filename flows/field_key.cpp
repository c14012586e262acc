// SPDX-License-Identifier: Apache-2.0
#include "flows/field_key.h"

#include <array>
#include <cstddef>

namespace cnplint::flows {
namespace {

struct KeyName {
  std::string_view name;
  Key key;
};

/// Every key that is looked at, as protojson writes it and in camelCase.
constexpr KeyName kKeys[] = {
    {"flow", Key::flow},
    {"flows", Key::flows},
    {"lost_events", Key::lost_events},
    {"lostEvents", Key::lost_events},
    {"node_status", Key::other_event},
    {"nodeStatus", Key::other_event},
    {"agent_event", Key::other_event},
    {"agentEvent", Key::other_event},
    {"debug_event", Key::other_event},
    {"debugEvent", Key::other_event},
    {"cnplint", Key::stored},
    {"log", Key::nested_text},
    {"message", Key::nested_text},
    {"line", Key::nested_text},
    {"time", Key::time},
    {"timestamp", Key::time},
    {"verdict", Key::verdict},
    {"drop_reason", Key::drop_reason},
    {"dropReason", Key::drop_reason},
    {"drop_reason_desc", Key::drop_reason_desc},
    {"dropReasonDesc", Key::drop_reason_desc},
    {"IP", Key::ip},
    {"ip", Key::ip},
    {"l4", Key::l4},
    {"source", Key::source},
    {"destination", Key::destination},
    {"Type", Key::type},
    {"node_name", Key::node_name},
    {"nodeName", Key::node_name},
    {"source_names", Key::source_names},
    {"sourceNames", Key::source_names},
    {"destination_names", Key::destination_names},
    {"destinationNames", Key::destination_names},
    {"l7", Key::l7},
    {"reply", Key::reply},
    {"is_reply", Key::is_reply},
    {"isReply", Key::is_reply},
    {"event_type", Key::event_type},
    {"eventType", Key::event_type},
    {"destination_service", Key::destination_service},
    {"destinationService", Key::destination_service},
    {"traffic_direction", Key::traffic_direction},
    {"trafficDirection", Key::traffic_direction},
    {"egress_allowed_by", Key::allowed_by},
    {"egressAllowedBy", Key::allowed_by},
    {"ingress_allowed_by", Key::allowed_by},
    {"ingressAllowedBy", Key::allowed_by},
    {"egress_denied_by", Key::denied_by},
    {"egressDeniedBy", Key::denied_by},
    {"ingress_denied_by", Key::denied_by},
    {"ingressDeniedBy", Key::denied_by},
    {"aggregate", Key::aggregate},
    {"flow_id", Key::flow_id},
    {"source_namespace", Key::source_namespace},
    {"source_pod", Key::source_pod},
    {"source_labels", Key::source_labels},
    {"destination_namespace", Key::destination_namespace},
    {"destination_pod", Key::destination_pod},
    {"destination_labels", Key::destination_labels},
    {"source_port", Key::source_port},
    {"destination_port", Key::destination_port},
    {"protocol", Key::protocol},
    {"http_method", Key::http_method},
    {"http_path", Key::http_path},
};

/// The keys in a table of open addressing: a flow has about twenty, so they are found by a glance
/// at their length and ends.
class KeyTable {
 public:
  constexpr KeyTable() {
    for (const KeyName& each : kKeys) {
      std::size_t slot = slot_of(each.name);
      while (slots_[slot].key != Key::none) slot = (slot + 1) % kSlots;
      slots_[slot] = each;
    }
  }
  [[nodiscard]] Key find(std::string_view name) const {
    if (name.empty()) return Key::none;
    for (std::size_t slot = slot_of(name); slots_[slot].key != Key::none;
         slot = (slot + 1) % kSlots)
      if (slots_[slot].name == name) return slots_[slot].key;
    return Key::none;
  }

 private:
  static constexpr std::size_t kSlots = 256;
  static constexpr std::size_t slot_of(std::string_view name) {
    const auto at = [&](std::size_t index) {
      return static_cast<std::size_t>(static_cast<unsigned char>(name[index]));
    };
    return (name.size() * 7 + at(0) * 31 + at(name.size() - 1) * 131 + at(name.size() / 2) * 17) %
           kSlots;
  }
  std::array<KeyName, kSlots> slots_{};
};
constexpr KeyTable kKeyTable;

}  // namespace

Key key_of(std::string_view name) { return kKeyTable.find(name); }

}  // namespace cnplint::flows

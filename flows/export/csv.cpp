// SPDX-License-Identifier: Apache-2.0
#include "base/escape.h"
#include "base/text.h"
#include "flows/export/export.h"
#include "flows/timestamp.h"

namespace cnplint::flows {
namespace {

std::string cells(const CapturedEndpoint& endpoint) {
  return base::csv_cell(display_name(endpoint)) + "," + base::csv_cell(endpoint.ns) + "," +
         base::csv_cell(base::joined(endpoint.labels, " ")) + "," +
         base::csv_cell(endpoint.address) + ",";
}

}  // namespace

std::string export_csv(const Capture& capture) {
  std::string text =
      "source,source_namespace,source_labels,source_address,destination,destination_namespace,"
      "destination_labels,destination_address,protocol,port,direction,verdict,drop_reason,service,"
      "names,flows,first,last\r\n";
  for (const CapturedConnection& each : capture.connections) {
    text += cells(capture.endpoints[each.source]) + cells(capture.endpoints[each.destination]);
    text += std::string(protocol_name(each.protocol)) + "," + std::to_string(each.port) + "," +
            std::string(direction_name(each.direction)) + "," +
            std::string(outcome_name(each.outcome)) + "," +
            (each.drop_reason == 0 ? "" : drop_reason_name(each.drop_reason)) + "," +
            base::csv_cell(each.service) + "," + base::csv_cell(base::joined(each.names, " ")) +
            "," + std::to_string(each.flows) + ",";
    text += each.span.empty()
                ? ","
                : format_timestamp(each.span.first) + "," + format_timestamp(each.span.last);
    text += "\r\n";
  }
  return text;
}

}  // namespace cnplint::flows

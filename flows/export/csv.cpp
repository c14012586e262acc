// SPDX-License-Identifier: Apache-2.0
#include "base/escape.h"
#include "base/text.h"
#include "flows/export/export.h"
#include "flows/timestamp.h"

namespace cnplint::flows {
namespace {

/// A cell as RFC 4180 has it. What a spreadsheet would take for a formula gets an apostrophe, and
/// what is not to be seen is made visible, as the table may be looked at where it is printed.
std::string cell(std::string text) {
  text = base::for_terminal(text);
  if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos)
    text.insert(0, 1, '\'');
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted.append(c == '"' ? 2 : 1, c);
  return quoted + "\"";
}

std::string cells(const CapturedEndpoint& endpoint) {
  return cell(display_name(endpoint)) + "," + cell(endpoint.ns) + "," +
         cell(base::joined(endpoint.labels, " ")) + "," + cell(endpoint.address) + ",";
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
            cell(each.service) + "," + cell(base::joined(each.names, " ")) + "," +
            std::to_string(each.flows) + ",";
    text += each.span.empty()
                ? ","
                : format_timestamp(each.span.first) + "," + format_timestamp(each.span.last);
    text += "\r\n";
  }
  return text;
}

}  // namespace cnplint::flows

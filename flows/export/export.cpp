// SPDX-License-Identifier: Apache-2.0
#include "flows/export/export.h"

#include <array>

namespace cnplint::flows {

std::span<const ExportFormat> export_formats() {
  static constexpr std::array<ExportFormat, 6> kFormats{{{"table", export_table},
                                                         {"json", export_json},
                                                         {"jsonl", export_jsonl},
                                                         {"csv", export_csv},
                                                         {"dot", export_dot},
                                                         {"mermaid", export_mermaid}}};
  return kFormats;
}

}  // namespace cnplint::flows

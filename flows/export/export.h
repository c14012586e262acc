// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "flows/capture.h"

namespace cnplint::flows {

/// A form in which connections are written.
struct ExportFormat {
  std::string_view name;
  std::string (*render)(const Capture&);
};

/// All forms of `cnplint flows --output` but connection files.
std::span<const ExportFormat> export_formats();

// One file each. What comes from a capture is data in all of them: it cannot end a text, begin a
// formula or move a cursor.
std::string export_table(const Capture& capture);
std::string export_json(const Capture& capture);
std::string export_jsonl(const Capture& capture);
std::string export_csv(const Capture& capture);
std::string export_dot(const Capture& capture);
std::string export_mermaid(const Capture& capture);

}  // namespace cnplint::flows

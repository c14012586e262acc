// SPDX-License-Identifier: Apache-2.0
#include "policy/yaml/kubectl_text.h"

namespace cnplint::policy {

std::size_t unknown_escape(std::string_view written) {
  for (std::size_t at = written.find('\\'); at != std::string_view::npos;
       at = written.find('\\', at + 2))
    if (written.substr(at).starts_with("\\/")) return at;
  return std::string_view::npos;
}

bool keeps_line_break(std::string_view written) {
  return written.substr(0, written.find('\n')).find('-') == std::string_view::npos;
}

}  // namespace cnplint::policy

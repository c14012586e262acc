// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

namespace cnplint::base {

/// A file that is part of the program: its name without folders, and its text.
struct Resource {
  std::string_view name;
  std::string_view text;
};

}  // namespace cnplint::base

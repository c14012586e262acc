// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace cnplint::project {

/// A text that stands for a file: the buffer of an editor, standard input, policies in a test, an
/// object of a running cluster.
struct InMemory {
  std::string path;  ///< as messages name it
  std::string text;
  std::string cluster = {};  ///< the running cluster that it was read from; empty: none
};

}  // namespace cnplint::project

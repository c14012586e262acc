// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "base/source.h"
#include "project/inputs.h"

namespace cnplint::project {

/// Which files may be changed: those that people write and that the run was asked about. A file is
/// looked into when it is asked about for the first time.
class FixTarget {
 public:
  /// Why a place must not be changed, and what to change instead: a sentence; empty where it may.
  [[nodiscard]] std::string refusal(const Inputs& inputs, base::SourceRange place);

 private:
  std::map<std::string, std::string> known_;  ///< by path
};

}  // namespace cnplint::project

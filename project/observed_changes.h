// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "flows/capture.h"
#include "policy/verdict/verdict_changes.h"
#include "project/diff.h"
#include "project/inputs.h"

namespace cnplint::project {

/// A connection of a capture whose verdict changes.
struct ObservedChange {
  std::string connection;   ///< `shop/cart -> shop/db 5432/TCP`
  std::uint64_t flows = 0;  ///< that passed; of what opens those that were denied, if any were
  flows::Span span;
};

/// What becomes of the connections of a capture.
struct ObservedChanges {
  std::vector<ObservedChange> closed;  ///< passed in the capture and by OLD; denied by NEW
  std::vector<ObservedChange> opened;  ///< denied by OLD; passes by NEW
  std::uint64_t connections = 0;       ///< that the capture has
  /// What opens and no connection of the capture asks for, passed or denied.
  std::set<const policy::VerdictChange*> unused;

  /// Of some changes all their flows, and from when to when.
  static ObservedChange total(const std::vector<ObservedChange>& changes);
};

/// Holds two states against a capture. `clusters` name the one of each that it is of, where there
/// are several; `changes` are those between the states, and must outlive the result; `notes` gets
/// what stays unknown, as sentences.
base::Result<ObservedChanges> observed_changes(Inputs& before, Inputs& after,
                                               const flows::Capture& capture,
                                               const std::pair<std::string, std::string>& clusters,
                                               const std::vector<ClusterChanges>& changes,
                                               std::vector<std::string>& notes);

}  // namespace cnplint::project

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "coverage/observed_traffic.h"
#include "policy/model/inventory.h"
#include "synth/traffic.h"

namespace cnplint::cli {

/// What was observed, in the form that policies are synthesised from. The pods of every namespace
/// have the label of its name, which Kubernetes gives it and some captures leave out.
synth::Traffic synth_traffic(coverage::ObservedTraffic observed, const policy::Inventory& inventory,
                             const flows::Span& span);

}  // namespace cnplint::cli

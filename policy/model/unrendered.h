// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "policy/model/inventory.h"
#include "policy/model/manifest.h"

namespace cnplint::policy {

/// What a manifest has made of something that is not in the input: a HelmRelease or HelmChart, an
/// Argo CD Application with a chart. None for other manifests.
std::optional<Unrendered> unrendered_by(const Manifest& manifest);

}  // namespace cnplint::policy

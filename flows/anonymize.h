// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "flows/table.h"

namespace cnplint::flows {

/// The same connections under other names: namespaces, workloads, pods, label keys of the user and
/// all label values, nodes, addresses, DNS names, paths and policies are replaced, the same by the
/// same everywhere, by a keyed hash (BLAKE2b). Without the secret nobody can go back or check a
/// guess. What Cilium and Kubernetes name stays, also `kube-system` and the labels of its DNS: they
/// say nothing about the user, and DNS rules need them. Ports, counts and times stay.
Table anonymized(const Table& table, std::string_view secret);

}  // namespace cnplint::flows

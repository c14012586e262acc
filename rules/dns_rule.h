// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "lint/rule.h"
#include "policy/text/change.h"
#include "policy/verdict/rule.h"

namespace cnplint::rules {

/// Gives the policy of a rule one more for DNS: to the servers of the cluster that are known, else
/// to those that installers make, k8s-app=kube-dns in kube-system. With `names` the proxy sees what
/// is asked for.
policy::Changes allow_dns(const lint::ClusterContext& context, const policy::PolicyRule& rule,
                          bool names);

}  // namespace cnplint::rules

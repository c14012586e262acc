// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "harness/test_file.h"
#include "policy/verdict/request.h"
#include "policy/verdict/verdict.h"

namespace cnplint::harness {

/// The smallest policy that allows a connection in one direction, as YAML: this subject, this peer,
/// this port and, where a request is asked about, this request. Empty where the subject has no
/// policy of its own to allow it in.
std::string smallest_policy(policy::Direction direction, const TestEndpoint& from,
                            const TestEndpoint& to, Port port,
                            const std::optional<policy::Request>& request);

}  // namespace cnplint::harness

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "flows/request_class.h"
#include "synth/draft.h"

namespace cnplint::synth {

/// The regular expression of exactly the paths of a class: what is literal escaped, a segment of
/// numbers, UUIDs or hexadecimal digits as such a class, any query behind it (captures are read
/// without). Envoy matches it against the whole `:path`.
std::string path_expression(const flows::RequestClass& request, std::string_view example);

/// The HTTP rules of requests, each once, sorted.
std::vector<HttpRule> http_rules(const std::vector<flows::CapturedRequest>& requests);

/// The DNS names of requests, each once, sorted; those that no rule can have are left out.
std::vector<std::string> dns_names(const std::vector<flows::CapturedRequest>& requests);

}  // namespace cnplint::synth

// SPDX-License-Identifier: Apache-2.0
#include "flows/endpoint_cache.h"

#include <utility>

namespace cnplint::flows {

void EndpointCache::make_room() {
  // Forgetting all at once keeps the serials of what is there in a row: an observer, which has as
  // many places, then has one for each.
  if (by_text_.size() + 2 > kMostEndpoints) by_text_.clear();
}

const FlowEndpoint* EndpointCache::find(std::string_view text) const {
  const auto found = by_text_.find(text);
  return found == by_text_.end() ? nullptr : &found->second;
}

const FlowEndpoint& EndpointCache::add(std::string_view text, FlowEndpoint&& endpoint) {
  endpoint.serial = ++last_serial_;
  return by_text_.emplace(text, std::move(endpoint)).first->second;
}

}  // namespace cnplint::flows

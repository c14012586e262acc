// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "flows/endpoint.h"

namespace cnplint::flows {

/// An endpoint as connection files and reports write it; what is empty is left out.
nlohmann::ordered_json endpoint_json(const CapturedEndpoint& endpoint);
/// Reads it back. Throws where it is none, like nlohmann's readers.
CapturedEndpoint endpoint_from(const nlohmann::ordered_json& object);

/// Sets `first` and `last`, where there are such.
struct Span;
void add_span(nlohmann::ordered_json& object, const Span& span);
/// Sets a text or number that is not empty or 0.
void add_text(nlohmann::ordered_json& object, const char* key, const std::string& value);
void add_count(nlohmann::ordered_json& object, const char* key, std::uint64_t value);
/// The text under a key; empty where there is none. Throws where it is something else.
std::string text_of(const nlohmann::ordered_json& object, const char* key);

}  // namespace cnplint::flows

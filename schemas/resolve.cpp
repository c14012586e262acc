// SPDX-License-Identifier: Apache-2.0
#include "schemas/resolve.h"

#include <map>
#include <mutex>

#include "base/check.h"
#include "schemas/schema.h"

namespace cnplint::schemas {

const Json& schema_file(std::string_view name) {
  static std::mutex mutex;
  static std::map<std::string, Json, std::less<>> files;
  const std::lock_guard lock(mutex);
  auto found = files.find(name);
  if (found == files.end())
    found = files.emplace(std::string(name), Json::parse(embedded_schema(name))).first;
  return found->second;
}

Located follow(const std::string& file, const std::string& reference) {
  const std::size_t hash = reference.find('#');
  std::string target = reference.substr(0, hash);
  if (target.empty())
    target = file;
  else
    target.resize(target.rfind(".json"));
  const Json& document = schema_file(target);
  if (hash == std::string::npos || hash + 1 == reference.size()) return {target, &document};
  return {target, &document.at(Json::json_pointer(reference.substr(hash + 1)))};
}

bool in_release(const Json& marked, std::string_view since, std::string_view until,
                policy::Release release) {
  const auto limit = [&](std::string_view key) {
    const auto found = marked.find(std::string(key));
    if (found == marked.end()) return std::optional<policy::Release>();
    const auto parsed = policy::parse_release(found->get<std::string>());
    CNPLINT_CHECK(parsed.has_value());
    return parsed;
  };
  const auto first = limit(since);
  const auto last = limit(until);
  return (!first || *first <= release) && (!last || release <= *last);
}

Json keywords_for(const Json& schema, policy::Release release) {
  Json result = schema;
  result.erase("x-cilium-changes");
  result.erase("x-cilium-since");
  result.erase("x-cilium-until");
  if (!schema.contains("x-cilium-changes")) return result;
  for (const Json& change : schema["x-cilium-changes"]) {
    if (!in_release(change, "since", "until", release)) continue;
    for (const auto& [key, value] : change.items())
      if (key != "since" && key != "until") result[key] = value;
  }
  return result;
}

}  // namespace cnplint::schemas

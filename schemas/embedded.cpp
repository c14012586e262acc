// SPDX-License-Identifier: Apache-2.0
#include "base/check.h"
#include "base/resource.h"
#include "schemas/schema.h"

namespace cnplint::resources {
std::span<const base::Resource> schema_resources();
}

namespace cnplint::schemas {
namespace {

constexpr std::string_view kExtension = ".json";

std::string_view stem(std::string_view file) {
  return file.substr(0, file.size() - kExtension.size());
}

}  // namespace

std::vector<std::string_view> bundled_schema_names() {
  std::vector<std::string_view> names;
  for (const base::Resource& resource : resources::schema_resources())
    names.push_back(stem(resource.name));
  return names;
}

std::string_view embedded_schema(std::string_view name) {
  for (const base::Resource& resource : resources::schema_resources())
    if (stem(resource.name) == name) return resource.text;
  base::check_failed("the schema is bundled", __FILE__, __LINE__);
}

}  // namespace cnplint::schemas

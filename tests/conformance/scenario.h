// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "base/source.h"
#include "policy/verdict/verdict.h"
#include "policy/yaml/reader.h"
#include "tests/admitted.h"

namespace cnplint::tests {

/// One line of verdicts-*.jsonl, read: its policies as Cilium admits them, and its endpoints.
struct Scenario {
  explicit Scenario(const nlohmann::json& json);
  Scenario(const Scenario&) = delete;
  Scenario& operator=(const Scenario&) = delete;

  /// An engine over some policies with everything else of the scenario.
  [[nodiscard]] policy::VerdictEngine compile(const policy::PolicyList& policies) const;
  /// A flow of the scenario as a question.
  [[nodiscard]] policy::Connection connection(const nlohmann::json& flow) const;

  policy::Environment environment;
  policy::Surroundings surroundings;
  std::vector<policy::Endpoint> endpoints;
  std::map<std::string, std::uint32_t> index;  ///< of endpoints, by name
  base::SourceStore store;
  policy::FileContent content;
  Admitted admitted;
};

}  // namespace cnplint::tests

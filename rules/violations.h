// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>

#include "lint/report.h"
#include "lint/rule.h"
#include "policy/model/policy.h"
#include "schemas/validator.h"

namespace cnplint::rules {

/// Reports a schema violation, as refused by the API server.
inline lint::Finding& report_violation(const lint::PolicyContext& context, lint::Report& report,
                                       const schemas::Violation& violation) {
  lint::Finding& finding =
      report.reject(violation.node, lint::kApiServer, schemas::describe(violation, context.schema));
  finding.path = violation.path();
  return finding;
}

/// Reports the schema violations with some keywords, as refused by the API server.
inline void report_violations(const lint::PolicyContext& context, lint::Report& report,
                              std::initializer_list<schemas::Keyword> keywords) {
  for (const schemas::Violation& violation : context.violations)
    for (const schemas::Keyword keyword : keywords)
      if (violation.keyword == keyword) report_violation(context, report, violation);
}

}  // namespace cnplint::rules

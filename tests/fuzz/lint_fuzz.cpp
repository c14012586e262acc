// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a file: read, validated, judged by every rule and reported in every format.
#include <cstddef>
#include <cstdint>

#include "base/check.h"
#include "base/source.h"
#include "lint/driver.h"
#include "lint/file_lint.h"
#include "lint/report.h"
#include "reporters/reporter.h"
#include "rules/catalogue.h"

using namespace cnplint;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const lint::SchemaSet schemas({});
  static const auto rules = lint::active_rules({}, rules::catalogue(), "");
  base::SourceStore store;
  base::SourceFile& file =
      store.add("fuzz.yaml", std::string(reinterpret_cast<const char*>(data), size));
  lint::FileResult result = lint::lint_file(file, rules, rules::catalogue(), schemas, {});
  lint::Outcome outcome;
  outcome.files = {&file};
  for (const lint::Rule* rule : rules::catalogue()) {
    if (rule->check_repository == nullptr) continue;
    lint::RepositoryReport report(*rule, result.findings);
    rule->check_repository({result.policies, result.inventory, {}, {}}, report);
  }
  // A file in UTF-16 is kept as UTF-8, which has another size.
  const std::size_t kept = file.text().size();
  for (const lint::Finding& finding : result.findings)
    CNPLINT_CHECK(finding.range.begin <= finding.range.end && finding.range.end <= kept);
  outcome.findings = std::move(result.findings);
  for (const reporters::Format& format : reporters::lint_formats())
    CNPLINT_CHECK(!format.render({outcome, rules::catalogue(), "0", "1.20"}).empty() ||
                  format.name == "github");
  return 0;
}

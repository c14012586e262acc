// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a file: read, judged, linted by every rule and reported in every format.
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/check.h"
#include "project/check.h"
#include "reporters/reporter.h"
#include "rules/catalogue.h"

using namespace cnplint;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  project::Project project({}, {}, 1);
  const project::Inputs& inputs =
      project.open({}, {{"fuzz.yaml", std::string(reinterpret_cast<const char*>(data), size)}});
  const lint::Outcome outcome = project::check(project, inputs);
  // A file in UTF-16 is kept as UTF-8, which has another size.
  const std::size_t kept = outcome.files.front()->text().size();
  for (const lint::Finding& finding : outcome.findings)
    CNPLINT_CHECK(finding.range.begin <= finding.range.end && finding.range.end <= kept);
  for (const reporters::Format& format : reporters::lint_formats())
    CNPLINT_CHECK(!format.render({outcome, rules::catalogue(), "0", "1.20"}).empty() ||
                  format.name == "github");
  return 0;
}

// SPDX-License-Identifier: Apache-2.0
#include "lint/finding.h"

#include "base/hash.h"
#include "lint/rule.h"

namespace cnplint::lint {

std::string fingerprint(const Finding& finding) {
  std::string key(finding.rule->name);
  const std::string& subject =
      finding.written_subject.empty() ? finding.subject : finding.written_subject;
  for (const std::string* part : {&subject, &finding.keyed_path, &finding.message})
    key += '\n' + *part;
  return base::hash_hex(key);
}

}  // namespace cnplint::lint

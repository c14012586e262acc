// SPDX-License-Identifier: Apache-2.0
#include "lint/finding.h"

#include <xxhash.h>

#include "lint/hash.h"
#include "lint/rule.h"

namespace cnplint::lint {

std::string hash_hex(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  constexpr unsigned kLastShift = 60;
  const std::uint64_t hash = XXH64(text.data(), text.size(), 0);
  std::string hex;
  for (unsigned shift = 0; shift <= kLastShift; shift += 4)
    hex += kDigits[(hash >> (kLastShift - shift)) & 0xFU];
  return hex;
}

std::string fingerprint(const Finding& finding) {
  std::string key(finding.rule->name);
  for (const std::string* part : {&finding.subject, &finding.keyed_path, &finding.message})
    key += '\n' + *part;
  return hash_hex(key);
}

}  // namespace cnplint::lint

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "policy/model/environment.h"

namespace cnplint::policy {

/// Whether Cilium takes a matchName: letters, digits, `-`, `_` and dots (V049); empty is fine.
bool is_dns_match_name(std::string_view text);

/// Whether Cilium takes the characters of a matchPattern: those of a matchName and `*` (V049b).
/// Its length is another matter, see kLongestDnsPattern.
bool is_dns_match_pattern(std::string_view text);
/// Whether a DNS question can ask for the name: of the characters of a matchName, labels of 1 to 63
/// characters, not an address; a dot may end it.
bool is_host_name(std::string_view text);
/// A pattern has at most so many characters since Cilium 1.17.
inline constexpr std::size_t kLongestDnsPattern = 255;

/// A matchName or matchPattern of toFQDNs or of DNS rules (fact A5.3): anchored, case-insensitive,
/// a run of stars stands for characters of one label; a leading run of two or more stars before a
/// dot for one or more whole labels (since 1.20), a pattern of stars alone for every name.
class DnsPattern {
 public:
  DnsPattern() = default;
  DnsPattern(std::string_view text, Release release);

  /// Whether it matches a name, with or without its final dot. Linear in name times pattern.
  [[nodiscard]] bool matches(std::string_view name) const;
  /// Whether some name matches both. Linear in the product of their lengths.
  [[nodiscard]] bool overlaps(const DnsPattern& other) const;
  /// Whether it matches every name.
  [[nodiscard]] bool everything() const { return everything_; }
  /// The canonical name that it matches where it has no stars; else empty.
  [[nodiscard]] std::string_view only_name() const;

 private:
  bool everything_ = false;
  bool leading_labels_ = false;
  std::string rest_;  ///< lower case, runs of stars as one, with final dot
};

/// Lower case with a final dot, the form in which Cilium compares names.
std::string canonical_dns_name(std::string_view name);

}  // namespace cnplint::policy

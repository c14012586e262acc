// SPDX-License-Identifier: Apache-2.0
//
// Under which domains strangers have names.
#pragma once

#include <cstdint>
#include <string_view>

namespace cnplint::policy {

enum class SuffixKind : std::uint8_t {
  none,      ///< a domain of somebody, or one that only a private network knows
  registry,  ///< `com`, `co.uk`: anybody registers a name there
  hosting,   ///< `github.io`: anybody has a name there who is a customer
};

/// What a domain in lower case, without a final dot, is. A domain of one label is one of a registry
/// unless it is reserved or common in private networks; of domains with two, those that registries
/// of countries give names under (`co.uk`, `com.br`); of hosting, a table of the best known.
SuffixKind suffix_kind(std::string_view domain);

}  // namespace cnplint::policy

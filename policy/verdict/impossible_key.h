// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "policy/model/environment.h"

namespace cnplint::policy {

/// Whose labels a selector looks at.
enum class Bearer : std::uint8_t {
  pod,          ///< the pods that a policy is for
  local_node,   ///< the node that a policy with nodeSelector is for
  peer,         ///< whoever fromEndpoints, toEndpoints, from and to may select
  remote_node,  ///< the nodes that fromNodes and toNodes select
};

/// Why no identity has a label with a key.
struct ImpossibleKey {
  enum class Reason : std::uint8_t {
    filtered,        ///< Cilium's label filter keeps it out (P213, P214)
    of_cilium,       ///< pods lose labels of this prefix, and Cilium adds none of this name (A3.3)
    unknown_source,  ///< no label comes from this source (A3.1)
    unknown_reserved,    ///< no reserved label has this name (A4.1)
    source_of_nodes,     ///< labels of nodes have the source `node` (P215)
    namespace_of_node,   ///< nodes have no namespace
    reserved_as_key,     ///< `reserved: health`, `reserved.health` (P212)
    looks_like_ciliums,  ///< pods might have it, but it is nearly a key of Cilium's own
  };
  Reason reason = Reason::filtered;
  std::string meant;  ///< the key that was meant; empty where it is not known
  /// Whether no identity can have it: not only a misspelling.
  [[nodiscard]] bool certain() const {
    return reason != Reason::looks_like_ciliums && reason != Reason::reserved_as_key;
  }
};

/// Why no identity of a bearer has a label with a key, where none has. `key` is as a selector
/// writes it, with or without its source.
std::optional<ImpossibleKey> impossible_key(std::string_view key, Bearer bearer,
                                            const Environment& environment);

}  // namespace cnplint::policy

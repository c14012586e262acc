// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "policy/model/manifest.h"

namespace cnplint::policy {

/// A policy in an object of a kind that is not known to hold any, so that nobody reads it.
struct EmbeddedPolicy {
  Manifest holder;        ///< the object; without a kind it is a document of another sort
  std::string_view kind;  ///< of the policy
  NodeRef where;          ///< its `kind`, or the text that it stands in
};

/// The first such policy of each object of a document, at any depth, also in texts. What only names
/// a kind is none: references, match lists, schemas, patches.
std::vector<EmbeddedPolicy> embedded_policies(const Document& document);

}  // namespace cnplint::policy

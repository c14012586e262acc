// SPDX-License-Identifier: Apache-2.0
#include "schemas/schema_set.h"

namespace cnplint::schemas {

SchemaSet::SchemaSet(policy::Release release)
    : schemas_{compile_schema("ciliumnetworkpolicy", release),
               compile_schema("ciliumclusterwidenetworkpolicy", release),
               compile_schema("networkpolicy", release), compile_schema("egressfirewall", release),
               compile_schema("egressnetworkpolicy", release)} {}

}  // namespace cnplint::schemas

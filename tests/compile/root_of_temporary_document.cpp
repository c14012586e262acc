// SPDX-License-Identifier: Apache-2.0
// The nodes of a document that is gone would dangle.
#include "policy/yaml/reader.h"

cnplint::policy::NodeRef root(cnplint::base::SourceFile& file) {
#ifdef CNPLINT_WRONG
  return cnplint::policy::Document(file, 0, 0).root();
#else
  const cnplint::policy::Document document(file, 0, 0);
  return document.root();
#endif
}

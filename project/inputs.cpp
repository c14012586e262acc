// SPDX-License-Identifier: Apache-2.0
#include "project/inputs.h"

#include <algorithm>

#include "base/nearest.h"
#include "base/text.h"

namespace cnplint::project {

base::Result<const Cluster*> Inputs::cluster(std::string_view name) const {
  using base::Error;
  if (name.empty() && clusters_.size() == 1) return &clusters_.front();
  std::vector<std::string_view> names;
  for (const Cluster& each : clusters_) {
    if (!name.empty() && each.name() == name) return &each;
    names.push_back(each.name());
  }
  if (name.empty())
    return base::fail(Error::Kind::usage,
                      "the files are of several clusters: " + base::joined(names, ", ") +
                          "; say which one with --cluster NAME");
  return base::fail(Error::Kind::usage, "there is no cluster " + base::quoted(name) +
                                            base::allowed_values_hint(name, names));
}

const Cluster& Inputs::named(const Cluster& cluster, const FolderNames& folders) {
  return folders.names.empty() ? cluster : named_.emplace_back(cluster, folders.names);
}

}  // namespace cnplint::project

// SPDX-License-Identifier: Apache-2.0
//
// Namespaces that nothing gives. Objects of a folder that name none are in one of its own, as
// `(apps/shop)`; a question, a test or a capture speaks of the real one. Who is selected there
// tells which it is.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/verdict/endpoint.h"
#include "project/cluster.h"

namespace cnplint::project {

/// A pod that somebody speaks of.
struct NamedPod {
  std::string ns;
  std::vector<policy::Label> labels;  ///< of its identity; that of its namespace is not read
};

/// The real names of folders' namespaces, as far as pods tell.
struct FolderNames {
  std::map<std::string, std::string, std::less<>> names;  ///< by `(folder)`
  std::vector<std::string> unknown;                       ///< `(folder)`, sorted
  /// The namespaces that fit equally well, by `(folder)`: at least two, sorted.
  std::map<std::string, std::vector<std::string>, std::less<>> ambiguous;
};

/// A folder's namespace is the one in which the most of its policies select a pod, where no other
/// one has as many. A single folder that selectors do not tell apart has the only namespace that is
/// spoken of and that no object is in, or `default`.
FolderNames name_folders(const Cluster& cluster, std::span<const NamedPod> pods);

/// Adds the pods that an endpoint of the command line may mean (`shop/app=web`, `shop/web`,
/// `Deployment/shop/web`, with a port or not): of a name, workloads of that name in folders.
void add_pods(std::string_view text, const Cluster& cluster, std::vector<NamedPod>& pods);

/// Sentences about folders that policies are in of pods that somebody speaks of, and of which these
/// do not tell the namespace.
std::vector<std::string> ambiguous_folders(const FolderNames& folders);
/// The same of all folders whose namespace stays unknown.
std::vector<std::string> unknown_folders(const FolderNames& folders);

}  // namespace cnplint::project

// SPDX-License-Identifier: Apache-2.0
//
// kubectl, which reads what runs in a cluster. Only its verbs `get` and `api-resources` are ever
// asked for: nothing is written.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace cnplint::project {

/// What a call of kubectl may cost at most.
struct KubectlLimits {
  std::chrono::milliseconds time = std::chrono::minutes(5);
  std::size_t bytes = std::size_t{4} << 30U;  ///< that it prints; they are never held all at once
};

/// kubectl for one cluster. Errors are sentences with the next step; what kubectl says in them is
/// shortened, and has still to be escaped by whoever prints it.
class Kubectl {
 public:
  /// @param input `kube:CONTEXT`; `kube:` alone is the context that kubectl has as its current one
  explicit Kubectl(std::string input, KubectlLimits limits = {});

  /// The resources of the cluster that can be listed, as in `pods` and `deployments.apps`.
  [[nodiscard]] base::Result<std::set<std::string>> resources() const;
  /// Prints all objects of some resources in all namespaces, as one list of JSON, page by page.
  [[nodiscard]] base::Result<void> list(
      const std::vector<std::string>& resources,
      const std::function<void(std::string_view piece)>& take) const;
  /// An object as JSON; empty where there is none of the name.
  [[nodiscard]] base::Result<std::string> object(const std::string& resource, const std::string& ns,
                                                 const std::string& name) const;

 private:
  struct Said;
  [[nodiscard]] base::Result<Said> run(std::vector<std::string> words,
                                       std::function<void(std::string_view)> take = {}) const;
  [[nodiscard]] base::Error error_of(std::string_view errors) const;

  std::string input_;
  std::string context_;
  KubectlLimits limits_;
};

}  // namespace cnplint::project

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>

namespace cnplint::base {

/// Files, whatever they are called: two paths that lead to one file are one member. `-` is standard
/// input. Devices are no members, as writing twice to `/dev/null` does no harm.
class FileSet {
 public:
  /// False where the file was a member already.
  bool add(const std::string& path);
  [[nodiscard]] bool contains(const std::string& path) const;
  [[nodiscard]] bool empty() const { return members_.empty(); }

 private:
  std::set<std::string> members_;
};

}  // namespace cnplint::base

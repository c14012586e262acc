// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"

namespace cnplint::lint {

/// The files behind some paths, and what could not be looked into.
struct Walk {
  std::vector<std::string> files;
  std::vector<base::Error> errors;
};

/// Files as given and, of folders, every *.yaml, *.yml and *.json below, in the order of the paths,
/// then of the names; hidden ones are skipped. A file behind two paths comes once. Links to folders
/// are followed only where they are given. `-` stays. What `excluded` says yes to is left out, with
/// all below it.
Walk find_files(const std::vector<std::string>& paths,
                const std::function<bool(const std::string&)>& excluded);

}  // namespace cnplint::lint

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace cnplint::base {

/// The bytes of a regular file, at most `limit`. Unreadable, too large, a folder or a device: an
/// error that says which and what to do.
Result<std::string> read_file(const std::string& path, std::size_t limit);

/// The bytes of a file, or of standard input where the path is `-`; asked for again, the same ones.
Result<std::string> read_input(const std::string& path, std::size_t limit);
/// How an input is called in messages: its path without detours, `<stdin>` for `-`. A
/// path of the folder that the program runs in has one name, however many `..` lead there.
std::string shown_path(const std::string& path);
/// Whether a path has no detours: no part of it is empty, `.` or `..`.
bool is_direct(std::string_view path);

/// Whether an input is a running cluster, `kube:CONTEXT`, and no file: objects that were read from
/// one are called so as well, `kube:prod/shop/services/cart`. A file of such a name is `./kube:x`.
constexpr bool is_kube_input(std::string_view input) { return input.starts_with("kube:"); }

/// Where a path leads in the end, by its links; the last one may lead to nothing yet. A path with
/// too many links is returned as it is: whoever opens it is told.
std::string target_of(const std::string& path);

}  // namespace cnplint::base

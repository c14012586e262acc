// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

namespace cnplint::base {

/// What is wrong with the world outside: never with a policy, that is a Finding.
struct Error {
  enum class Kind {
    usage,       ///< flags or configuration
    unreadable,  ///< a file or folder that cannot be read
    too_large,   ///< a file that could be read, and is not, as it would cost too much
    unwritable,  ///< an output that cannot be written
  };
  Kind kind;
  std::string message;  ///< one sentence for a person, with the path and the next step
  std::vector<std::string> more = {};  ///< further ones, where several things are wrong at once
};

template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(Error::Kind kind, std::string message) {
  return tl::unexpected<Error>(Error{kind, std::move(message)});
}

}  // namespace cnplint::base

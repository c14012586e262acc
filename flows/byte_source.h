// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "base/result.h"

namespace cnplint::flows {

/// The bytes of one input in order: a file or standard input, as they are, or unpacked where they
/// begin like gzip or zstd (one or several members), and as UTF-8 where they are UTF-16.
class ByteSource {
 public:
  /// Opens a path; `-` is standard input. What is no regular file and cannot be read is an error.
  static base::Result<ByteSource> open(const std::string& path);
  ~ByteSource();
  ByteSource(ByteSource&&) noexcept;
  ByteSource& operator=(ByteSource&&) noexcept;

  /// Writes up to `size` bytes and returns how many; 0 is the end. An error leaves what came before
  /// it good: compressed data that ends early, or is damaged.
  base::Result<std::size_t> read(char* to, std::size_t size);

  /// How many bytes of the file were read, packed as they are.
  [[nodiscard]] std::size_t consumed() const;

 private:
  class State;
  explicit ByteSource(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace cnplint::flows

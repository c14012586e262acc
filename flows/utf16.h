// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace cnplint::flows {

/// Turns UTF-16, which shells of Windows write, into UTF-8 piece by piece.
class Utf16Reader {
 public:
  /// How many bytes of a text tell whether it is UTF-16.
  static constexpr std::size_t kTelling = 4;
  /// A reader for the text that begins with these bytes: by its byte order mark, or where every
  /// other byte of JSON's first two characters is NUL; none where it is not UTF-16.
  static std::optional<Utf16Reader> for_text(std::string_view begin);

  /// Appends what the bytes say. A pair that is cut in two waits for the next bytes; half of a pair
  /// without its other half becomes U+FFFD, the byte order mark nothing.
  void add(std::string_view bytes, std::string& into);
  /// Appends what waits for bytes that do not come.
  void finish(std::string& into);

 private:
  explicit Utf16Reader(bool big_endian) : big_endian_(big_endian) {}
  void add_unit(char32_t unit, std::string& into);

  bool big_endian_;
  bool begun_ = false;
  std::optional<char> half_unit_;
  char32_t high_ = 0;  ///< the first half of a pair
};

}  // namespace cnplint::flows

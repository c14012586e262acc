// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cnplint::base {

/// The patterns of one ignore file, read as git reads them (gitignore(5), and wildmatch.c where the
/// manual is silent). A pattern that git cannot read matches nothing.
class IgnorePatterns {
 public:
  explicit IgnorePatterns(std::string_view text);

  /// What the last pattern that matches says of a path: true ignores it, false takes it back; none
  /// where no pattern matches. The path is relative to the folder of the ignore file, without a
  /// slash at its end. Each comparison takes its cost, at most pattern times path, off `budget`;
  /// once that is used up, it is 0 and there is no answer.
  [[nodiscard]] std::optional<bool> decide(std::string_view path, bool folder,
                                           std::size_t& budget) const;

  [[nodiscard]] bool empty() const { return patterns_.empty(); }

 private:
  enum class Kind : std::uint8_t { literal, any, set, star, double_star };
  struct Token {
    Kind kind;
    char literal = 0;          ///< of `literal`
    std::uint32_t set = 0;     ///< of `set`: the index in `sets_`
    bool skips_slash = false;  ///< of `double_star`: it may match nothing, with the slash behind it
  };
  struct Pattern {
    bool negated = false;
    bool folder_only = false;
    bool name_only = false;  ///< no slash in it: compared with the last segment
    std::string prefix;      ///< what the text must start with
    std::vector<Token> rest;
  };

  void add(std::string_view line);
  bool compile(std::string_view glob, Pattern& pattern);
  std::size_t compile_set(std::string_view glob, std::size_t at);
  [[nodiscard]] bool matches(const Pattern& pattern, std::string_view text) const;

  std::vector<Pattern> patterns_;
  std::vector<std::bitset<256>> sets_;
};

}  // namespace cnplint::base

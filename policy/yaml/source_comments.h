// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace cnplint::policy {

/// The files that the documents of a rendered text came from. Helm writes the template of each
/// document in a comment in front of it: `# Source: chart/templates/np.yaml`. Views of the text.
class SourceComments {
 public:
  SourceComments() = default;
  explicit SourceComments(std::string_view text);

  /// The file that the document at an offset came from; empty where no comment says so, or where
  /// what it says is no clean relative path.
  [[nodiscard]] std::string_view at(std::uint32_t offset) const;
  /// Each file once, in the order of the text.
  [[nodiscard]] std::vector<std::string_view> all() const;
  /// Whether no document says where it came from.
  [[nodiscard]] bool empty() const { return starts_.empty(); }

 private:
  struct Start {
    std::uint32_t offset;  ///< of the document
    std::string_view source;
  };
  std::vector<Start> starts_;  ///< of every document, where any has a source
};

/// Whether a path that a text claims can be believed: relative, without `.`, `..` and empty parts,
/// drive letters, backslashes, and characters that a terminal would not print as they are.
bool is_clean_relative_path(std::string_view path);

}  // namespace cnplint::policy

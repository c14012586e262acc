// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/source.h"
#include "lint/suppression.h"
#include "policy/yaml/reader.h"
#include "policy/yaml/source_comments.h"
#include "project/unit.h"

namespace cnplint::project {

/// How much of a file has to be read.
enum class Required : bool {
  manifests,  ///< of a folder: what cannot be read and names no policy is no manifest, and left out
  all,        ///< named itself: what cannot be read is an error
};

/// A file, read. Everything else is a view of its text.
class File {
 public:
  /// Documents of standard input are left out that were rendered from what is excluded, and are
  /// placed by that.
  File(std::string path, std::string text, Required required = Required::all,
       Placement placement = {},
       const std::function<bool(const std::string& source)>& excluded = {});
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  [[nodiscard]] const base::SourceFile& source() const { return source_; }
  [[nodiscard]] base::SourceFile& source() { return source_; }
  [[nodiscard]] const std::string& path() const { return source_.path(); }
  [[nodiscard]] const policy::FileContent& content() const { return content_; }
  [[nodiscard]] const lint::Suppressions& suppressions() const { return suppressions_; }
  /// What the documents of standard input were rendered from. Other files are what they are called:
  /// of them it is empty.
  [[nodiscard]] const policy::SourceComments& sources() const { return sources_; }
  /// How much of it has to be read.
  [[nodiscard]] Required required() const { return required_; }
  /// Whether something was left out that is no manifest.
  [[nodiscard]] bool left_out() const { return left_out_; }
  /// Whether it holds one word and no line break: so git writes a link where it makes none.
  [[nodiscard]] bool is_lone_word() const;
  /// Documents that cannot be read, and documents that are templates still.
  [[nodiscard]] const std::vector<const policy::Document*>& broken() const { return broken_; }
  [[nodiscard]] const std::vector<const policy::Document*>& templates() const { return templates_; }
  /// The documents that are manifests as they are written.
  [[nodiscard]] const Unit& unit() const { return *unit_; }
  [[nodiscard]] Unit& unit() { return *unit_; }
  /// The document that a byte is in.
  [[nodiscard]] const policy::Document* document_at(std::uint32_t offset) const;

 private:
  base::SourceFile source_;
  Required required_;
  policy::SourceComments sources_;
  bool left_out_ = false;  ///< before the content, whose reading sets it
  policy::FileContent content_;
  lint::Suppressions suppressions_;
  std::vector<const policy::Document*> broken_;
  std::vector<const policy::Document*> templates_;
  std::unique_ptr<Unit> unit_;
};

}  // namespace cnplint::project

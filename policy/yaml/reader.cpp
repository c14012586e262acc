// SPDX-License-Identifier: Apache-2.0
//
// From bytes to Documents.
//
// What kubectl reads is read the same way (tests/tools/yaml_oracle asks kubectl's own reader), and
// what it refuses or passes over is an error. Only that an error ends the reading of the whole file
// there, and of one document here.
//
// A file is first cut at its `---` lines: such a line starts a document wherever it stands, also in
// the middle of a quoted or block scalar. Objects of JSON behind one another are cut as well. Each
// piece then has a parser of its own. That costs a few allocations a document, and buys that an
// error ends one document only, that its position is known, and that invalid bytes do no harm
// outside their document.
//
// The lines of a literal block scalar are YAML as they stand in the file, only further to the
// right: documents in them have their positions by themselves. Other scalars are read as a text of
// their own, and all that is in them stands where the scalar begins.
#include "policy/yaml/reader.h"

#include <algorithm>

#include "base/encoding.h"
#include "policy/yaml/document_builder.h"
#include "policy/yaml/json_reader.h"
#include "policy/yaml/piece.h"
#include "policy/yaml/template.h"

namespace cnplint::policy {
namespace {

/// Reads the values of JSON at the beginning of a file, as many as there are; returns the offset of
/// what is none.
std::uint32_t read_json_stream(base::SourceFile& file, FileContent& out) {
  std::uint32_t at = 0;
  while (auto read = read_json(file, at)) {
    at = read->end;
    if (!read->document.root().is_null()) out.documents.push_back(std::move(read->document));
  }
  return at;
}

/// Reads pieces; `text` stands for the bytes of the file from `begin` on.
void read_pieces(base::SourceFile& file, const std::vector<Piece>& pieces, std::string_view text,
                 std::uint32_t begin, FileContent& out) {
  for (const Piece& piece : pieces) {
    if (piece.comment) out.comments.push_back({&file, piece.comment->first, piece.comment->second});
    build_documents(file, piece, text.substr(piece.content - begin, piece.end - piece.content),
                    out);
  }
}

/// The lines of a literal block scalar, behind its header.
base::SourceRange lines_of(NodeRef block) {
  base::SourceRange range = block.range();
  const std::string_view all = range.file->text();
  range.begin += static_cast<std::uint32_t>(std::min(range.text().find('\n'), range.text().size()));
  if (range.begin < range.end) ++range.begin;
  if (range.end < all.size() && all[range.end] == '\r') ++range.end;
  if (range.end < all.size() && all[range.end] == '\n') ++range.end;
  return range;
}

/// How far to the right the first line stands that is not blank.
std::uint32_t indentation_of(std::string_view lines) {
  const std::size_t first = std::min(lines.find_first_not_of(" \t\r\n"), lines.size());
  return static_cast<std::uint32_t>(first - (lines.substr(0, first).rfind('\n') + 1));
}

FileContent read_block(base::SourceFile& file, NodeRef scalar) {
  const base::SourceRange lines = lines_of(scalar);
  const std::string text = with_placeholders(lines.text());
  FileContent content;
  read_pieces(file, pieces_of(file.text().substr(0, lines.end), lines.begin, indentation_of(text)),
              text, lines.begin, content);
  return content;
}

FileContent read_quoted(base::SourceFile& file, NodeRef scalar) {
  base::SourceFile apart(file.path(), with_placeholders(scalar.text()));
  FileContent content = read_documents(apart);
  content.comments.clear();
  for (Document& document : content.documents)
    document.quote(file, scalar.range(),
                   apart.text().size() == scalar.text().size() ? scalar.text() : apart.text());
  return content;
}

}  // namespace

FileContent read_documents(base::SourceFile& file) {
  FileContent content;
  const std::string_view text = file.text();
  std::uint32_t begin = text.starts_with(base::kByteOrderMark) ? base::kByteOrderMark.size() : 0;
  if (begins_with_object(text.substr(begin))) begin = read_json_stream(file, content);
  read_pieces(file, pieces_of(text, begin), text, 0, content);
  for (std::uint32_t i = 0; i < content.documents.size(); ++i) content.documents[i].set_index(i);
  return content;
}

FileContent read_text(base::SourceFile& file, NodeRef scalar) {
  const Document& outer = scalar.document();
  const bool block =
      scalar.style() == ScalarStyle::literal && outer.form() != DocumentForm::quoted_text;
  FileContent content = block ? read_block(file, scalar) : read_quoted(file, scalar);
  for (Document& document : content.documents) {
    document.set_index(outer.index());
    document.set_form(block ? DocumentForm::block_text : DocumentForm::quoted_text);
  }
  return content;
}

}  // namespace cnplint::policy

// SPDX-License-Identifier: Apache-2.0
#include "project/file.h"

#include <algorithm>
#include <iterator>

#include "base/file.h"
#include "policy/model/inside.h"
#include "policy/model/policy_kind.h"

namespace cnplint::project {
namespace {

bool cannot_be_read(const policy::Document& document) { return document.error().has_value(); }

/// The documents that are manifests.
std::vector<policy::NodeRef> roots(const policy::FileContent& content) {
  std::vector<policy::NodeRef> all;
  content.each_document([&](const policy::Document& document) {
    if (!document.error() && !document.is_of_chart() && !policy::is_template(document))
      all.push_back(document.root());
  });
  return all;
}

/// Reads a text's documents; what cannot be read and is not wanted is left out.
policy::FileContent read(base::SourceFile& source, Required required, bool& left_out) {
  policy::FileContent content = policy::read_documents(source);
  policy::read_texts(source, content);
  left_out = required == Required::manifests &&
             std::ranges::any_of(content.documents, cannot_be_read) &&
             !policy::mentions_policy(source.text());
  if (left_out) std::erase_if(content.documents, cannot_be_read);
  return content;
}

/// Leaves out the documents that were rendered from what is excluded.
void exclude(const policy::SourceComments& sources,
             const std::function<bool(const std::string& source)>& excluded,
             policy::FileContent& content) {
  const auto out = [&](std::uint32_t offset) {
    const std::string source(sources.at(offset));
    return !source.empty() && excluded(source);
  };
  const auto is_out = [&](const policy::Document& each) { return out(each.range().begin); };
  std::erase_if(content.documents, is_out);
  std::erase_if(content.comments, [&](base::SourceRange each) { return out(each.begin); });
  std::erase_if(content.inside, [&](const policy::FileContent& each) {
    return std::ranges::any_of(each.documents, is_out);
  });
}

}  // namespace

File::File(std::string path, std::string text, Required required, Placement placement,
           const std::function<bool(const std::string& source)>& excluded)
    : source_(std::move(path), std::move(text)),
      required_(required),
      sources_(source_.path() == base::shown_path("-") ? policy::SourceComments(source_.text())
                                                       : policy::SourceComments()),
      content_(read(source_, required, left_out_)) {
  if (placement.of_chart) {
    content_.inside.clear();
    for (policy::Document& document : content_.documents) document.set_of_chart();
  }
  if (placement.running)
    for (policy::Document& document : content_.documents) document.set_running();
  if (excluded && !sources_.empty()) exclude(sources_, excluded, content_);
  suppressions_ = lint::find_suppressions(content_);
  unit_ = std::make_unique<Unit>(source_.path(), roots(content_), std::move(placement), sources_);
  content_.each_document([&](const policy::Document& document) {
    if (policy::is_template(document) || (document.is_of_chart() && document.error()))
      templates_.push_back(&document);
    else if (document.error())
      broken_.push_back(&document);
  });
}

bool File::is_lone_word() const {
  const auto& documents = content_.documents;
  return documents.size() == 1 && !documents.front().error() &&
         documents.front().root().is_string() &&
         source_.text().find_first_of(" \t\r\n") == std::string_view::npos;
}

const policy::Document* File::document_at(std::uint32_t offset) const {
  const auto begins_behind = [](std::uint32_t at, const policy::Document& document) {
    return at < document.range().begin;
  };
  const auto next =
      std::upper_bound(content_.documents.begin(), content_.documents.end(), offset, begins_behind);
  return next == content_.documents.begin() ? nullptr : &*std::prev(next);
}

}  // namespace cnplint::project

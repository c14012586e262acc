// SPDX-License-Identifier: Apache-2.0
#include "policy/model/inside.h"

#include <algorithm>
#include <array>
#include <set>
#include <span>
#include <string_view>

#include "policy/model/manifest.h"
#include "policy/model/policy_kind.h"
#include "policy/yaml/template.h"

namespace cnplint::policy {
namespace {

/// Each level reads the bytes of those below it once more.
constexpr int kLevels = 3;

/// The first line that is not blank and no comment, from its first letter on.
std::string_view first_line(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t begin = line.find_first_not_of(" \t\r");
    if (begin == std::string_view::npos) continue;
    line.remove_prefix(begin);
    if (!line.starts_with('#') && !line.starts_with("---")) return line;
  }
  return {};
}

/// Whether what stands in front of the name of a kind makes it the value of `kind`.
bool is_value_of_kind(std::string_view before) {
  constexpr std::string_view kQuotes = " \"'\\";
  const auto strip = [&] {
    while (!before.empty() && kQuotes.find(before.back()) != std::string_view::npos)
      before.remove_suffix(1);
  };
  strip();
  if (!before.ends_with(':')) return false;
  before.remove_suffix(1);
  strip();
  return before.ends_with("kind");
}

/// Which of our kinds a text has as the value of a key `kind`: to the end of a line, or of a value
/// in brackets.
std::optional<PolicyKind> kind_in(std::string_view text, bool flow) {
  const std::string_view ends = flow ? "\n\r\"'\\,}" : "\n\r\"'";
  const auto found = std::ranges::find_if(kPolicyKinds, [&](const KindFacts& facts) {
    for (std::size_t at = text.find(facts.name); at != std::string_view::npos;
         at = text.find(facts.name, at + 1)) {
      const std::string_view behind = text.substr(at + facts.name.size());
      const bool whole = behind.empty() || behind.starts_with(" #") ||
                         ends.find(behind.front()) != std::string_view::npos;
      constexpr std::size_t kFarthest = 32;
      const std::size_t from = at - std::min(at, kFarthest);
      if (whole && is_value_of_kind(text.substr(from, at - from))) return true;
    }
    return false;
  });
  return found == kPolicyKinds.end() ? std::nullopt : std::optional(found->kind);
}

bool is_object(const Manifest& manifest) {
  return policy_kind(manifest) || (!manifest.kind.empty() && !manifest.api_version.empty());
}

class TextReader {
 public:
  TextReader(base::SourceFile& file, FileContent& content) : file_(file), content_(content) {}

  void run() {
    for (const Document& document : content_.documents) read(document, kLevels);
  }

 private:
  /// A text that several aliases stand for is read once.
  void read(const Document& document, int levels) {
    if (document.error() || levels == 0) return;
    std::set<std::uint32_t> seen;
    for (const ManifestText& text : texts_of(document.root()))
      if (seen.insert(text.scalar.index()).second && mentions_policy(text.scalar.text()))
        read(text, levels);
  }

  void read(const ManifestText& text, int levels) {
    FileContent inside = read_text(file_, text.scalar);
    if (text.is_template) leave_template(inside, text.scalar);
    std::erase_if(inside.documents, [&](const Document& each) { return !is_kept(each, text); });
    if (inside.documents.empty()) return;
    // A list of texts that grows moves them, and their documents stay where they are.
    const std::span<const Document> documents =
        content_.inside.emplace_back(std::move(inside)).documents;
    for (const Document& document : documents) read(document, levels - 1);
  }

  /// What is a template whatever it holds is left as one document that cannot be read.
  void leave_template(FileContent& inside, NodeRef scalar) {
    if (scalar.text().find("{{") == std::string_view::npos) return;
    Document whole(file_, scalar.range().begin, scalar.range().end);
    whole.set_error({scalar.range(), "a template"});
    whole.set_index(scalar.document().index());
    whole.set_form(DocumentForm::block_text);
    inside = {};
    inside.documents.push_back(std::move(whole));
  }

  static bool is_kept(const Document& document, const ManifestText& text) {
    if (document.error()) return text.is_template || meant_as_policy(document.source()).has_value();
    const std::vector<Manifest> all = manifests(document.root());
    return std::ranges::any_of(all, is_object) || !texts_of(document.root()).empty();
  }

  base::SourceFile& file_;
  FileContent& content_;
};

}  // namespace

std::optional<PolicyKind> meant_as_policy(std::string_view text) {
  constexpr std::array<std::string_view, 6> kBeginnings{
      "apiVersion:", "kind:", "metadata:", "spec:", "{", "- "};
  const std::string_view line = first_line(text);
  const bool begins = std::ranges::any_of(
      kBeginnings, [&](std::string_view each) { return line.starts_with(each); });
  return begins ? kind_in(text, line.starts_with('{')) : std::nullopt;
}

void read_texts(base::SourceFile& file, FileContent& content) { TextReader(file, content).run(); }

}  // namespace cnplint::policy

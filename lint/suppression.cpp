// SPDX-License-Identifier: Apache-2.0
#include "lint/suppression.h"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <ctime>
#include <iterator>

#include "base/check.h"
#include "lint/rule.h"
#include "policy/model/manifest.h"
#include "policy/text/layout.h"
#include "policy/yaml/comments.h"

namespace cnplint::lint {
namespace {

using policy::Document;
using policy::NodeRef;

constexpr std::string_view kGrammar =
    "write `cnplint: allow RULE[, RULE] [until YYYY-MM-DD] [-- reason]`";

bool is_blank(char c) { return c == ' ' || c == '\t'; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && (is_blank(text.back()) || text.back() == '\n')) text.remove_suffix(1);
  return text;
}

bool is_date(std::string_view text) {
  constexpr std::string_view kShape = "dddd-dd-dd";
  if (text.size() != kShape.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool digit = std::isdigit(static_cast<unsigned char>(text[i])) != 0;
    if (kShape[i] == 'd' ? !digit : text[i] != '-') return false;
  }
  const int month = std::stoi(std::string(text.substr(5, 2)));
  const int day = std::stoi(std::string(text.substr(8, 2)));
  return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

bool is_rule_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

/// What follows `allow`: rules, a date, a reason.
struct Clause {
  std::vector<std::string_view> rules;
  std::string until;
  std::string reason;
  std::string problem;
};

Clause parse_clause(std::string_view text) {
  Clause clause;
  const std::size_t dashes = text.find("--");
  const bool separate =
      dashes != std::string_view::npos && (dashes == 0 || is_blank(text[dashes - 1]));
  if (separate) {
    clause.reason = trimmed(text.substr(dashes + 2));
    text = text.substr(0, dashes);
  }
  text = trimmed(text);
  if (const std::size_t until = text.find(" until "); until != std::string_view::npos) {
    clause.until = trimmed(text.substr(until + 7));
    text = trimmed(text.substr(0, until));
    if (!is_date(clause.until)) clause.problem = "`" + clause.until + "` is not a date";
  }
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    const std::string_view name = trimmed(text.substr(0, comma));
    if (!is_rule_name(name)) clause.problem = "`" + std::string(name) + "` is not a rule's name";
    clause.rules.push_back(name);
    text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
  }
  if (clause.rules.empty()) clause.problem = "no rule is named";
  return clause;
}

class Finder {
 public:
  explicit Finder(std::span<const Document> documents) : documents_(documents) {}

  Suppressions run(std::span<const base::SourceRange> comments) {
    for (const base::SourceRange& comment : comments) from_comment(comment);
    for (const Document& document : documents_) from_annotations(document);
    return std::move(found_);
  }

 private:
  void from_comment(base::SourceRange comment) {
    const auto directive = policy::directive_of(comment.text());
    if (!directive) return;
    const std::string_view text = *directive;
    const std::size_t place = document_at(comment.begin);
    const std::uint32_t document = documents_.empty() ? 0 : documents_[place].index();
    // For coverage, which leaves out the rule that the comment is at.
    if (policy::is_directive(text, "keep")) return;
    if (!policy::is_directive(text, "allow"))
      return malformed(comment, document, "not a suppression");
    Suppression scope;
    scope.document = document;
    scope_of(comment, place, scope);
    add(parse_clause(text.substr(5)), comment, scope);
  }

  void from_annotations(const Document& document) {
    if (document.empty()) return;
    from_annotation(document.root(), document.range());
    if (document.source().find(kSuppressionAnnotation) == std::string_view::npos) return;
    for (const policy::Manifest& each : policy::manifests(document.root()))
      if (each.root != document.root()) from_annotation(each.root, each.root.range());
  }

  void from_annotation(NodeRef object, base::SourceRange range) {
    const NodeRef value = object.get("metadata").get("annotations").get(kSuppressionAnnotation);
    if (!value.is_scalar()) return;
    std::string_view rest = value.text();
    while (!trimmed(rest).empty()) {
      const std::size_t end = rest.find(';');
      Suppression scope;
      scope.document = object.document().index();
      scope.begin = range.begin;
      scope.end = range.end;
      add(parse_clause(trimmed(rest.substr(0, end))), value.range(), scope);
      rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
  }

  void add(const Clause& clause, base::SourceRange place, const Suppression& scope) {
    if (!clause.problem.empty()) return malformed(place, scope.document, clause.problem);
    for (const std::string_view rule : clause.rules) {
      Suppression suppression = scope;
      suppression.rule = rule;
      suppression.until = clause.until;
      suppression.reason = clause.reason;
      suppression.place = place_of(rule, place);
      found_.all.push_back(std::move(suppression));
    }
  }

  /// The rule's name inside the comment; the comment where escapes hide it.
  static base::SourceRange place_of(std::string_view rule, base::SourceRange place) {
    const std::size_t at = place.text().find(rule);
    if (at == std::string_view::npos) return place;
    const auto begin = place.begin + static_cast<std::uint32_t>(at);
    return {place.file, begin, begin + static_cast<std::uint32_t>(rule.size())};
  }

  void malformed(base::SourceRange place, std::uint32_t document, const std::string& problem) {
    found_.malformed.push_back({place, document, problem + "; " + std::string(kGrammar)});
  }

  [[nodiscard]] std::size_t document_at(std::uint32_t offset) const {
    const auto found = std::ranges::partition_point(
        documents_, [&](const Document& document) { return document.range().end <= offset; });
    return found == documents_.end() ? 0 : static_cast<std::size_t>(found - documents_.begin());
  }

  void scope_of(base::SourceRange comment, std::size_t place, Suppression& scope) const {
    const std::string_view text = comment.file->text();
    const std::size_t line = text.rfind('\n', comment.begin) + 1;
    scope.begin = static_cast<std::uint32_t>(comment.begin == 0 ? 0 : line);
    scope.end = comment.end;
    const std::string_view before = text.substr(scope.begin, comment.begin - scope.begin);
    if (!trimmed(before).empty() || documents_.empty()) return;
    const Document& document = documents_[place];
    if (document.empty()) return;
    if (comment.begin < document.root().range().begin) {
      scope.begin = document.range().begin;
      scope.end = document.range().end;
      return;
    }
    next_node(document, comment.end, scope);
  }

  /// The scope of a comment on a line of its own: the first node behind it, with its value if it
  /// is a key.
  static void next_node(const Document& document, std::uint32_t offset, Suppression& scope) {
    // Nodes stand in the order of their first bytes.
    std::uint32_t low = 0;
    for (auto high = static_cast<std::uint32_t>(document.size()); low < high;) {
      const std::uint32_t middle = low + (high - low) / 2;
      if (document.node(middle).begin < offset)
        low = middle + 1;
      else
        high = middle;
    }
    if (low == document.size()) return;
    const policy::Node& node = document.node(low);
    const bool key = node.kind == policy::NodeKind::scalar && node.ordinal % 2 == 0 &&
                     document.node(node.parent).kind == policy::NodeKind::mapping;
    scope.begin = node.begin;
    scope.end = std::max(node.end, key ? document.node(low + 1).end : node.end) + 1;
  }

  std::span<const Document> documents_;
  Suppressions found_;
};

}  // namespace

Suppressions find_suppressions(const policy::FileContent& content) {
  Suppressions all = Finder(content.documents).run(content.comments);
  for (const policy::FileContent& text : content.inside) {
    Suppressions more = find_suppressions(text);
    std::ranges::move(more.all, std::back_inserter(all.all));
    std::ranges::move(more.malformed, std::back_inserter(all.malformed));
  }
  return all;
}

void apply_suppressions(std::vector<Suppression>& suppressions, std::span<Finding> findings,
                        std::string_view today) {
  const auto begin_of = [](const Finding& finding) { return finding.range.begin; };
  CNPLINT_CHECK(std::ranges::is_sorted(findings, {}, begin_of));
  for (Suppression& suppression : suppressions) {
    if (suppression.expired(today)) continue;
    auto finding = std::ranges::lower_bound(findings, suppression.begin, {}, begin_of);
    for (; finding != findings.end() && finding->range.begin < suppression.end; ++finding) {
      if (!is_called(*finding->rule, suppression.rule)) continue;
      suppression.used = true;
      finding->suppressed = true;
      finding->suppression_reason = suppression.reason;
    }
  }
}

policy::Edits removal_of(const Suppression& suppression) {
  const base::SourceFile& file = *suppression.place.file;
  const std::uint32_t begin = policy::begin_of_line(file, suppression.place.begin);
  const std::uint32_t end = policy::end_of_line(file, suppression.place.begin);
  // Everything is looked for in the one line.
  const std::string_view line = file.text().substr(begin, end - begin);
  const auto range = [&](std::size_t first, std::size_t last) {
    return base::SourceRange{&file, begin + static_cast<std::uint32_t>(first),
                             begin + static_cast<std::uint32_t>(last)};
  };
  const std::size_t name = suppression.place.begin - begin;
  const std::size_t name_end = suppression.place.end - begin;
  const std::size_t hash = line.rfind('#', name);
  if (hash == std::string_view::npos || name_end > line.size()) return {};
  // Names stand between commas; a reason has no name in it.
  const std::size_t names = std::min(line.find("--", hash), line.size());
  if (const std::size_t behind = line.find(',', name_end); behind < names)
    return {{range(name, line.find_first_not_of(" ,", behind)), ""}};
  if (const std::size_t before = line.rfind(',', name);
      before != std::string_view::npos && before > hash)
    return {{range(before, name_end), ""}};
  const std::size_t content = line.find_last_not_of(" \t", hash == 0 ? 0 : hash - 1);
  if (hash == 0 || content == std::string_view::npos) return {{range(0, line.size()), ""}};
  const std::size_t stop = std::min(line.find_first_of("\r\n", hash), line.size());
  return {{range(content + 1, stop), ""}};
}

std::string today() {
  constexpr std::size_t kLength = 11;
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[kLength];
  std::strftime(text, sizeof text, "%Y-%m-%d", &utc);
  return text;
}

}  // namespace cnplint::lint

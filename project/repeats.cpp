// SPDX-License-Identifier: Apache-2.0
#include "project/repeats.h"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "base/hash.h"
#include "base/text.h"
#include "lint/rule.h"

namespace cnplint::project {
namespace {

using lint::Finding;
using policy::Document;
using policy::Node;
using policy::NodeKind;
using policy::NodeRef;

constexpr std::size_t kLeastObjects = 3;
constexpr std::size_t kMostNames = 3;

/// Whether a character goes on with the name of a namespace.
bool in_name(char c) { return base::is_alnum(c) || c == '-'; }

/// A text with a mark in the place of a word, wherever it stands for itself.
std::string without_word(std::string_view text, std::string_view word) {
  std::string result;
  std::size_t done = 0;
  for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || !in_name(text[at - 1])) && (end == text.size() || !in_name(text[end]))) {
      result += text.substr(done, at - done);
      result += '\0';
      done = end;
    }
    at = end;
  }
  result += text.substr(done);
  return result;
}

/// The object that a node is in: the nearest mapping with metadata around it.
NodeRef object_of(NodeRef node) {
  for (; node; node = node.parent())
    if (node.get("kind") && node.get("metadata")) return node;
  return {};
}

/// An object without its namespace, in two readings: the values as they are, and with the name of
/// the namespace taken out of them. Equal are two objects that are equal in one: a baseline names
/// `kube-system` in all namespaces, also in kube-system itself.
struct ObjectShape {
  std::string_view ns;  ///< empty where it has none, and is no repeat of anything
  std::array<std::uint64_t, 2> hashes{};
};

/// Whether a node is the key of an entry.
bool is_key(const Document& document, const Node& node) {
  return document.node(node.parent).kind == NodeKind::mapping && node.ordinal % 2 == 0;
}

ObjectShape shape_of(NodeRef object) {
  const NodeRef ns = object.get("metadata").get("namespace");
  ObjectShape shape{ns.text(), {}};
  if (shape.ns.empty()) return shape;
  const Document& document = object.document();
  const std::uint32_t first = object.index();
  const std::uint32_t end = document.node(first).subtree_end;
  auto& [literal, worded] = shape.hashes;
  for (std::uint32_t i = first; i < end; ++i) {
    if (i == ns.index()) continue;
    const Node& node = document.node(i);
    const std::uint64_t form = base::mixed(
        (static_cast<std::uint64_t>(node.kind) << 8U) | static_cast<std::uint64_t>(node.type),
        node.subtree_end - i);
    const std::string_view text =
        node.kind == NodeKind::scalar ? document.text(node) : std::string_view();
    std::uint64_t value = base::hash(text);
    if (node.kind == NodeKind::alias) value = node.text_begin - std::uint64_t{first};
    literal = base::mixed(literal, base::mixed(form, value));
    if (text.find(shape.ns) != std::string_view::npos && !is_key(document, node))
      value = base::hash(without_word(text, shape.ns));
    worded = base::mixed(worded, base::mixed(form, value));
  }
  return shape;
}

/// Findings that say the same of equal objects, one in each namespace.
struct Repeats {
  std::vector<std::size_t> findings;  ///< their positions, in order
  std::vector<std::string_view> namespaces;
};

/// Sorts findings into repeats.
class Sorter {
 public:
  explicit Sorter(const std::vector<Finding>& findings) : findings_(findings) {
    statements_.reserve(2 * findings.size());
    turns_.reserve(findings.size());
    by_turn_.reserve(findings.size());
    repeats_.reserve(findings.size());
    for (std::size_t i = 0; i < findings.size(); ++i) add(i);
  }

  [[nodiscard]] const std::vector<Repeats>& all() const { return repeats_; }

 private:
  void add(std::size_t position) {
    const Finding& finding = findings_[position];
    if (finding.suppressed || !finding.node) return;
    const NodeRef object = object_of(finding.node);
    if (!object) return;
    const ObjectShape& shape = known_shape(object);
    if (shape.ns.empty()) return;
    const std::uint64_t place = base::mixed(base::hash(finding.rule->name),
                                            finding.node.index() - std::uint64_t{object.index()});
    const std::array<std::uint64_t, 2> keys{
        key(place, 0, shape.hashes[0], finding.message),
        key(place, 1, shape.hashes[1], without_word(finding.message, shape.ns))};
    const std::size_t statement = statement_of(keys);
    // The same namespace again is another cluster's: it begins repeats of its own.
    const std::size_t turn = turns_[base::mixed(base::hash(shape.ns), statement)]++;
    constexpr unsigned kHalf = 32;
    const auto [known, added] =
        by_turn_.try_emplace(std::uint64_t{statement} << kHalf | turn, repeats_.size());
    if (added) repeats_.emplace_back();
    repeats_[known->second].findings.push_back(position);
    repeats_[known->second].namespaces.push_back(shape.ns);
  }

  static std::uint64_t key(std::uint64_t place, std::uint64_t reading, std::uint64_t object,
                           std::string_view message) {
    return base::mixed(base::mixed(base::mixed(place, reading), object), base::hash(message));
  }

  /// What is said, as a number: known by either key.
  std::size_t statement_of(const std::array<std::uint64_t, 2>& keys) {
    std::size_t statement = statements_.size();
    for (const std::uint64_t key : keys)
      if (const auto known = statements_.find(key); known != statements_.end()) {
        statement = known->second;
        break;
      }
    for (const std::uint64_t key : keys) statements_.try_emplace(key, statement);
    return statement;
  }

  const ObjectShape& known_shape(NodeRef object) {
    const auto [known, added] = shapes_.try_emplace(&object.document().node(object.index()));
    if (added) known->second = shape_of(object);
    return known->second;
  }

  const std::vector<Finding>& findings_;
  std::unordered_map<const Node*, ObjectShape> shapes_;  ///< of objects, by their nodes
  std::unordered_map<std::uint64_t, std::size_t> statements_;
  std::unordered_map<std::uint64_t, std::size_t> turns_;
  std::unordered_map<std::uint64_t, std::size_t> by_turn_;
  std::vector<Repeats> repeats_;
};

/// "the same in 20 more namespaces: b, c, d and 17 more"
std::string sentence(const Repeats& repeats) {
  const std::vector<std::string_view> more(repeats.namespaces.begin() + 1,
                                           repeats.namespaces.end());
  std::vector<std::string> names;
  for (std::size_t i = 0; i < std::min(kMostNames, more.size()); ++i)
    names.push_back(base::shortened(more[i], 63));
  std::string text = "the same in " + base::counted(more.size(), "more namespace") + ": " +
                     base::joined(names, ", ");
  if (more.size() > names.size())
    text += " and " + std::to_string(more.size() - names.size()) + " more";
  return text;
}

}  // namespace

void fold_repeats(std::vector<Finding>& findings) {
  if (findings.size() < kLeastObjects) return;
  std::vector<bool> folded(findings.size());
  const Sorter sorter(findings);
  for (const Repeats& repeats : sorter.all()) {
    if (repeats.findings.size() < kLeastObjects) continue;
    Finding& first = findings[repeats.findings.front()];
    for (const std::size_t position : repeats.findings) {
      first.severity = std::max(first.severity, findings[position].severity);
      folded[position] = position != repeats.findings.front();
    }
    first.repeats = static_cast<std::uint32_t>(repeats.findings.size() - 1);
    first.notes.push_back({{}, sentence(repeats)});
  }
  std::size_t at = 0;
  std::erase_if(findings, [&](const Finding&) { return folded[at++]; });
}

}  // namespace cnplint::project

// SPDX-License-Identifier: Apache-2.0
#include "policy/yaml/document.h"

#include <algorithm>
#include <deque>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "policy/yaml/scalar.h"

namespace cnplint::policy {
namespace {

/// The entries of a mapping with duplicates or merge keys: in the reader that kubectl uses, the
/// later of two equal keys wins.
class EffectiveEntries {
 public:
  std::vector<Entry> of(NodeRef mapping) {
    merge(mapping);
    return std::move(entries_);
  }

 private:
  /// As deep as mappings are merged into one another: a cap on what aliases may expand to bounds
  /// it.
  void merge(NodeRef mapping) {
    for (const Entry& entry : mapping.written_entries()) {
      if (!entry.key.is_merge_key()) {
        put(entry);
      } else if (entry.value.is_mapping()) {
        merge(entry.value);
      } else {
        std::vector<NodeRef> sources = entry.value.items();
        std::ranges::reverse(sources);  // the first of the list wins
        for (const NodeRef& source : sources) merge(source);
      }
    }
  }

  void put(const Entry& entry) {
    const auto [known, added] = positions_.emplace(entry.key.key_text(), entries_.size());
    if (added)
      entries_.push_back(entry);
    else
      entries_[known->second] = entry;
  }

  std::vector<Entry> entries_;
  std::unordered_map<std::string, std::size_t> positions_;
};

}  // namespace

std::string_view Document::text_elsewhere(const Node& node) const {
  const Composition::Origin origin = origin_of(node);
  const std::string_view all =
      (node.flags & Node::kDecoded) != 0 ? *origin.decoded : origin.file->text();
  return all.substr(node.text_begin, node.text_size);
}

Composition::Origin Document::origin_of(const Node& node) const {
  if ((node.flags & Node::kElsewhere) == 0) return {file_, decoded_};
  const auto index = static_cast<std::size_t>(&node - nodes_.data());
  return composition_->origins[composition_->origin_of[index]];
}

void Document::mark_duplicates(std::uint32_t mapping) {
  constexpr std::size_t kFew = 12;
  std::vector<std::string_view> keys;
  std::deque<std::string> canonical;  // texts of keys that are no strings
  const std::uint32_t end = nodes_[mapping].subtree_end;
  for (std::uint32_t at = mapping + 1; at < end;) {
    const std::uint32_t value = nodes_[at].subtree_end;
    const NodeRef key(*this, at);
    if (key.is_string() && !key.is_merge_key())
      keys.push_back(key.text());
    else if (!key.is_merge_key())
      keys.push_back(canonical.emplace_back(key.key_text()));
    at = nodes_[value].subtree_end;
  }
  bool duplicate = false;
  if (keys.size() <= kFew) {
    for (std::size_t i = 1; i < keys.size() && !duplicate; ++i)
      duplicate = std::find(keys.begin(), keys.begin() + static_cast<std::ptrdiff_t>(i), keys[i]) !=
                  keys.begin() + static_cast<std::ptrdiff_t>(i);
  } else {
    duplicate =
        std::unordered_set<std::string_view>(keys.begin(), keys.end()).size() != keys.size();
  }
  if (duplicate) nodes_[mapping].flags |= Node::kDuplicates;
}

void Document::quote(base::SourceFile& file, base::SourceRange place, std::string_view text) {
  std::string& all = file.new_decoded_text();
  all = text.substr(begin_, end_ - begin_);
  quoted_size_ = static_cast<std::uint32_t>(all.size());
  if (decoded_ != nullptr) all += *decoded_;
  for (Node& node : nodes_) {
    node.begin = place.begin;
    node.end = place.end;
    if (node.kind != NodeKind::scalar) continue;
    const bool decoded = (node.flags & Node::kDecoded) != 0;
    node.text_begin = decoded ? node.text_begin + quoted_size_ : node.text_begin - begin_;
    node.flags |= Node::kDecoded;
  }
  decoded_ = &all;
  file_ = &file;
  begin_ = place.begin;
  end_ = place.end;
  form_ = DocumentForm::quoted_text;
  if (error_) error_ = SyntaxError{place, error_->message};
}

NodeRef::NodeRef(const Document& document, std::uint32_t index)
    : document_(&document), index_(index) {
  if (document.node(index).kind == NodeKind::alias) index_ = document.node(index).text_begin;
}

std::string NodeRef::key_text() const {
  if (is_string() || !is_scalar()) return std::string(text());
  return canonical_key(text(), type());
}

base::SourceRange NodeRef::visible_range() const {
  const base::SourceRange own = range();
  if (own.begin != own.end) return own;
  const NodeRef name = key();
  return name ? name.range() : own;
}

NodeRef NodeRef::parent() const {
  if (document_ == nullptr || index_ == 0) return {};
  return {*document_, node().parent};
}

NodeRef NodeRef::key() const {
  // Keys are scalars or aliases of some, so that the key of a value stands just before it.
  if (!parent().is_mapping() || node().ordinal % 2 == 0) return {};
  return {*document_, index_ - 1};
}

NodeRef NodeRef::get(std::string_view key) const {
  if (!is_mapping()) return {};
  if ((node().flags & (Node::kMerge | Node::kDuplicates)) != 0) {
    for (const Entry& entry : entries())
      if (entry.key.text() == key) return entry.value;
    return {};
  }
  const std::uint32_t end = node().subtree_end;
  for (std::uint32_t at = index_ + 1; at < end;) {
    const std::uint32_t value = document_->node(at).subtree_end;
    if (NodeRef(*document_, at).text() == key) return {*document_, value};
    at = document_->node(value).subtree_end;
  }
  return {};
}

std::vector<NodeRef> NodeRef::items() const {
  std::vector<NodeRef> result;
  if (!is_sequence()) return result;
  const std::uint32_t end = node().subtree_end;
  for (std::uint32_t at = index_ + 1; at < end; at = document_->node(at).subtree_end)
    result.emplace_back(*document_, at);
  return result;
}

std::vector<Entry> NodeRef::written_entries() const {
  std::vector<Entry> result;
  if (!is_mapping()) return result;
  const std::uint32_t end = node().subtree_end;
  for (std::uint32_t at = index_ + 1; at < end;) {
    const std::uint32_t value = document_->node(at).subtree_end;
    result.push_back({{*document_, at}, {*document_, value}});
    at = document_->node(value).subtree_end;
  }
  return result;
}

std::vector<Entry> NodeRef::entries() const {
  if (!is_mapping() || (node().flags & (Node::kMerge | Node::kDuplicates)) == 0)
    return written_entries();
  return EffectiveEntries().of(*this);
}

std::size_t NodeRef::child_count() const {
  if (document_ == nullptr) return 0;
  const std::uint32_t end = node().subtree_end;
  std::size_t count = 0;
  for (std::uint32_t at = index_ + 1; at < end; at = document_->node(at).subtree_end) ++count;
  return is_mapping() ? count / 2 : count;
}

std::vector<DuplicateKey> duplicate_keys(const Document& document) {
  return document.empty() ? std::vector<DuplicateKey>() : duplicate_keys(document.root());
}

std::vector<DuplicateKey> duplicate_keys(NodeRef below) {
  std::vector<DuplicateKey> result;
  const Document& document = below.document();
  const std::uint32_t end = document.node(below.index()).subtree_end;
  for (std::uint32_t i = below.index(); i < end; ++i) {
    if ((document.node(i).flags & Node::kDuplicates) == 0) continue;
    std::map<std::string, NodeRef> seen;
    for (const Entry& entry : NodeRef(document, i).written_entries()) {
      const auto [first, added] = seen.emplace(entry.key.key_text(), entry.key);
      if (!added && !entry.key.is_merge_key()) result.push_back({entry.key, first->second});
    }
  }
  return result;
}

std::string path_of(NodeRef node) {
  std::vector<std::string> steps;
  for (NodeRef parent = node.parent(); parent; node = parent, parent = node.parent()) {
    if (parent.is_mapping()) {
      const NodeRef key = node.key();
      steps.push_back(key ? key.key_text() : node.key_text());
      continue;
    }
    steps.push_back("[" + std::to_string(node.ordinal()) + "]");
  }
  std::string path;
  std::ranges::reverse(steps);
  for (const std::string& step : steps) {
    if (!path.empty() && !step.starts_with('[')) path += '.';
    path += step;
  }
  return path;
}

}  // namespace cnplint::policy

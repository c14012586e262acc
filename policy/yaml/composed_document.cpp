// SPDX-License-Identifier: Apache-2.0
#include "policy/yaml/composed_document.h"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include "base/text.h"
#include "policy/yaml/reader.h"
#include "policy/yaml/scalar.h"

namespace cnplint::policy {

ComposedValue ComposedValue::written(NodeRef node) {
  ComposedValue value;
  value.node_ = node;
  if (node.is_mapping()) value.kind_ = NodeKind::mapping;
  if (node.is_sequence()) value.kind_ = NodeKind::sequence;
  return value;
}

ComposedValue ComposedValue::string(std::string text, NodeRef place) {
  ComposedValue value;
  value.node_ = place;
  value.text_ = std::move(text);
  return value;
}

ComposedValue ComposedValue::plain(std::string text, NodeRef place) {
  ComposedValue value = string(std::move(text), place);
  value.made_type_ = resolve_plain(*value.text_);
  return value;
}

ComposedValue ComposedValue::mapping(NodeRef place) {
  ComposedValue value;
  value.node_ = place;
  value.kind_ = NodeKind::mapping;
  value.open_ = true;
  return value;
}

ComposedValue ComposedValue::sequence(NodeRef place) {
  ComposedValue value = mapping(place);
  value.kind_ = NodeKind::sequence;
  return value;
}

std::string_view ComposedValue::text() const {
  if (!is_scalar()) return {};
  return text_ ? std::string_view(*text_) : node_.text();
}

std::string ComposedValue::key_text() const {
  if (!is_scalar()) return {};
  return text_ ? *text_ : node_.key_text();
}

void ComposedValue::open() {
  if (open_ || !*this || kind_ == NodeKind::scalar) return;
  open_ = true;
  node_.each_entry([&](NodeRef key, NodeRef value) {
    entries_.push_back({written(key), written(value)});
  });
  node_.each_item([&](NodeRef item) { items_.push_back(written(item)); });
}

std::vector<ComposedValue::Entry>& ComposedValue::entries() {
  open();
  return entries_;
}

std::vector<ComposedValue>& ComposedValue::items() {
  open();
  return items_;
}

ComposedValue* ComposedValue::find(std::string_view key) {
  for (Entry& entry : entries())
    if (entry.key.is_string() ? entry.key.text() == key : entry.key.key_text() == key)
      return &entry.value;
  return nullptr;
}

void ComposedValue::set(ComposedValue key, ComposedValue value) {
  if (ComposedValue* there = find(key.key_text()))
    *there = std::move(value);
  else
    entries_.push_back({std::move(key), std::move(value)});
}

bool ComposedValue::erase(std::string_view key) {
  return std::erase_if(entries(), [&](const Entry& entry) { return entry.key.key_text() == key; }) >
         0;
}

ComposedValue::Extent ComposedValue::extent() const {
  Extent sum{1, 1};
  const auto add = [&](const ComposedValue& below) {
    const Extent extent = below.extent();
    sum.values += extent.values;
    sum.levels = std::max(sum.levels, extent.levels + 1);
  };
  for (const Entry& entry : entries_) {
    ++sum.values;
    add(entry.value);
  }
  for (const ComposedValue& item : items_) add(item);
  return sum;
}

bool is_old_boolean(const Document& document, const Node& node) {
  if (node.kind != NodeKind::scalar || node.type != ScalarType::boolean) return false;
  const std::string_view text = document.text(node);
  return !base::equal_ignoring_case(text, "true") && !base::equal_ignoring_case(text, "false");
}

/// Writes the nodes of a value into a new document, in their order.
class DocumentComposer {
 public:
  DocumentComposer(const Document& base, Booleans booleans)
      : booleans_(booleans),
        composition_(std::make_shared<Composition>()),
        document_(*base.file_, base.begin_, base.end_) {
    document_.index_ = base.index_;
    document_.form_ = base.form_;
    document_.decoded_ = base.decoded_;
    composition_->origins.push_back({base.file_, base.decoded_});
    known_.emplace(std::pair(base.file_, base.decoded_), std::uint16_t{0});
  }

  tl::expected<std::unique_ptr<const Document>, std::string> run(const ComposedValue& root) {
    value(root, 0, 0, 0);
    if (!problem_.empty()) return tl::unexpected(problem_);
    document_.nodes_.shrink_to_fit();
    composition_->origin_of.shrink_to_fit();
    document_.composition_ = std::move(composition_);
    return std::make_unique<const Document>(std::move(document_));
  }

 private:
  static constexpr std::size_t kDepth = 4 * ReaderCaps::kDepth;

  [[nodiscard]] std::uint32_t size() const {
    return static_cast<std::uint32_t>(document_.nodes_.size());
  }

  /// Whether so many more nodes may be added at a depth.
  bool may_add(std::size_t nodes, std::size_t depth) {
    if (depth > kDepth)
      problem_ = "nested deeper than " + std::to_string(kDepth) + " levels";
    else if (size() + nodes > ReaderCaps::kExpandedNodes)
      problem_ = "more than " + std::to_string(ReaderCaps::kExpandedNodes) + " nodes";
    return problem_.empty();
  }

  void value(const ComposedValue& value, std::uint32_t parent, std::uint32_t ordinal,
             std::size_t depth) {
    if (!problem_.empty()) return;
    if (value.text_) return made(value, parent, ordinal, depth);
    if (!value.open_) return copy(value.node_, parent, ordinal, depth);
    if (!may_add(1, depth)) return;
    const std::uint32_t index = add(value.node_, parent, ordinal);
    document_.nodes_[index].kind = value.kind_;
    document_.nodes_[index].flags &= Node::kElsewhere;
    std::uint32_t count = 0;
    for (const ComposedValue::Entry& entry : value.entries_) {
      this->value(entry.key, index, count++, depth + 1);
      this->value(entry.value, index, count++, depth + 1);
    }
    for (const ComposedValue& item : value.items_) this->value(item, index, count++, depth + 1);
    document_.nodes_[index].subtree_end = size();
  }

  void made(const ComposedValue& value, std::uint32_t parent, std::uint32_t ordinal,
            std::size_t depth) {
    if (!may_add(1, depth)) return;
    const std::uint32_t index = add(value.node_, parent, ordinal);
    Node& node = document_.nodes_[index];
    node.kind = NodeKind::scalar;
    node.style = ScalarStyle::plain;
    node.type = value.type();
    node.flags = Node::kDecoded | Node::kElsewhere;
    node.text_begin = static_cast<std::uint32_t>(composition_->made.size());
    node.text_size = static_cast<std::uint32_t>(value.text_->size());
    composition_->made += *value.text_;
    composition_->origin_of[index] = origin({value.node_.range().file, &composition_->made});
  }

  /// Copies what is written. Children of an alias are not below it, those of a merge key are in
  /// another order: where there is neither, a whole subtree is copied at once.
  void copy(NodeRef from, std::uint32_t parent, std::uint32_t ordinal, std::size_t depth) {
    if (!problem_.empty()) return;
    const Document& source = from.document();
    const std::uint32_t end = source.node(from.index()).subtree_end;
    bool plain = true;
    for (std::uint32_t at = from.index(); at < end && plain; ++at)
      plain =
          source.node(at).kind != NodeKind::alias && (source.node(at).flags & Node::kMerge) == 0;
    if (plain) return copy_subtree(from, parent, ordinal, depth);
    if (!may_add(1, depth)) return;
    const std::uint32_t index = add(from, parent, ordinal);
    document_.nodes_[index].flags &= Node::kElsewhere | Node::kDecoded;
    std::uint32_t count = 0;
    from.each_entry([&](NodeRef key, NodeRef value) {
      copy(key, index, count++, depth + 1);
      copy(value, index, count++, depth + 1);
    });
    from.each_item([&](NodeRef item) { copy(item, index, count++, depth + 1); });
    document_.nodes_[index].subtree_end = size();
  }

  void copy_subtree(NodeRef from, std::uint32_t parent, std::uint32_t ordinal, std::size_t depth) {
    const Document& source = from.document();
    const std::uint32_t first = from.index();
    const std::uint32_t end = source.node(first).subtree_end;
    if (!may_add(end - first, depth)) return;
    const std::uint32_t root = size();
    for (std::uint32_t at = first; at < end; ++at) {
      const Node& old = source.node(at);
      const std::uint32_t index = add(NodeRef(source, at), old.parent - first + root, old.ordinal);
      document_.nodes_[index].subtree_end = old.subtree_end - first + root;
    }
    document_.nodes_[root].parent = parent;
    document_.nodes_[root].ordinal = ordinal;
  }

  /// Adds a copy of one node.
  std::uint32_t add(NodeRef from, std::uint32_t parent, std::uint32_t ordinal) {
    const Document& source = from.document();
    const std::uint32_t index = size();
    Node node = source.node(from.index());
    const std::uint16_t origin_index = origin(source.origin_of(node_of(from)));
    node.flags &= static_cast<std::uint8_t>(~Node::kElsewhere);
    if (origin_index != 0) node.flags |= Node::kElsewhere;
    if (booleans_ == Booleans::true_and_false && is_old_boolean(source, node_of(from)))
      node.type = ScalarType::string;
    node.parent = parent;
    node.ordinal = ordinal;
    node.subtree_end = index + 1;
    document_.nodes_.push_back(node);
    composition_->origin_of.push_back(origin_index);
    return index;
  }

  static const Node& node_of(NodeRef ref) { return ref.document().node(ref.index()); }

  std::uint16_t origin(Composition::Origin wanted) {
    const Composition::Origin& last = composition_->origins[last_];
    if (last.file == wanted.file && last.decoded == wanted.decoded) return last_;
    constexpr std::size_t kMost = std::numeric_limits<std::uint16_t>::max();
    const auto [known, added] =
        known_.emplace(std::pair(wanted.file, wanted.decoded),
                       static_cast<std::uint16_t>(composition_->origins.size()));
    if (added && composition_->origins.size() >= kMost) {
      problem_ = "parts of more than " + std::to_string(kMost) + " documents";
      known_.erase(known);
      return 0;
    }
    if (added) composition_->origins.push_back(wanted);
    last_ = known->second;
    return last_;
  }

  Booleans booleans_;
  std::shared_ptr<Composition> composition_;
  Document document_;
  std::map<std::pair<const base::SourceFile*, const std::string*>, std::uint16_t> known_;
  std::uint16_t last_ = 0;
  std::string problem_;
};

tl::expected<std::unique_ptr<const Document>, std::string> compose(const ComposedValue& root,
                                                                   const Document& base,
                                                                   Booleans booleans) {
  return DocumentComposer(base, booleans).run(root);
}

}  // namespace cnplint::policy

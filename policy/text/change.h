// SPDX-License-Identifier: Apache-2.0
//
// What is to become of the nodes of documents, and how that is done in the text that somebody
// wrote.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "policy/text/edit.h"
#include "policy/text/value.h"
#include "policy/yaml/document.h"

namespace cnplint::policy {

/// One step. Rules say it of nodes; only whoever has the files makes edits of it.
struct Change {
  enum class Kind : std::uint8_t {
    set,     ///< `node` becomes `value`
    rename,  ///< the key of the entry whose value `node` is becomes `key`
    remove,  ///< `node`, an item or the value of an entry, goes, with the comment above it
    add,     ///< the mapping `node` gets `value` under `key`, the list the items of `value`
    extend,  ///< the list under `key` of the mapping `node` gets the items of `value`
    put,     ///< the item `value` comes before the item `node`
    move,    ///< `node`, the value of an entry, goes to the end of the mapping `to`
    lift,    ///< the item `node` goes before the item `to` of its list
    join,    ///< the mapping `node` becomes one with the item before it
  };
  Kind kind = Kind::set;
  NodeRef node;
  std::string key = {};
  Value value = {};
  NodeRef to = {};
};
using Changes = std::vector<Change>;

Change set(NodeRef node, Value value);
/// The same for a string, which keeps the quotes that are there.
Change set_text(NodeRef node, std::string text);
/// Of an entry, by its value; of a key that stands twice, the one above this value.
Change rename(NodeRef value, std::string key);
Change remove(NodeRef node);
Change add_entry(NodeRef mapping, std::string key, Value value);
Change add_item(NodeRef list, Value value);
/// Adds items to the list under a key of a mapping, which may be empty, null or not there.
Change add_to_list(NodeRef mapping, std::string key, std::vector<Value> items);
Change put_before(NodeRef item, Value value);
Change move_entry(NodeRef value, NodeRef mapping);
Change lift_before(NodeRef item, NodeRef before);
Change join_with_previous(NodeRef item);

/// Takes rules out of their list. The item `{}` is left where no other would be, so that the
/// direction stays denied.
Changes remove_rules(NodeRef list, const std::vector<NodeRef>& rules);

/// Where the nodes of documents that were made of parts of others are written: a node of a document
/// that was read, or none.
using WrittenAt = std::function<NodeRef(NodeRef)>;
/// For documents that were read: themselves.
NodeRef written_here(NodeRef node);

/// The edits that make some changes, of one file or several. None where the text has a form in
/// which that cannot be done without changing something else: behind an alias, in a text in quotes,
/// in a mapping in one line with comments.
std::optional<Edits> edits_of(const Changes& changes, const WrittenAt& written = written_here);

}  // namespace cnplint::policy

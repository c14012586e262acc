// SPDX-License-Identifier: Apache-2.0
//
// Changes of files that leave everything else as it is: comments, order, quoting, line ends.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/source.h"
#include "policy/model/policy.h"

namespace cnplint::synth {

/// New text for some bytes of a file.
struct Edit {
  base::SourceRange range;  ///< empty where text is only put in
  std::string text;
};

/// An item as YAML: a list item of its own lines behind so many blanks, or in one line; `json`
/// quotes everything.
struct ItemText {
  std::function<std::string(std::size_t indent)> block;
  std::function<std::string(bool json)> flow;
};

/// Puts an item at the end of `ingress` or `egress` of a spec, in the style that is there; none
/// where the file shares the list through an anchor, so that an edit would change more.
std::optional<Edit> append_item(policy::NodeRef spec, policy::Direction direction,
                                const ItemText& item);

/// Takes items out of a list of rules, with the comments right above them; `{}` is left where
/// nothing else would be, so that the direction stays denied. None for lists in one line.
std::optional<std::vector<Edit>> remove_items(policy::NodeRef list,
                                              const std::vector<policy::NodeRef>& items);

/// The text of a file with edits, which must not overlap. In files with CRLF new lines get it too.
std::string applied(const base::SourceFile& file, std::vector<Edit> edits);

/// A unified diff of two texts of a file (three lines of context); a new file where `before` is
/// null.
std::string unified_diff(const std::string& path, const std::string* before,
                         const std::string& after);

}  // namespace cnplint::synth

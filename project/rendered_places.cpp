// SPDX-License-Identifier: Apache-2.0
#include "project/rendered_places.h"

#include <algorithm>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/blanks.h"

namespace cnplint::project {
namespace {

using policy::ComposedValue;
using policy::NodeRef;

/// The fields of a mapping, found by their names however many they are.
class Fields {
 public:
  explicit Fields(NodeRef mapping) {
    if (!mapping) return;
    mapping.each_entry([&](NodeRef key, NodeRef value) { values_[key.key_text()] = value; });
  }
  [[nodiscard]] std::size_t size() const { return values_.size(); }
  [[nodiscard]] NodeRef get(const std::string& name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? NodeRef() : found->second;
  }

 private:
  std::unordered_map<std::string, NodeRef> values_;
};

ComposedValue scalar_at(NodeRef printed, NodeRef place) {
  std::string text(printed.text());
  // Only its text tells the type of a value that is made.
  return printed.type() == policy::ScalarType::string
             ? ComposedValue::string(std::move(text), place)
             : ComposedValue::plain(std::move(text), place);
}

/// A value beside one that it may have been made of.
class Beside {
 public:
  ComposedValue run(NodeRef printed, NodeRef written, NodeRef around) const {
    if (written && say_the_same(printed, written)) return ComposedValue::written(written);
    const NodeRef place = written ? written : around;
    if (printed.is_scalar()) return scalar_at(printed, place);
    if (printed.is_sequence()) return list(printed, written, place);
    ComposedValue mapping = ComposedValue::mapping(place);
    const Fields fields(written);
    printed.each_entry([&](NodeRef key, NodeRef value) {
      if (key.text() == kOriginAnnotation) return;
      const NodeRef there = fields.get(key.key_text());
      mapping.entries().push_back({there && there.key()
                                       ? ComposedValue::written(there.key())
                                       : ComposedValue::string(key.key_text(), place),
                                   run(value, there, place)});
    });
    return mapping;
  }

 private:
  /// Items beside those of the same position; where there are more or fewer, beside the first that
  /// says the same.
  [[nodiscard]] ComposedValue list(NodeRef printed, NodeRef written, NodeRef place) const {
    const std::vector<NodeRef> before =
        written.is_sequence() ? written.items() : std::vector<NodeRef>();
    const std::vector<NodeRef> now = printed.items();
    ComposedValue list = ComposedValue::sequence(place);
    std::size_t next = 0;
    for (std::size_t i = 0; i < now.size(); ++i) {
      NodeRef there = before.size() == now.size() ? before[i] : NodeRef();
      for (std::size_t at = next; !there && at < before.size(); ++at)
        if (say_the_same(now[i], before[at])) {
          there = before[at];
          next = at + 1;
        }
      list.items().push_back(run(now[i], there, place));
    }
    return list;
  }
};

/// The lines of a printed object, each with that of the template which it was printed of.
class Lines {
 public:
  Lines(NodeRef printed, const policy::Document& lines, std::size_t next)
      : next_(next), file_(*printed.range().file), lines_(lines.root()) {
    const std::vector<NodeRef> all = lines_.items();
    const std::string_view text = file_.text();
    const base::SourceRange range = printed.document().range();
    std::size_t begin = text.rfind('\n', range.begin) + 1;  // 0 behind npos
    while (begin < range.end) {
      const std::size_t end = std::min(text.find('\n', begin), text.size());
      const std::string_view line = base::without_blanks(text.substr(begin, end - begin));
      const std::size_t last = std::min(next_ + kLinesAhead, all.size());
      for (std::size_t at = next_; at < last && !line.empty() && line != "---"; ++at)
        if (is_printed_of(line, all[at].text())) {
          place_of_[begin] = all[at];
          next_ = at + 1;
          break;
        }
      begin = end + 1;
    }
  }

  [[nodiscard]] std::size_t count() const { return place_of_.size(); }
  /// The line behind the last one that was found.
  [[nodiscard]] std::size_t next() const { return next_; }
  /// The line of the template that a node was printed of; none where none was found.
  [[nodiscard]] NodeRef place_of(NodeRef printed) const {
    const std::size_t at = printed.visible_range().begin;
    const std::size_t newline = at == 0 ? std::string_view::npos : file_.text().rfind('\n', at - 1);
    const auto found = place_of_.find(newline == std::string_view::npos ? 0 : newline + 1);
    return found == place_of_.end() ? NodeRef() : found->second;
  }

  /// The place of what has no line: the first that is known, or the whole template.
  [[nodiscard]] NodeRef first() const {
    return place_of_.empty() ? lines_ : place_of_.begin()->second;
  }

 private:
  static constexpr std::size_t kLinesAhead = 500;  ///< that are looked through for each line

  static bool is_printed_of(std::string_view line, std::string_view of) {
    const std::size_t action = of.find("{{");
    if (action == std::string_view::npos) return line == of;
    const std::string_view before = base::without_blanks(of.substr(0, action));
    return !before.empty() && line.starts_with(before);
  }

  std::size_t next_;
  const base::SourceFile& file_;
  NodeRef lines_;
  std::map<std::size_t, NodeRef> place_of_;  ///< by the byte that a line begins at
};

ComposedValue at_lines(NodeRef printed, const Lines& lines, NodeRef around) {
  const NodeRef own = lines.place_of(printed);
  const NodeRef place = own ? own : around;
  if (printed.is_scalar()) return scalar_at(printed, place);
  ComposedValue value =
      printed.is_mapping() ? ComposedValue::mapping(place) : ComposedValue::sequence(place);
  printed.each_entry([&](NodeRef key, NodeRef item) {
    const NodeRef at = lines.place_of(key);
    value.entries().push_back({ComposedValue::string(key.key_text(), at ? at : place),
                               at_lines(item, lines, at ? at : place)});
  });
  printed.each_item([&](NodeRef item) { value.items().push_back(at_lines(item, lines, place)); });
  return value;
}

std::optional<BuiltObject> built(const ComposedValue& value, const policy::Document& document) {
  auto composed = policy::compose(value, document, policy::Booleans::as_written);
  if (!composed) return std::nullopt;
  std::shared_ptr<const policy::Document> shared = std::move(*composed);
  const NodeRef root = shared->root();
  return BuiltObject{root, &document, std::move(shared)};
}

}  // namespace

std::optional<BuiltObject> placed_beside(NodeRef printed, NodeRef written,
                                         const policy::Document& document) {
  return built(Beside().run(printed, written, written), document);
}

std::optional<BuiltObject> placed_at_lines(NodeRef printed, const policy::Document& lines,
                                           std::size_t& next) {
  const Lines behind(printed, lines, next);
  const Lines again(printed, lines, 0);
  const Lines& places = again.count() > behind.count() ? again : behind;
  next = places.next();
  auto object = built(at_lines(printed, places, places.first()), lines);
  // The lines may go: nothing of them is left in it.
  if (object) object->written = object->composed.get();
  return object;
}

bool say_the_same(NodeRef one, NodeRef other) {
  if (one.is_scalar() || other.is_scalar())
    return one.is_scalar() && other.is_scalar() && one.type() == other.type() &&
           one.text() == other.text();
  if (one.is_sequence() != other.is_sequence()) return false;
  if (one.is_sequence()) {
    const std::vector<NodeRef> left = one.items();
    const std::vector<NodeRef> right = other.items();
    return std::ranges::equal(left, right, say_the_same);
  }
  const std::vector<policy::Entry> left = one.entries();
  const Fields right(other);
  if (left.size() != right.size()) return false;
  return std::ranges::all_of(left, [&](const policy::Entry& each) {
    const NodeRef there = right.get(each.key.key_text());
    return there && say_the_same(each.value, there);
  });
}

}  // namespace cnplint::project

// SPDX-License-Identifier: Apache-2.0
#include "policy/text/value.h"

#include <yaml.h>

#include <algorithm>

#include "base/check.h"
#include "base/text.h"
#include "policy/yaml/scalar.h"

namespace cnplint::policy {
namespace {

/// Whether a text is plain for every reader wherever it stands: no character of it means anything
/// to YAML.
bool is_harmless(std::string_view text) {
  const auto harmless = [](char c) {
    return base::is_alnum(c) || c == '.' || c == '_' || c == '-' || c == '/';
  };
  return !text.empty() && base::is_alnum(text.front()) && std::ranges::all_of(text, harmless);
}

/// libyaml takes its texts as unsigned characters and does not change them.
yaml_char_t* bytes(std::string_view text) {
  return reinterpret_cast<yaml_char_t*>(const_cast<char*>(text.data()));
}

int append(void* to, unsigned char* text, std::size_t size) {
  static_cast<std::string*>(to)->append(reinterpret_cast<const char*>(text), size);
  return 1;
}

/// A scalar as libyaml writes it as an item of a list, in one line or on a line of its own.
std::string emitted(std::string_view text, yaml_scalar_style_t style, bool flow) {
  std::string written;
  yaml_emitter_t emitter;
  CNPLINT_CHECK(yaml_emitter_initialize(&emitter) == 1);
  yaml_emitter_set_output(&emitter, append, &written);
  yaml_emitter_set_unicode(&emitter, 1);
  yaml_emitter_set_width(&emitter, -1);  // lines are never broken
  yaml_event_t event;
  const auto emit = [&] { CNPLINT_CHECK(yaml_emitter_emit(&emitter, &event) == 1); };
  yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING);
  emit();
  yaml_document_start_event_initialize(&event, nullptr, nullptr, nullptr, 1);
  emit();
  yaml_sequence_start_event_initialize(&event, nullptr, nullptr, 1,
                                       flow ? YAML_FLOW_SEQUENCE_STYLE : YAML_BLOCK_SEQUENCE_STYLE);
  emit();
  yaml_scalar_event_initialize(&event, nullptr, nullptr, bytes(text), static_cast<int>(text.size()),
                               1, 1, style);
  emit();
  yaml_sequence_end_event_initialize(&event);
  emit();
  yaml_document_end_event_initialize(&event, 1);
  emit();
  yaml_stream_end_event_initialize(&event);
  emit();
  CNPLINT_CHECK(yaml_emitter_flush(&emitter) == 1);
  yaml_emitter_delete(&emitter);
  if (!flow) return written.substr(2, written.find_last_not_of('\n') - 1);
  const std::size_t begin = written.find('[') + 1;
  return written.substr(begin, written.rfind(']') - begin);
}

std::string in_double_quotes(std::string_view text) {
  if (is_harmless(text)) return "\"" + std::string(text) + "\"";
  return emitted(text, YAML_DOUBLE_QUOTED_SCALAR_STYLE, true);
}

/// A string without quotes where it may go without. A colon at the start is the end of an empty key
/// to libyaml.
std::string plain_or_quoted(std::string_view text, bool flow) {
  const bool control = std::ranges::any_of(text, [](char c) { return c >= 0 && c < ' '; });
  if (control || resolve_plain(text) != ScalarType::string || text.starts_with(':'))
    return in_double_quotes(text);
  return is_harmless(text) ? std::string(text) : emitted(text, YAML_ANY_SCALAR_STYLE, flow);
}

/// Nothing in a comment may end its line: what is not printable ASCII is replaced.
std::string comment_text(std::string_view text) {
  std::string result;
  for (const char c : text) result += c >= ' ' && c <= '~' ? c : '?';
  return result;
}

}  // namespace

Value Value::text(std::string text) {
  Value value;
  value.text_ = std::move(text);
  return value;
}

Value Value::quoted(std::string text) {
  Value value = Value::text(std::move(text));
  value.kind_ = Kind::quoted;
  return value;
}

Value Value::number(std::uint64_t number) {
  Value value = text(std::to_string(number));
  value.kind_ = Kind::plain;
  return value;
}

Value Value::boolean(bool truth) {
  Value value = text(truth ? "true" : "false");
  value.kind_ = Kind::plain;
  return value;
}

Value Value::map(std::vector<Entry> entries) {
  Value value;
  value.kind_ = Kind::map;
  value.entries_ = std::move(entries);
  return value;
}

Value Value::list(std::vector<Value> items) {
  Value value;
  value.kind_ = Kind::list;
  value.items_ = std::move(items);
  return value;
}

Value Value::texts(const std::vector<std::string>& texts) {
  Value value = list();
  for (const std::string& each : texts) value.add(text(each));
  return value;
}

Value Value::of(NodeRef node) {
  Value value;
  if (node.is_mapping()) {
    value = map();
    node.each_entry([&](NodeRef key, NodeRef each) { value.set(key.key_text(), of(each)); });
  } else if (node.is_sequence()) {
    value = list();
    node.each_item([&](NodeRef item) { value.add(of(item)); });
  } else if (node.is_string()) {
    value = node.style() == ScalarStyle::plain ? text(std::string(node.text()))
                                               : quoted(std::string(node.text()));
  } else {
    value = text(node.text().empty() ? "null" : std::string(node.text()));
    value.kind_ = Kind::plain;
  }
  return value;
}

Value& Value::set(std::string key, Value value) {
  const auto known = std::ranges::find(entries_, key, &Entry::first);
  if (known != entries_.end())
    known->second = std::move(value);
  else
    entries_.emplace_back(std::move(key), std::move(value));
  return *this;
}

Value& Value::add(Value item) {
  items_.push_back(std::move(item));
  return *this;
}

Value Value::in_line() && {
  in_line_ = true;
  return std::move(*this);
}

Value Value::with_comment(std::vector<std::string> lines) && {
  comment_ = std::move(lines);
  return std::move(*this);
}

bool Value::fits_in_line() const {
  return is_scalar() || in_line_ || (entries_.empty() && items_.empty());
}

/// Writes values in one style.
class ValueWriter {
 public:
  explicit ValueWriter(bool json) : json_(json) {}
  explicit ValueWriter(const BlockStyle& style) : style_(style) {}

  void flow(const Value& value) {
    switch (value.kind_) {
      case Value::Kind::text:
        text_ += string(value.text_, true);
        break;
      case Value::Kind::quoted:
        text_ += in_double_quotes(value.text_);
        break;
      case Value::Kind::plain:
        text_ += value.text_;
        break;
      case Value::Kind::map:
        flow_map(value);
        break;
      case Value::Kind::list:
        flow_list(value);
    }
  }

  /// Entries or items from a column on; the first line is begun already where it has a dash.
  void block(const Value& value, std::size_t indent, bool begun = false) {
    if (value.fits_in_line()) {
      if (!begun) text_.append(indent, ' ');
      line(value);
    } else if (value.kind_ == Value::Kind::map)
      block_map(value, indent, begun);
    else
      block_list(value, indent, begun);
  }

  void entry(const std::string& key, const Value& value, std::size_t indent, bool begun) {
    if (!begun) comment(value, indent);
    if (!begun) text_.append(indent, ' ');
    text_.append(string(key, false)).append(1, ':');
    if (value.fits_in_line()) {
      text_ += ' ';
      return line(value);
    }
    text_ += '\n';
    const bool same_column = value.kind_ == Value::Kind::list && !style_.indented_lists;
    block(value, indent + (same_column ? 0 : style_.step));
  }

  void item(const Value& value, std::size_t indent, bool begun) {
    if (!begun) comment(value, indent);
    if (!begun) text_.append(indent, ' ');
    text_ += "- ";
    block(value, indent + 2, true);
  }

  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  /// What fits in the rest of a line, and its end.
  void line(const Value& value) {
    if (value.kind_ == Value::Kind::text)
      text_ += string(value.text_, false);
    else
      flow(value);
    text_ += '\n';
  }

  [[nodiscard]] std::string string(const std::string& text, bool flow) const {
    return json_ ? in_double_quotes(text) : plain_or_quoted(text, flow);
  }

  void flow_map(const Value& value) {
    text_ += '{';
    for (const Value::Entry& each : value.entries_) {
      if (&each != value.entries_.data()) text_ += ", ";
      text_.append(string(each.first, true)).append(": ");
      flow(each.second);
    }
    text_ += '}';
  }

  void flow_list(const Value& value) {
    text_ += '[';
    for (const Value& each : value.items_) {
      if (&each != value.items_.data()) text_ += ", ";
      flow(each);
    }
    text_ += ']';
  }

  void block_map(const Value& value, std::size_t indent, bool begun) {
    for (const Value::Entry& each : value.entries_) {
      entry(each.first, each.second, indent, begun);
      begun = false;
    }
  }

  void block_list(const Value& value, std::size_t indent, bool begun) {
    for (const Value& each : value.items_) {
      item(each, indent, begun);
      begun = false;
    }
  }

  void comment(const Value& value, std::size_t indent) {
    for (const std::string& line : value.comment_)
      text_.append(indent, ' ').append("# ").append(comment_text(line)).append(1, '\n');
  }

  BlockStyle style_;
  bool json_ = false;
  std::string text_;
};

std::string in_block(const Value& value, const BlockStyle& style) {
  ValueWriter writer(style);
  writer.block(value, style.indent);
  return writer.take();
}

std::string in_flow(const Value& value, bool json) {
  ValueWriter writer(json);
  writer.flow(value);
  return writer.take();
}

std::string entry_in_block(const std::string& key, const Value& value, const BlockStyle& style) {
  ValueWriter writer(style);
  writer.entry(key, value, style.indent, false);
  return writer.take();
}

std::string item_in_block(const Value& item, const BlockStyle& style) {
  ValueWriter writer(style);
  writer.item(item, style.indent, false);
  return writer.take();
}

std::string scalar_in_style(std::string_view text, ScalarStyle style, bool flow, bool json) {
  const bool printable = std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
  if (json || style == ScalarStyle::double_quoted || !printable) return in_double_quotes(text);
  if (style != ScalarStyle::single_quoted) return plain_or_quoted(text, flow);
  std::string quoted = "'";
  for (const char c : text) quoted.append(c == '\'' ? 2 : 1, c);
  return quoted + "'";
}

}  // namespace cnplint::policy

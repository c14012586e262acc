// SPDX-License-Identifier: Apache-2.0
#include "policy/yaml/writer.h"

#include <yaml.h>

#include <algorithm>

#include "base/check.h"
#include "policy/yaml/scalar.h"

namespace cnplint::policy {
namespace {

/// libyaml takes its texts as unsigned characters and does not change them.
yaml_char_t* bytes(std::string_view text) {
  return reinterpret_cast<yaml_char_t*>(const_cast<char*>(text.data()));
}

int append(void* to, unsigned char* text, std::size_t size) {
  static_cast<std::string*>(to)->append(reinterpret_cast<const char*>(text), size);
  return 1;
}

}  // namespace

struct YamlWriter::State {
  yaml_emitter_t emitter{};
  std::string text;
  Layout layout;

  explicit State(Layout given) : layout(given) {
    CNPLINT_CHECK(yaml_emitter_initialize(&emitter) == 1);
    yaml_emitter_set_output(&emitter, append, &text);
    yaml_emitter_set_unicode(&emitter, 1);
    yaml_emitter_set_width(&emitter, -1);  // lines are never broken
    yaml_event_t event;
    yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING);
    emit(event);
    yaml_document_start_event_initialize(&event, nullptr, nullptr, nullptr, 1);
    emit(event);
  }
  ~State() { yaml_emitter_delete(&emitter); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  void emit(yaml_event_t& event) { CNPLINT_CHECK(yaml_emitter_emit(&emitter, &event) == 1); }
  [[nodiscard]] bool is_flow(Layout part) const {
    return layout != Layout::block || part != Layout::block;
  }
  void scalar(std::string_view value, bool quote) {
    yaml_event_t event;
    yaml_scalar_event_initialize(&event, nullptr, nullptr, bytes(value),
                                 static_cast<int>(value.size()), quote ? 0 : 1, 1,
                                 quote ? YAML_DOUBLE_QUOTED_SCALAR_STYLE : YAML_ANY_SCALAR_STYLE);
    emit(event);
  }
};

YamlWriter::YamlWriter(Layout layout) : state_(std::make_unique<State>(layout)) {}
YamlWriter::~YamlWriter() = default;

YamlWriter& YamlWriter::begin_map(Layout layout) {
  yaml_event_t event;
  yaml_mapping_start_event_initialize(
      &event, nullptr, nullptr, 1,
      state_->is_flow(layout) ? YAML_FLOW_MAPPING_STYLE : YAML_BLOCK_MAPPING_STYLE);
  state_->emit(event);
  return *this;
}

YamlWriter& YamlWriter::end_map() {
  yaml_event_t event;
  yaml_mapping_end_event_initialize(&event);
  state_->emit(event);
  return *this;
}

YamlWriter& YamlWriter::begin_list(Layout layout) {
  yaml_event_t event;
  yaml_sequence_start_event_initialize(
      &event, nullptr, nullptr, 1,
      state_->is_flow(layout) ? YAML_FLOW_SEQUENCE_STYLE : YAML_BLOCK_SEQUENCE_STYLE);
  state_->emit(event);
  return *this;
}

YamlWriter& YamlWriter::end_list() {
  yaml_event_t event;
  yaml_sequence_end_event_initialize(&event);
  state_->emit(event);
  return *this;
}

YamlWriter& YamlWriter::text(std::string_view text) {
  state_->scalar(text, state_->layout == Layout::json || resolve_plain(text) != ScalarType::string);
  return *this;
}

YamlWriter& YamlWriter::quoted(std::string_view text) {
  state_->scalar(text, true);
  return *this;
}

YamlWriter& YamlWriter::number(std::uint64_t number) {
  state_->scalar(std::to_string(number), false);
  return *this;
}

YamlWriter& YamlWriter::boolean(bool truth) {
  state_->scalar(truth ? "true" : "false", false);
  return *this;
}

std::string YamlWriter::finish() {
  yaml_event_t event;
  yaml_document_end_event_initialize(&event, 1);
  state_->emit(event);
  yaml_stream_end_event_initialize(&event);
  state_->emit(event);
  CNPLINT_CHECK(yaml_emitter_flush(&state_->emitter) == 1);
  std::string text = std::move(state_->text);
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

}  // namespace cnplint::policy

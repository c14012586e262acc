// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace cnplint::policy {

/// How a mapping or list is laid out: on lines of its own, in one line, or as JSON (all quoted).
enum class Layout : std::uint8_t { block, flow, json };

/// Writes one YAML document with libyaml's emitter, which is what kubectl's is a port of. Strings
/// are quoted wherever YAML 1.1, which Kubernetes reads, would take them for something else. Calls
/// must nest: in a mapping each value is behind its key.
class YamlWriter {
 public:
  /// Everything is laid out so unless a part asks for one line.
  explicit YamlWriter(Layout layout = Layout::block);
  ~YamlWriter();
  YamlWriter(const YamlWriter&) = delete;
  YamlWriter& operator=(const YamlWriter&) = delete;

  YamlWriter& begin_map(Layout layout = Layout::block);
  YamlWriter& end_map();
  YamlWriter& begin_list(Layout layout = Layout::block);
  YamlWriter& end_list();
  /// A string: a key, a value or an item.
  YamlWriter& text(std::string_view text);
  /// A string that is quoted even where it need not be, as ports are.
  YamlWriter& quoted(std::string_view text);
  YamlWriter& number(std::uint64_t number);
  YamlWriter& boolean(bool truth);
  YamlWriter& entry(std::string_view key, std::string_view value) { return text(key).text(value); }

  /// The document without a final line break; ends the writing.
  std::string finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cnplint::policy

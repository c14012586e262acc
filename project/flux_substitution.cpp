// SPDX-License-Identifier: Apache-2.0
#include "project/flux_substitution.h"

#include <algorithm>

#include "base/text.h"

namespace cnplint::project {
namespace {

using policy::ComposedValue;

constexpr std::string_view kOpen = "${";
/// Of a value: whoever fills in a variable with itself again and again ends here.
constexpr std::size_t kMostBytes = 64 * 1024;

bool may_be_in_name(char c) { return base::is_alnum(c) || c == '_'; }

/// What stands for the inside of `${...}`; none where it is not known.
std::optional<std::string> value_of(std::string_view inside, const FluxVariables& variables) {
  const auto end = std::ranges::find_if_not(inside, may_be_in_name);
  const std::string_view name(inside.begin(), end);
  std::string_view rest(end, inside.end());
  if (name.empty() || rest.find(kOpen) != std::string_view::npos) return std::nullopt;
  const bool or_empty = rest.starts_with(':');
  if (or_empty) rest.remove_prefix(1);
  const bool has_default = rest.starts_with('-') || rest.starts_with('=');
  if (!rest.empty() && !has_default) return std::nullopt;
  if (or_empty && !has_default) return std::nullopt;
  const auto known = variables.values.find(name);
  if (known != variables.values.end() && !(or_empty && known->second.empty())) return known->second;
  if (!variables.complete) return std::nullopt;
  return has_default ? std::string(rest.substr(1)) : std::string();
}

/// Whether a text that is written into YAML without quotes is one value.
bool is_one_value(std::string_view text) {
  return text.find('\n') == std::string_view::npos && text.find(": ") == std::string_view::npos &&
         text.find(" #") == std::string_view::npos && !text.ends_with(':') &&
         (text.empty() ||
          std::string_view("[]{}&*!|>%@`\"'#,").find(text.front()) == std::string_view::npos);
}

/// The inside of a text in quotes: Flux's users give a variable for the quotes, so that a number
/// stays a string. None where it has no quotes, or more of them.
std::optional<std::string> quoted_text(std::string_view text) {
  if (text.size() < 2 || (text.front() != '"' && text.front() != '\'') ||
      text.back() != text.front())
    return std::nullopt;
  const std::string_view inside = text.substr(1, text.size() - 2);
  if (inside.find_first_of("\"'\\\n") != std::string_view::npos) return std::nullopt;
  return std::string(inside);
}

/// What a text becomes; none where it stays as it is.
std::optional<ComposedValue> filled_in(const ComposedValue& scalar,
                                       const FluxVariables& variables) {
  const std::string_view text = scalar.text();
  if (text.find(kOpen) == std::string_view::npos) return std::nullopt;
  auto value = substituted(text, variables);
  if (!value) return std::nullopt;
  if (!is_one_value(text) || text.find('\n') != std::string_view::npos)
    return ComposedValue::string(std::move(*value), scalar.place());
  if (auto quoted = quoted_text(*value))
    return ComposedValue::string(std::move(*quoted), scalar.place());
  if (!is_one_value(*value)) return std::nullopt;
  return ComposedValue::plain(std::move(*value), scalar.place());
}

}  // namespace

std::optional<std::string> substituted(std::string_view text, const FluxVariables& variables) {
  std::string result;
  while (true) {
    const std::size_t at = text.find(kOpen);
    if (at == std::string_view::npos) break;
    if (at > 0 && text[at - 1] == '$') {
      result += text.substr(0, at - 1);
      result += kOpen;
      text.remove_prefix(at + kOpen.size());
      continue;
    }
    const std::size_t end = text.find('}', at);
    if (end == std::string_view::npos) break;
    const auto value = value_of(text.substr(at + kOpen.size(), end - at - kOpen.size()), variables);
    if (!value || result.size() + value->size() > kMostBytes) return std::nullopt;
    result.append(text.substr(0, at)).append(*value);
    text.remove_prefix(end + 1);
  }
  return result + std::string(text);
}

bool substitute(ComposedValue& value, const FluxVariables& variables) {
  bool changed = false;
  const auto replace = [&](ComposedValue& scalar) {
    if (auto filled = filled_in(scalar, variables)) {
      scalar = std::move(*filled);
      changed = true;
    }
  };
  if (value.is_scalar()) {
    replace(value);
    return changed;
  }
  for (ComposedValue::Entry& entry : value.entries()) {
    replace(entry.key);
    changed |= substitute(entry.value, variables);
  }
  for (ComposedValue& item : value.items()) changed |= substitute(item, variables);
  return changed;
}

}  // namespace cnplint::project

// SPDX-License-Identifier: Apache-2.0
#include "project/json_patch.h"

#include <charconv>
#include <optional>
#include <string>
#include <vector>

#include "base/text.h"
#include "policy/yaml/reader.h"
#include "policy/yaml/scalar.h"

namespace cnplint::project {
namespace {

using policy::ComposedValue;
using policy::NodeRef;

/// A path of JSON pointer (RFC 6901), without what stands before its first slash.
std::vector<std::string> steps_of(std::string_view pointer) {
  std::vector<std::string> steps;
  std::size_t slash = pointer.find('/');
  while (slash != std::string_view::npos) {
    const std::size_t next = pointer.find('/', slash + 1);
    std::string step(pointer.substr(
        slash + 1, next == std::string_view::npos ? std::string_view::npos : next - slash - 1));
    for (std::size_t at = step.find('~'); at != std::string::npos; at = step.find('~', at + 1))
      if (step.compare(at, 2, "~1") == 0 || step.compare(at, 2, "~0") == 0)
        step.replace(at, 2, step[at + 1] == '1' ? "/" : "~");
    steps.push_back(std::move(step));
    slash = next;
  }
  return steps;
}

/// The position that a step names in a list of so many items; none where it is no number or too
/// large.
std::optional<std::size_t> index_of(std::string_view step, std::size_t size) {
  if (step.starts_with('+')) step.remove_prefix(1);
  std::int64_t number = 0;
  const char* end = step.data() + step.size();
  const auto read = std::from_chars(step.data(), end, number);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  if (number < 0) number += static_cast<std::int64_t>(size);
  if (number < 0 || number >= static_cast<std::int64_t>(size)) return std::nullopt;
  return static_cast<std::size_t>(number);
}

bool equal_scalars(ComposedValue& value, NodeRef written) {
  if (!written.is_scalar()) return false;
  if (value.type() != written.type()) return false;
  if (value.is_null() || value.text() == written.text()) return true;
  return !value.is_string() && policy::canonical_key(value.text(), value.type()) ==
                                   policy::canonical_key(written.text(), written.type());
}

bool equal_values(ComposedValue& value, NodeRef written) {
  if (value.is_scalar()) return equal_scalars(value, written);
  if (value.is_mapping()) {
    const std::vector<policy::Entry> entries = written.entries();
    if (!written.is_mapping() || entries.size() != value.entries().size()) return false;
    for (const policy::Entry& entry : entries) {
      ComposedValue* found = value.find(entry.key.key_text());
      if (found == nullptr || !equal_values(*found, entry.value)) return false;
    }
    return true;
  }
  const std::vector<NodeRef> items = written.items();
  if (!written.is_sequence() || items.size() != value.items().size()) return false;
  for (std::size_t i = 0; i < items.size(); ++i)
    if (!equal_values(value.items()[i], items[i])) return false;
  return true;
}

class JsonPatch {
 public:
  JsonPatch(KustomizeObject& object, KustomizeRun& run) : object_(object), run_(run) {}

  /// Whether the operation was applied.
  bool apply(NodeRef operation) {
    operation_ = operation;
    const std::string_view name = operation.get("op").text();
    if (!operation.get("path").is_scalar()) return fail(operation, "an operation needs a `path`");
    if (!run_.spend(1, operation.range())) return false;
    if (name == "test") return test();
    object_.changed = true;
    if (name == "add") return add_given(false);
    if (name == "replace") return add_given(true);
    if (name == "remove") return static_cast<bool>(take(operation.get("path")));
    if (name == "move") {
      ComposedValue value = take(operation.get("from"));
      return value && put(operation.get("path"), std::move(value), false, operation.get("path"));
    }
    if (name == "copy") return copy();
    return fail(operation, "there is no operation " + base::quoted(name) +
                               "; it is one of add, remove, replace, move, copy, test");
  }

 private:
  static constexpr std::size_t kMostLevels = 4 * policy::ReaderCaps::kDepth;

  bool fail(NodeRef where, std::string message) {
    run_.problem(where, std::move(message));
    return false;
  }

  bool missing(NodeRef pointer) {
    return fail(
        pointer ? pointer : operation_,
        "the object has nothing at " + base::quoted(pointer.text()) + " in " + object_.id.text());
  }

  /// What holds the last step of a path; nullptr where it is not there.
  ComposedValue* container(const std::vector<std::string>& steps) {
    if (steps.empty()) return nullptr;
    ComposedValue* at = &object_.value;
    for (std::size_t i = 0; i + 1 < steps.size() && at != nullptr; ++i) at = child(*at, steps[i]);
    return at != nullptr && (at->is_mapping() || at->is_sequence()) ? at : nullptr;
  }

  ComposedValue* child(ComposedValue& value, const std::string& step) {
    if (!run_.spend(value.entries().size() / 8 + 1, operation_.range())) return nullptr;
    if (value.is_mapping()) return value.find(step);
    const auto index = index_of(step, value.items().size());
    return index ? &value.items()[*index] : nullptr;
  }

  ComposedValue* find(NodeRef pointer) {
    const std::vector<std::string> steps = steps_of(pointer.text());
    ComposedValue* holder = container(steps);
    return holder == nullptr ? nullptr : child(*holder, steps.back());
  }

  ComposedValue take(NodeRef pointer) {
    const std::vector<std::string> steps = steps_of(pointer.text());
    ComposedValue* holder = container(steps);
    ComposedValue* found = holder == nullptr ? nullptr : child(*holder, steps.back());
    if (found == nullptr) {
      missing(pointer);
      return {};
    }
    ComposedValue value = std::move(*found);
    if (holder->is_mapping())
      holder->erase(steps.back());
    else
      holder->items().erase(holder->items().begin() + (found - holder->items().data()));
    return value;
  }

  bool add_given(bool replace) {
    const NodeRef value = operation_.get("value");
    const NodeRef path = operation_.get("path");
    if (!value) return fail(operation_, "the operation has no `value`: it would write null");
    return put(path, ComposedValue::written(value), replace, path);
  }

  bool copy() {
    const NodeRef pointer = operation_.get("from");
    ComposedValue* from = find(pointer);
    ComposedValue* holder = from == nullptr ? container(steps_of(pointer.text())) : nullptr;
    if (holder != nullptr && holder->is_mapping()) {
      run_.problem({pointer.visible_range(),
                    "the operation copies what is not there, and does "
                    "nothing",
                    std::nullopt, true});
      return true;
    }
    if (from == nullptr) return missing(pointer);
    if (!run_.spend(from->extent().values, operation_.range())) return false;
    return put(operation_.get("path"), *from, false, operation_.get("path"));
  }

  bool put(NodeRef pointer, ComposedValue value, bool replace, NodeRef key) {
    const std::vector<std::string> steps = steps_of(pointer.text());
    ComposedValue* holder = container(steps);
    if (holder == nullptr) return missing(pointer);
    const ComposedValue::Extent extent = value.extent();
    if (!run_.spend(extent.values, operation_.range())) return false;
    if (steps.size() + extent.levels > kMostLevels)
      return fail(operation_, "nested deeper than " + std::to_string(kMostLevels) + " levels");
    if (holder->is_mapping()) {
      holder->set(ComposedValue::string(steps.back(), key), std::move(value));
      return true;
    }
    std::vector<ComposedValue>& items = holder->items();
    if (!run_.spend(items.size() / 8 + 1, operation_.range())) return false;
    if (replace) {
      const auto index = index_of(steps.back(), items.size());
      if (!index) return missing(pointer);
      items[*index] = std::move(value);
      return true;
    }
    const auto index =
        steps.back() == "-" ? items.size() : index_of(steps.back(), items.size() + 1);
    if (!index) return missing(pointer);
    items.insert(items.begin() + static_cast<std::ptrdiff_t>(*index), std::move(value));
    return true;
  }

  bool test() {
    const NodeRef wanted = operation_.get("value");
    ComposedValue* found = find(operation_.get("path"));
    const bool nothing = !wanted || wanted.is_null();
    if (found == nullptr ? nothing : (nothing ? found->is_null() : equal_values(*found, wanted)))
      return true;
    return fail(operation_.get("path"), "the test of " +
                                            base::quoted(operation_.get("path").text()) +
                                            " fails in " + object_.id.text());
  }

  KustomizeObject& object_;
  KustomizeRun& run_;
  NodeRef operation_;
};

}  // namespace

void apply_json_patch(KustomizeObject& object, NodeRef operations, KustomizeRun& run) {
  if (!run.spend(object.weight(), operations.range())) return;
  const KustomizeObject before = object;
  object.remember();
  JsonPatch patch(object, run);
  bool good = true;
  operations.each_item([&](NodeRef operation) {
    if (!good) return;
    good = operation.is_mapping() && patch.apply(operation);
    if (!operation.is_mapping())
      run.problem(operation, "an operation of a JSON patch is a mapping");
  });
  if (!good) object = before;
  object.identify();
}

}  // namespace cnplint::project

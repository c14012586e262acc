// SPDX-License-Identifier: Apache-2.0
#include "project/kustomize_target.h"

#include <re2/re2.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace cnplint::project {
namespace {

/// One condition of a selector of labels as text: `a=b`, `a!=b`, `a in (b, c)`, `a notin (b)`,
/// `a`, `!a`.
struct TextRequirement {
  std::string key;
  std::vector<std::string> values;
  bool exists_only = false;
  bool negated = false;

  [[nodiscard]] bool matches(const policy::ComposedValue* value) const {
    if (value == nullptr) return negated;
    if (exists_only) return !negated;
    return (std::ranges::find(values, value->text()) != values.end()) != negated;
  }
};

/// Reads `a=b,c in (d,e)` as labels.Parse of Kubernetes' apimachinery does.
class SelectorText {
 public:
  explicit SelectorText(std::string_view text) : text_(text) {}

  /// None where it is no selector.
  std::optional<std::vector<TextRequirement>> run() {
    std::vector<TextRequirement> result;
    skip_blanks();
    while (at_ < text_.size()) {
      TextRequirement requirement;
      if (!read(requirement)) return std::nullopt;
      result.push_back(std::move(requirement));
      skip_blanks();
      if (at_ < text_.size() && !take(",")) return std::nullopt;
      skip_blanks();
    }
    return result;
  }

 private:
  void skip_blanks() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }
  bool take(std::string_view token) {
    skip_blanks();
    if (!text_.substr(at_).starts_with(token)) return false;
    at_ += token.size();
    return true;
  }
  std::string word() {
    skip_blanks();
    const std::size_t end = std::min(text_.find_first_of(" \t\r\n,()=!<>", at_), text_.size());
    const std::size_t begin = at_;
    at_ = end;
    return std::string(text_.substr(begin, end - begin));
  }

  bool read(TextRequirement& out) {
    out.negated = take("!");
    out.key = word();
    if (out.key.empty()) return false;
    skip_blanks();
    if (at_ == text_.size() || text_[at_] == ',') {
      out.exists_only = true;
      return true;
    }
    if (out.negated) return false;
    if (take("!=")) {
      out.negated = true;
      out.values.push_back(word());
      return true;
    }
    if (take("==") || take("=")) {
      out.values.push_back(word());
      return true;
    }
    const std::string operation = word();
    out.negated = operation == "notin";
    return (operation == "in" || out.negated) && set(out.values);
  }

  bool set(std::vector<std::string>& out) {
    if (!take("(")) return false;
    do out.push_back(word());
    while (take(","));
    return take(")");
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

struct TargetMatcher::State {
  std::unique_ptr<re2::RE2> group, version, kind, name, ns;
  std::vector<TextRequirement> labels, annotations;
  bool good = true;
};

namespace {

std::unique_ptr<re2::RE2> whole(policy::NodeRef pattern, bool& good, KustomizeRun& run) {
  if (!pattern || pattern.text().empty()) return nullptr;
  re2::RE2::Options options;
  options.set_log_errors(false);
  auto compiled = std::make_unique<re2::RE2>("^(?:" + std::string(pattern.text()) + ")$", options);
  if (compiled->ok()) return compiled;
  good = false;
  run.problem(pattern, "not a regular expression: " + compiled->error());
  return nullptr;
}

bool fits(const std::unique_ptr<re2::RE2>& pattern, std::string_view text) {
  return pattern == nullptr || re2::RE2::PartialMatch({text.data(), text.size()}, *pattern);
}

std::vector<TextRequirement> requirements(policy::NodeRef text, bool& good, KustomizeRun& run) {
  if (!text) return {};
  auto read = SelectorText(text.text()).run();
  if (read) return std::move(*read);
  good = false;
  run.problem(text, "not a selector of labels, as in `app=web,tier in (a, b)`");
  return {};
}

bool all_match(const std::vector<TextRequirement>& requirements, KustomizeObject& object,
               std::string_view field) {
  if (requirements.empty()) return true;
  policy::ComposedValue* map = object.find({"metadata", field});
  return std::ranges::all_of(requirements, [&](const TextRequirement& each) {
    return each.matches(map == nullptr ? nullptr : map->find(each.key));
  });
}

}  // namespace

TargetMatcher::TargetMatcher(const PatchTarget& target, KustomizeRun& run)
    : state_(std::make_unique<State>()) {
  State& state = *state_;
  state.group = whole(target.group, state.good, run);
  state.version = whole(target.version, state.good, run);
  state.kind = whole(target.kind, state.good, run);
  state.name = whole(target.name, state.good, run);
  state.ns = whole(target.ns, state.good, run);
  state.labels = requirements(target.label_selector, state.good, run);
  state.annotations = requirements(target.annotation_selector, state.good, run);
}

TargetMatcher::~TargetMatcher() = default;

bool TargetMatcher::matches(KustomizeObject& object) const {
  const KustomizeId& id = object.id;
  const KustomizeId& original = object.original();
  return state_->good && fits(state_->group, id.group) && fits(state_->version, id.version) &&
         fits(state_->kind, id.kind) &&
         (fits(state_->name, original.name) || fits(state_->name, id.name)) &&
         (fits(state_->ns, original.effective_namespace()) ||
          fits(state_->ns, id.effective_namespace())) &&
         all_match(state_->labels, object, "labels") &&
         all_match(state_->annotations, object, "annotations");
}

}  // namespace cnplint::project

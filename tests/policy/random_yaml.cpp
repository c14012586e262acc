// SPDX-License-Identifier: Apache-2.0
#include "tests/policy/random_yaml.h"

#include <algorithm>
#include <random>

#include "tests/node_json.h"
#include "tests/seed.h"

namespace cnplint::tests {
namespace {

using nlohmann::json;
using policy::Change;
using policy::NodeRef;
using policy::Value;
using Random = std::mt19937_64;

std::size_t below(Random& random, std::size_t limit) { return random() % limit; }
bool one_in(Random& random, std::size_t chances) { return below(random, chances) == 0; }

json random_scalar(Random& random) {
  static const std::vector<std::string> kTexts{
      "a",    "x: y", "on",   "8080",     "'",          "\"",   "*",          "- a",  "#",
      "a #b", "",     "null", "k8s:app",  "[",          "ü",    "two\nlines", "a, b", "{",
      "1e3",  "~",    "y",    "/p(a|b)?", "10.0.0.0/8", "::/0", "a\\b",       " x "};
  if (one_in(random, 5)) return below(random, 100000);
  if (one_in(random, 8)) return one_in(random, 2);
  return kTexts[below(random, kTexts.size())];
}

json random_json(Random& random, std::size_t depth) {
  if (depth == 0 || one_in(random, 3)) return random_scalar(random);
  static const std::vector<std::string> kKeys{
      "a",    "ports", "to", "from", "k8s:x", "on", "8", "é", "x y", "app.kubernetes.io/name",
      "rule", "z"};
  json value = one_in(random, 2) ? json::object() : json::array();
  const std::size_t size = below(random, 4);
  for (std::size_t i = 0; i < size; ++i)
    if (value.is_array())
      value.push_back(random_json(random, depth - 1));
    else
      value[kKeys[below(random, kKeys.size())]] = random_json(random, depth - 1);
  return value;
}

json random_root(Random& random) {
  json root = json::object();
  constexpr std::size_t kDepth = 3;
  while (root.empty()) {
    root = random_json(random, kDepth);
    if (!root.is_object()) root = json::object();
  }
  return root;
}

Value value_of(const json& node, Random* style = nullptr) {
  Value value;
  if (node.is_object()) {
    value = Value::map();
    for (const auto& [key, each] : node.items()) value.set(key, value_of(each, style));
  } else if (node.is_array()) {
    value = Value::list();
    for (const json& each : node) value.add(value_of(each, style));
  } else if (node.is_boolean()) {
    value = Value::boolean(node.get<bool>());
  } else if (node.is_number()) {
    value = Value::number(node.get<std::uint64_t>());
  } else {
    const auto text = node.get<std::string>();
    value = style != nullptr && one_in(*style, 3) ? Value::quoted(text) : Value::text(text);
  }
  return style != nullptr && one_in(*style, 5) ? std::move(value).in_line() : value;
}

/// Writes a text the way that people do: every mapping and list in a style of its own, with
/// comments.
class Typist {
 public:
  Typist(Random& random, std::vector<std::string>& comments)
      : random_(random), comments_(comments), step_(2 + 2 * below(random, 2)) {}

  std::string run(const json& root) {
    if (one_in(random_, 4)) return flow(root, one_in(random_, 2), 0) + "\n";
    return entries(root, 0, false);
  }

 private:
  std::string comment() {
    comments_.push_back("# note " + std::to_string(comments_.size()) + ".");
    return comments_.back();
  }
  std::string line_end() { return (one_in(random_, 6) ? " " + comment() : std::string()) + "\n"; }
  std::string line_above(std::size_t indent) {
    return one_in(random_, 6) ? std::string(indent, ' ') + comment() + "\n" : std::string();
  }
  static std::string scalar(const json& node, bool json_style) {
    return policy::in_flow(value_of(node), json_style);
  }

  std::string flow(const json& node, bool json_style, std::size_t indent) {
    if (!node.is_structured()) return scalar(node, json_style);
    const bool lines = one_in(random_, 2);
    const std::string lead = lines ? "\n" + std::string(indent + 2, ' ') : std::string();
    std::string text = node.is_object() ? "{" : "[";
    bool first = true;
    for (const auto& [key, each] : node.items()) {
      text += first ? lead : "," + (lines ? lead : std::string(" "));
      first = false;
      if (node.is_object()) text += scalar(json(key), json_style) + ": ";
      text += flow(each, json_style, indent + 2);
    }
    if (lines && !node.empty()) text += "\n" + std::string(indent + 1, ' ');
    return text + (node.is_object() ? "}" : "]");
  }

  std::string entries(const json& node, std::size_t indent, bool begun) {
    std::string text;
    for (const auto& [key, each] : node.items()) {
      if (!begun) text += line_above(indent) + std::string(indent, ' ');
      begun = false;
      text += scalar(json(key), false) + ":" + below_key(each, indent);
    }
    return text;
  }

  std::string below_key(const json& node, std::size_t indent) {
    if (!node.is_structured() || node.empty() || one_in(random_, 4))
      return " " + flow(node, false, indent + 4) + line_end();
    const std::string end = line_end();
    if (node.is_object()) return end + entries(node, indent + step_, false);
    return end + items(node, indent + (one_in(random_, 2) ? 0 : step_));
  }

  std::string items(const json& node, std::size_t indent) {
    std::string text;
    const std::size_t gap = 1 + (one_in(random_, 5) ? 2 : 0);
    for (const json& each : node) {
      text += line_above(indent) + std::string(indent, ' ') + "-" + std::string(gap, ' ');
      if (each.is_object() && !each.empty() && !one_in(random_, 4))
        text += entries(each, indent + 1 + gap, true);
      else
        text += flow(each, false, indent + 4) + line_end();
    }
    return text;
  }

  Random& random_;
  std::vector<std::string>& comments_;
  std::size_t step_;
};

void collect(const json& node, std::vector<std::string> path,
             std::vector<std::vector<std::string>>& paths) {
  paths.push_back(path);
  if (!node.is_structured()) return;
  for (const auto& [key, each] : node.items()) {
    path.push_back(key);
    collect(each, path, paths);
    path.pop_back();
  }
}

json& at(json& root, const std::vector<std::string>& path) {
  json* node = &root;
  for (const std::string& step : path)
    node = node->is_array() ? &(*node)[std::stoul(step)] : &(*node)[step];
  return *node;
}

NodeRef node_at(NodeRef root, const std::vector<std::string>& path) {
  NodeRef node = root;
  for (const std::string& step : path) {
    if (node.is_sequence())
      node = node.items()[std::stoul(step)];
    else
      for (const policy::Entry& entry : node.entries())
        if (entry.key.key_text() == step) {
          node = entry.value;
          break;
        }
  }
  return node;
}

void with_crlf(std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == '\n') result += '\r';
    result += c;
  }
  text = std::move(result);
}

}  // namespace

json plain_json(NodeRef node) {
  return node_json(node, [](NodeRef number) {
    return json(static_cast<std::uint64_t>(
        policy::integer_value(number.text(), number.type()).value_or(0)));
  });
}

RandomValue::RandomValue(std::uint64_t number) {
  Random random(seed() + number);
  json_ = random_root(random);
  value_ = value_of(json_, &random);
}

RandomChange::RandomChange(std::uint64_t number) {
  Random random(seed() + number);
  before_ = random_root(random);
  text_ = Typist(random, comments_).run(before_);
  if (one_in(random, 3) && text_.ends_with('\n')) text_.pop_back();
  if (one_in(random, 5)) with_crlf(text_);
  after_ = before_;
  std::vector<Path> paths;
  collect(before_, {}, paths);
  paths.erase(paths.begin());
  constexpr int kTries = 20;
  for (int i = 0; i < kTries && after_ == before_; ++i) choose_at(paths, random());
}

void RandomChange::choose_at(const std::vector<Path>& paths, std::uint64_t number) {
  Random random(number);
  after_ = before_;
  path_ = paths[below(random, paths.size())];
  kind_ = static_cast<Change::Kind>(below(random, 9));
  key_ = one_in(random, 2) ? "new" : "on";
  value_ = random_json(random, 2);
  json& node = at(after_, path_);
  const Path parent_path(path_.begin(), path_.end() - 1);
  json& parent = at(after_, parent_path);
  switch (kind_) {
    case Change::Kind::set:
      node = value_;
      break;
    case Change::Kind::rename:
      if (!parent.is_object() || parent.contains(key_)) return;
      parent[key_] = node;
      parent.erase(path_.back());
      break;
    case Change::Kind::remove:
      if (parent.is_array())
        parent.erase(std::stoul(path_.back()));
      else
        parent.erase(path_.back());
      break;
    case Change::Kind::add:
      if (node.is_array())
        node.push_back(value_);
      else if (node.is_object() && !node.contains(key_))
        node[key_] = value_;
      break;
    case Change::Kind::extend:
      if (!node.is_object()) return;
      if (!node.contains(key_)) node[key_] = json::array();
      if (!node[key_].is_array()) return;
      node[key_].push_back(value_);
      node[key_].push_back("second");
      break;
    default:
      arrange(paths, random(), node, parent);
  }
}

void RandomChange::arrange(const std::vector<Path>& paths, std::uint64_t number, json& node,
                           json& parent) {
  Random random(number);
  const Path parent_path(path_.begin(), path_.end() - 1);
  switch (kind_) {
    case Change::Kind::put:
      if (!parent.is_array()) return;
      parent.insert(parent.begin() + std::stol(path_.back()), value_);
      break;
    case Change::Kind::move: {
      target_ = paths[below(random, paths.size())];
      const bool inside =
          std::mismatch(path_.begin(), path_.end(), target_.begin(), target_.end()).first ==
          path_.end();
      json& to = at(after_, target_);
      if (inside || target_ == parent_path || !parent.is_object() || !to.is_object() ||
          to.contains(path_.back()))
        return;
      to[path_.back()] = node;
      at(after_, parent_path).erase(path_.back());
      break;
    }
    case Change::Kind::lift: {
      const std::size_t own = parent.is_array() ? std::stoul(path_.back()) : 0;
      if (own == 0) return;
      target_ = parent_path;
      const std::size_t before = below(random, own);
      target_.push_back(std::to_string(before));
      std::rotate(parent.begin() + static_cast<std::ptrdiff_t>(before),
                  parent.begin() + static_cast<std::ptrdiff_t>(own),
                  parent.begin() + static_cast<std::ptrdiff_t>(own) + 1);
      break;
    }
    case Change::Kind::join: {
      const std::size_t own = parent.is_array() ? std::stoul(path_.back()) : 0;
      if (own == 0 || !node.is_object() || !parent[own - 1].is_object()) return;
      for (const auto& [key, each] : node.items())
        if (parent[own - 1].contains(key)) return;
      parent[own - 1].update(node);
      parent.erase(own);
      break;
    }
    default:
      break;
  }
}

policy::Changes RandomChange::changes(NodeRef root) const {
  if (after_ == before_) return {policy::set(NodeRef(), Value())};
  const NodeRef node = node_at(root, path_);
  switch (kind_) {
    case Change::Kind::set:
      return {policy::set(node, value_of(value_))};
    case Change::Kind::rename:
      return {policy::rename(node, key_)};
    case Change::Kind::remove:
      return {policy::remove(node)};
    case Change::Kind::add:
      return {node.is_sequence() ? policy::add_item(node, value_of(value_))
                                 : policy::add_entry(node, key_, value_of(value_))};
    case Change::Kind::extend:
      return {policy::add_to_list(node, key_, {value_of(value_), Value::text("second")})};
    case Change::Kind::put:
      return {policy::put_before(node, value_of(value_))};
    case Change::Kind::move:
      return {policy::move_entry(node, node_at(root, target_))};
    case Change::Kind::lift:
      return {policy::lift_before(node, node_at(root, target_))};
    case Change::Kind::join:
      return {policy::join_with_previous(node)};
  }
  return {};
}

std::string RandomChange::what() const {
  std::string text = std::to_string(static_cast<int>(kind_)) + " of ";
  for (const std::string& step : path_) text += "/" + step;
  text += " to ";
  for (const std::string& step : target_) text += "/" + step;
  return text + " " + key_ + " " + value_.dump();
}

std::vector<std::string> RandomChange::kept_comments() const {
  // Who takes something out takes its comment with it, and who sets something what was in it.
  return kind_ == Change::Kind::remove || kind_ == Change::Kind::set ? std::vector<std::string>()
                                                                     : comments_;
}

}  // namespace cnplint::tests

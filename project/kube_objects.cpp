// SPDX-License-Identifier: Apache-2.0
#include "project/kube_objects.h"

#include <algorithm>
#include <array>

#include "base/source.h"
#include "base/text.h"
#include "policy/model/policy_kind.h"
#include "policy/text/value.h"
#include "policy/yaml/json_reader.h"
#include "policy/yaml/reader.h"

namespace cnplint::project {
namespace {

using namespace std::string_view_literals;
using policy::NodeRef;
using policy::Value;

/// What the API server writes into metadata.
constexpr std::array kOfServer{"creationTimestamp"sv, "generation"sv, "managedFields"sv,
                               "resourceVersion"sv,   "selfLink"sv,   "uid"sv};
constexpr std::string_view kLastApplied = "kubectl.kubernetes.io/last-applied-configuration";

/// Kinds whose objects others make: only the makers are workloads.
constexpr std::array kMade{"Pod"sv, "ReplicaSet"sv, "Job"sv, "ReplicationController"sv};

/// What JSON says, to be written as YAML: texts are in quotes only where they must be.
Value value_of(NodeRef node) {
  if (node.is_mapping()) {
    std::vector<Value::Entry> entries;
    node.each_entry([&](NodeRef key, NodeRef value) {
      entries.emplace_back(std::string(key.text()), value_of(value));
    });
    return Value::map(std::move(entries));
  }
  if (node.is_sequence()) {
    std::vector<Value> items;
    node.each_item([&](NodeRef item) { items.push_back(value_of(item)); });
    return Value::list(std::move(items));
  }
  return node.is_string() ? Value::text(std::string(node.text())) : Value::of(node);
}

/// The entries of a mapping but for some.
template <class Left>
std::vector<Value::Entry> entries_without(NodeRef mapping, const Left& is_left_out) {
  std::vector<Value::Entry> entries;
  mapping.each_entry([&](NodeRef key, NodeRef value) {
    if (!is_left_out(key.text())) entries.emplace_back(std::string(key.text()), value_of(value));
  });
  return entries;
}

Value metadata_of(NodeRef metadata) {
  std::vector<Value::Entry> entries = entries_without(metadata, [](std::string_view key) {
    return key == "annotations" || std::ranges::find(kOfServer, key) != kOfServer.end();
  });
  auto annotations = entries_without(metadata.get("annotations"),
                                     [](std::string_view key) { return key == kLastApplied; });
  if (!annotations.empty()) entries.emplace_back("annotations", Value::map(std::move(annotations)));
  return Value::map(std::move(entries));
}

/// Of a status what nobody writes and policies are about: addresses.
std::vector<Value::Entry> status_of(std::string_view kind, NodeRef status) {
  return entries_without(status, [&](std::string_view key) {
    const bool of_pod = kind == "Pod" && (key == "podIP" || key == "podIPs");
    return !of_pod && !(kind == "Service" && key == "loadBalancer");
  });
}

std::string written(NodeRef root) {
  const std::string_view kind = root.get("kind").text();
  std::vector<Value::Entry> entries;
  root.each_entry([&](NodeRef key, NodeRef value) {
    if (key.text() == "metadata") {
      entries.emplace_back("metadata", metadata_of(value));
    } else if (key.text() == "status") {
      if (auto kept = status_of(kind, value); !kept.empty())
        entries.emplace_back("status", Value::map(std::move(kept)));
    } else {
      entries.emplace_back(std::string(key.text()), value_of(value));
    }
  });
  return policy::in_block(Value::map(std::move(entries)));
}

/// What makes an object, of a kind that others make.
std::string maker_of(NodeRef root) {
  if (std::ranges::find(kMade, root.get("kind").text()) == kMade.end()) return {};
  std::string uid;
  root.get("metadata").get("ownerReferences").each_item([&](NodeRef owner) {
    if (owner.get("controller").text() == "true") uid = owner.get("uid").text();
  });
  return uid;
}

/// Whether it is a Pod that has ended: it is no end of connections any more.
bool has_ended(NodeRef root) {
  const std::string_view phase = root.get("status").get("phase").text();
  return root.get("kind").text() == "Pod" && (phase == "Succeeded" || phase == "Failed");
}

}  // namespace

// --- Items ---

void JsonItems::feed(std::string_view piece) {
  for (const char c : piece) {
    if (in_item_) item_ += c;
    step(c);
    wrong_ = wrong_ || item_.size() > policy::ReaderCaps::kFileBytes;
    if (wrong_) return;
  }
}

void JsonItems::step(char c) {
  if (in_string_) {
    in_string_ = escaped_ || c != '"';
    escaped_ = !escaped_ && c == '\\';
    return;
  }
  const bool blank = c == ' ' || c == '\n' || c == '\r' || c == '\t';
  if (blank) return;
  if (ended_ || (depth_ == 0 && c != '{')) wrong_ = true;
  if (c == '"')
    in_string_ = true;
  else if (c == '{' || c == '[')
    open(c);
  else if (c == '}' || c == ']')
    close();
}

void JsonItems::open(char bracket) {
  ++depth_;
  if (depth_ == 2) in_list_ = bracket == '[';
  if (depth_ != 3 || !in_list_ || bracket != '{') return;
  in_item_ = true;
  item_ = bracket;
}

void JsonItems::close() {
  --depth_;
  ended_ = depth_ == 0;
  if (depth_ != 2 || !in_item_) return;
  in_item_ = false;
  take_(std::move(item_));
  item_.clear();
}

// --- Objects ---

bool KubeObjects::add(std::string json) {
  base::SourceFile file(input_, std::move(json));
  const auto value = policy::read_json(file, 0);
  if (!value || !value->document.root().is_mapping()) return false;
  const NodeRef root = value->document.root();
  const NodeRef metadata = root.get("metadata");
  const std::string kind(root.get("kind").text());
  if (kind.empty() || metadata.get("name").text().empty()) return false;
  const std::string uid(metadata.get("uid").text());
  if (!uid.empty() && kind != "Pod") makers_.insert(uid);  // there may be many, and they make none
  std::string maker = maker_of(root);
  if (makers_.contains(maker) || has_ended(root)) return true;
  std::string path = input_;
  for (const std::string& part :
       {std::string(metadata.get("namespace").text()), policy::resource_name(kind),
        std::string(metadata.get("name").text())})
    if (!part.empty()) path += "/" + part;
  while (!names_.insert(path).second) path += '\'';
  objects_.push_back(
      {{std::move(path), written(root), input_.substr(input_.find(':') + 1)}, std::move(maker)});
  // A cluster has a name, that of its context.
  std::string& cluster = objects_.back().text.cluster;
  if (cluster.empty()) cluster = "kube";
  return true;
}

std::vector<InMemory> KubeObjects::take() {
  std::vector<InMemory> texts;
  for (Object& each : objects_)
    if (!makers_.contains(each.owner)) texts.push_back(std::move(each.text));
  objects_.clear();
  return texts;
}

}  // namespace cnplint::project

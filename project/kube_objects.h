// SPDX-License-Identifier: Apache-2.0
//
// The objects of a running cluster, from what kubectl prints of them to texts as people would have
// written them: what the API server has added is left out, and so are objects that others make.
#pragma once

#include <cstddef>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "project/in_memory.h"

namespace cnplint::project {

/// Cuts the items out of a list of JSON, as it comes, `{"items": [{...}, {...}], ...}`. It looks at
/// brackets and quotes only: whether an item is JSON is for its reader to say.
class JsonItems {
 public:
  /// Gets each item once it is whole.
  explicit JsonItems(std::function<void(std::string item)> take) : take_(std::move(take)) {}
  void feed(std::string_view piece);
  /// Whether it was one whole object, with nothing but blanks behind it.
  [[nodiscard]] bool is_whole() const { return ended_ && !wrong_; }

 private:
  void step(char c);
  void open(char bracket);
  void close();

  std::function<void(std::string item)> take_;
  std::string item_;
  std::size_t depth_ = 0;
  bool in_string_ = false;
  bool escaped_ = false;
  bool in_list_ = false;  ///< of the outermost object
  bool in_item_ = false;
  bool ended_ = false;
  bool wrong_ = false;
};

/// Gathers the objects of one cluster.
class KubeObjects {
 public:
  /// @param input `kube:CONTEXT`, which their names begin with
  explicit KubeObjects(std::string input) : input_(std::move(input)) {}

  /// Adds an object by its JSON; false where that is no object.
  [[nodiscard]] bool add(std::string json);
  /// The objects that no listed one makes, each as a text `kube:prod/shop/services/cart` in YAML.
  [[nodiscard]] std::vector<InMemory> take();

 private:
  struct Object {
    InMemory text;
    std::string owner;  ///< the uid of what makes it, where something does
  };

  std::string input_;
  std::vector<Object> objects_;
  std::set<std::string, std::less<>> makers_;  ///< uids of all objects but Pods
  std::set<std::string, std::less<>> names_;
};

}  // namespace cnplint::project

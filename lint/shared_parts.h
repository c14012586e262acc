// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <typeindex>
#include <typeinfo>
#include <unordered_map>
#include <utility>

namespace cnplint::lint {

/// What several rules make of a cluster, each made once: by the rule that asks first. A part must
/// not keep the context of that rule, which is gone before the others ask.
class SharedParts {
 public:
  /// The part of a type; made of the arguments where nobody has asked yet.
  template <class Part, class... Arguments>
  Part& get(Arguments&&... arguments) {
    std::shared_ptr<void>& part = parts_[typeid(Part)];
    if (!part) part = std::make_shared<Part>(std::forward<Arguments>(arguments)...);
    return *static_cast<Part*>(part.get());
  }

 private:
  std::unordered_map<std::type_index, std::shared_ptr<void>> parts_;
};

}  // namespace cnplint::lint

// SPDX-License-Identifier: Apache-2.0
#include "synth/term.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <set>

#include "policy/model/dns_name.h"
#include "policy/verdict/request.h"

namespace cnplint::synth {
namespace {

/// A class of segments as captures name it, and its expression.
struct SegmentClass {
  std::string_view name;
  std::string_view expression;
};
constexpr std::array<SegmentClass, 3> kClasses{
    {{"{number}", "[0-9]+"}, {"{uuid}", "[0-9a-fA-F-]{36}"}, {"{hex}", "[0-9a-fA-F]{8,}"}}};

/// `classes`: segments may be names of classes.
std::string expression_of(std::string_view path, bool classes) {
  std::string result;
  while (!path.empty()) {
    const std::size_t begin = path.front() == '/' ? 1 : 0;
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view segment = path.substr(begin, end - begin);
    result.append(path.substr(0, begin));
    const auto known = std::ranges::find(kClasses, segment, &SegmentClass::name);
    result += !classes || known == kClasses.end() ? policy::literal_expression(segment)
                                                  : std::string(known->expression);
    path.remove_prefix(end);
  }
  return result;
}

}  // namespace

std::string path_expression(const flows::RequestClass& request, std::string_view example) {
  constexpr std::string_view kQuery = "(\\?.*)?$";
  std::string expression = "^" + expression_of(request.path, true) + std::string(kQuery);
  // A path may look like a class and be none.
  if (!example.empty() && !RE2::FullMatch(std::string(example), expression))
    expression = "^" + expression_of(example, false) + std::string(kQuery);
  return expression;
}

std::vector<HttpRule> http_rules(const std::vector<flows::CapturedRequest>& requests) {
  std::set<HttpRule> rules;
  for (const flows::CapturedRequest& each : requests)
    if (!each.request.dns)
      rules.insert(
          {each.request.method.empty() ? "" : policy::literal_expression(each.request.method),
           path_expression(each.request, each.example)});
  return {rules.begin(), rules.end()};
}

std::vector<std::string> dns_names(const std::vector<flows::CapturedRequest>& requests) {
  std::set<std::string> names;
  for (const flows::CapturedRequest& each : requests)
    if (each.request.dns && !each.request.path.empty() &&
        policy::is_dns_match_name(each.request.path))
      names.insert(each.request.path);
  return {names.begin(), names.end()};
}

}  // namespace cnplint::synth

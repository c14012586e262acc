// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/escape.h"

namespace cnplint::reporters {

/// One testsuite element with its cases already rendered.
struct JunitSuite {
  std::string name;
  std::string cases;
  std::size_t tests = 0;
  std::size_t failures = 0;
  std::size_t errors = 0;
  std::size_t skipped = 0;
};

/// ` name="value"`, escaped.
std::string attribute(std::string_view name, std::string_view value);
/// Jenkins takes what stands before the last dot for a package: the path without its ending.
std::string class_name(std::string path);
/// GitLab shows only the first of two cases with one name: later ones get a number.
std::string unique_name(const std::string& name, std::map<std::string, int>& names);
/// A suite with an error for each message about input that cannot be read.
JunitSuite error_suite(std::span<const std::string> messages);
/// The whole document.
std::string junit_document(std::span<const JunitSuite> suites);

}  // namespace cnplint::reporters

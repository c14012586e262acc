// SPDX-License-Identifier: Apache-2.0
//
// Laws of a run: the result depends neither on threads nor on what stands in other files, and
// hostile input costs neither a crash nor a minute.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <random>

#include "reporters/reporter.h"
#include "rules/catalogue.h"
#include "tests/golden.h"

namespace cnplint {
namespace {

std::string report_of(const lint::Outcome& outcome) {
  return reporters::render_json({outcome, rules::catalogue(), "0", "1.20"});
}

TEST(Check, ThreadsDoNotMatter) {
  for (const char* folder : {"examples", "tests/reporters/input", "tests/rules"}) {
    tests::Projects projects;
    const std::vector<std::string> paths{tests::repository(folder).string()};
    EXPECT_EQ(report_of(tests::lint_paths(projects, paths, {}, 1)),
              report_of(tests::lint_paths(projects, paths, {}, 8)));
  }
}

/// Whether a file comes alone or with others, the findings that need one document are the same.
TEST(Check, TheOrderOfDocumentsDoesNotMatter) {
  const std::string a = tests::read(tests::repository("tests/rules/no_ports/bad.yaml"));
  const std::string b = tests::read(tests::repository("tests/rules/any_cidr/bad.yaml"));
  const auto count = [](const std::string& text, std::string_view rule) {
    tests::Projects store;
    const auto outcome = tests::lint_text(store, text);
    return std::ranges::count_if(
        outcome.findings, [&](const lint::Finding& finding) { return finding.rule->name == rule; });
  };
  for (const char* rule : {"no-ports", "any-cidr"}) {
    EXPECT_EQ(count(a + "---\n" + b, rule), count(b + "---\n" + a, rule));
    EXPECT_EQ(count(a + "---\n" + b, rule), count(a, rule) + count(b, rule));
  }
}

std::string repeated(const std::string& text, std::size_t count) {
  std::string result;
  for (std::size_t i = 0; i < count; ++i) result += text;
  return result;
}

const std::string kHead =
    "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: a, namespace: b}\n"
    "spec:\n  endpointSelector: {matchLabels: {app: a}}\n";

/// Each would hang, crash or fill the memory of a careless reader.
TEST(Hostile, NothingHangs) {
  const std::string cases[] = {
      kHead + "  ingress:\n" + repeated("  - fromEndpoints: [{}]\n", 20000),
      kHead + "  ingress:\n" + repeated("  - unknown: 1\n", 20000),
      kHead + "  ingress: [{fromEntities: [" + repeated("x,", 50000) + "x]}]\n",
      kHead + "  ingress: [{}]\n" + repeated("  a: 1\n", 20000),
      repeated("- [", 30000),
      repeated("---\na\n", 20000),
      repeated("---\n[\n", 5000),
      repeated("a: &a [x]\nb: *a\n", 5000),
      kHead + "  ingress:\n" + repeated("  # cnplint: allow no-ports\n  - {}\n", 3000),
      repeated("\"", 100000),
      "{" + repeated("a: {", 63) + repeated("}", 63) + "}",
      kHead + "  ingress: &a [{fromEndpoints: &b [{}, {}]}, {fromEndpoints: *b}]\n  egress: *a\n",
      kHead +
          "  ingress: [{toPorts: [{ports: [{port: '80', protocol: TCP}], rules: {http: [{path: '" +
          repeated("(a{1000}){1000}", 5) + "'}]}}]}]\n",
      std::string(100000, '\t'),
      kHead + "  description: \"" + repeated("\\u00e9", 50000) + "\"\n",
  };
  for (const std::string& text : cases) {
    tests::Projects store;
    const auto begin = std::chrono::steady_clock::now();
    tests::lint_text(store, text);
    // No benchmark: a minute is what a hang would take at least.
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::minutes(1))
        << text.substr(0, 200);
  }
}

/// Policies with random bytes changed: any answer will do, and every finding lies in its file.
TEST(Hostile, MutatedPolicies) {
  const std::string base = tests::read(tests::repository("tests/schemas/everything.yaml"));
  std::mt19937 random(1);  // NOLINT: the same cases on every run
  constexpr int kRuns = 400;
  for (int run = 0; run < kRuns; ++run) {
    std::string text = base;
    for (int i = 0; i < 4; ++i) {
      const std::size_t at = random() % text.size();
      switch (random() % 3) {
        case 0:
          text[at] = static_cast<char>(random() % 256);
          break;
        case 1:
          text.erase(at, random() % 20);
          break;
        default:
          text.insert(at, std::string(1, "{}[]:,-#&*!|>'\"%@`\n\t "[random() % 22]));
      }
    }
    tests::Projects store;
    const auto outcome = tests::lint_text(store, text);
    for (const lint::Finding& finding : outcome.findings) {
      EXPECT_LE(finding.range.begin, finding.range.end);
      EXPECT_LE(finding.range.end, text.size());
      EXPECT_EQ(finding.range.text().find('\n'), std::string::npos) << finding.message;
    }
    EXPECT_FALSE(report_of(outcome).empty());
  }
}

}  // namespace
}  // namespace cnplint

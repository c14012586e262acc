// SPDX-License-Identifier: Apache-2.0
#include "base/program.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/golden.h"

namespace cnplint {
namespace {

using namespace std::chrono_literals;

base::Result<base::ProgramOutput> run_shell(const std::string& script,
                                            std::chrono::milliseconds time = 20s,
                                            std::size_t bytes = 1 << 20) {
  return base::run_program({{"sh", "-c", script}, {"PATH=/usr/bin:/bin", "A=b c"}, time, bytes});
}

TEST(Program, PrintsAndEnds) {
  const auto output = run_shell("echo \"$A\"; echo wrong >&2; pwd >/dev/null");
  ASSERT_TRUE(output);
  EXPECT_TRUE(output->well);
  EXPECT_EQ(output->text, "b c\n");
  EXPECT_EQ(output->errors, "wrong\n");
  const auto failed = run_shell("echo no; exit 3");
  ASSERT_TRUE(failed);
  EXPECT_FALSE(failed->well);
  EXPECT_EQ(failed->text, "no\n");
  const auto killed = run_shell("kill -9 $$");
  ASSERT_TRUE(killed);
  EXPECT_FALSE(killed->well);
  // Its standard input is empty, and it reads all of a pipe that is fuller than pipes are.
  const auto much = run_shell(
      "cat; i=0; while [ $i -lt 20000 ]; do echo 0123456789; i=$((i+1)); done; "
      "echo x >&2");
  ASSERT_TRUE(much);
  EXPECT_EQ(much->text.size(), 220'000U);
}

TEST(Program, IsEndedWhereItCostsTooMuch) {
  const auto error = [](const base::Result<base::ProgramOutput>& result) {
    return result ? "none" : result.error().message;
  };
  // What it has started, too: otherwise this would wait for a minute.
  EXPECT_EQ(error(run_shell("sleep 60 & sleep 60", 200ms)), "it took too long");
  EXPECT_EQ(error(run_shell("exec >&- 2>&-; sleep 60", 200ms)), "it took too long");
  EXPECT_EQ(error(run_shell("yes", 20s, 100'000)), "it prints too much");
  EXPECT_EQ(error(base::run_program({{"/nonexistent/program"}, {}, 1s, 1})),
            "it cannot be started");
}

TEST(Program, WhatItPrintsIsTakenAsItComes) {
  std::string taken;
  std::size_t pieces = 0;
  const auto run = [&](const std::string& script, std::size_t bytes) {
    return base::run_program({.arguments = {"sh", "-c", script},
                              .environment = {"PATH=/usr/bin:/bin"},
                              .time = 20s,
                              .bytes = bytes,
                              .take = [&](std::string_view piece) {
                                pieces += piece.empty() ? 0 : 1;
                                taken += piece;
                              }});
  };
  const auto output = run("echo a; sleep 0.2; echo b; echo wrong >&2; exit 3", 4);
  ASSERT_TRUE(output);
  EXPECT_FALSE(output->well);
  EXPECT_EQ(output->text, "");
  EXPECT_EQ(output->errors, "wrong\n");
  EXPECT_EQ(taken, "a\nb\n");
  EXPECT_GE(pieces, 2U);
  // The limit is of all of it.
  const auto much = run("echo a; sleep 0.2; echo b", 3);
  ASSERT_FALSE(much);
  EXPECT_EQ(much.error().message, "it prints too much");
}

TEST(Program, MemoryIsLimited) {
  // A shell needs some, and a variable of 256 MiB more than there is.
  const std::string script = "a=$(head -c 268435456 /dev/zero | tr '\\0' x); echo ${#a}";
  const auto output = base::run_program(
      {{"sh", "-c", script}, {"PATH=/usr/bin:/bin"}, 60s, 1 << 20, std::size_t{128} << 20U});
  EXPECT_TRUE(!output || output->text != "268435456\n");
}

TEST(Program, IsFoundByAbsoluteFoldersOnly) {
  const tests::TemporaryFolder folder;
  folder.write("tool", "#!/bin/sh\n");
  folder.write("text", "");
  std::filesystem::permissions(folder.path() / "tool", std::filesystem::perms::owner_all);
  const char* const before = std::getenv("PATH");
  const std::string saved = before == nullptr ? "" : before;
  ::setenv("PATH", ("nowhere::.:" + folder.path().string()).c_str(), 1);
  const std::string tool = base::program_path("tool");
  const std::string text = base::program_path("text");
  const std::string none = base::program_path("none");
  ::setenv("PATH", saved.c_str(), 1);
  EXPECT_EQ(tool, (folder.path() / "tool").string());
  EXPECT_EQ(text, "");
  EXPECT_EQ(none, "");
}

}  // namespace
}  // namespace cnplint

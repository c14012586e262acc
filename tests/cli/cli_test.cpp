// SPDX-License-Identifier: Apache-2.0
//
// tests/cli/cases/<case>/: `command` is a shell script that runs in a copy of the folder with
// cnplint on its PATH; `expected` is what it must print and return, stdout and stderr apart. The
// recorded kubectl of tests/kube is in $KUBE/bin, for cases that put it first on their PATH.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <iostream>

#include "tests/golden.h"

namespace cnplint {
namespace {

namespace fs = std::filesystem;

std::string transcript(const fs::path& folder) {
  const fs::path out = folder / ".stdout";
  const fs::path err = folder / ".stderr";
  const std::string command = "cd '" + folder.string() + "' && unset NO_COLOR && KUBE='" +
                              tests::repository("tests/kube").string() + "' PATH='" +
                              fs::path(CNPLINT_PROGRAM).parent_path().string() +
                              "':$PATH sh ./command >'" + out.string() + "' 2>'" + err.string() +
                              "' </dev/null";
  const int status = std::system(command.c_str());
  return "exit code " + std::to_string(WEXITSTATUS(status)) + "\n--- stdout\n" + tests::read(out) +
         "--- stderr\n" + tests::read(err);
}

/// Cases about ignore files make repositories.
bool is_possible(const fs::path& source) {
  static const bool git = std::system("git --version >/dev/null 2>&1") == 0;
  if (git || tests::read(source / "command").find("git init") == std::string::npos) return true;
  std::cout << source.filename() << " is skipped: git is not there\n";
  return false;
}

TEST(CommandLine, Cases) {
  for (const fs::path& source : tests::entries(tests::repository("tests/cli/cases"))) {
    if (!is_possible(source)) continue;
    const tests::TemporaryFolder folder;
    fs::copy(source, folder.path(), fs::copy_options::recursive);
    fs::permissions(folder.path(), fs::perms::all);  // some cases run as nobody
    tests::expect_golden(source / "expected", transcript(folder.path()));
  }
}

}  // namespace
}  // namespace cnplint

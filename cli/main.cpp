// SPDX-License-Identifier: Apache-2.0
#include <csignal>
#include <exception>

#include "cli/command.h"
#include "cli/run.h"

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return cnplint::cli::run(argc, argv);
  } catch (const std::exception& error) {
    return cnplint::cli::fail(cnplint::cli::kInternal, error.what());
  }
}

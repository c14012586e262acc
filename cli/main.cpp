// SPDX-License-Identifier: Apache-2.0
#include <csignal>
#include <exception>
#include <new>

#include "cli/command.h"
#include "cli/limits.h"
#include "cli/run.h"

int main(int argc, char** argv) {
  using namespace cnplint;
  // A closed pipe and a limit on the size of files are errors of the write that meets them.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  try {
    return cli::run(argc, argv);
  } catch (const std::bad_alloc&) {
    return cli::out_of_memory();
  } catch (const std::exception& error) {
    return cli::fail(cli::kInternal, error.what());
  } catch (...) {
    return cli::fail(cli::kInternal, "an exception without a message");
  }
}

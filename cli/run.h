// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace cnplint::cli {

/// Parses the command line, runs the command and returns its exit code. `lint` is the default
/// command: `cnplint PATH` is `cnplint lint PATH`.
int run(int argc, char** argv);

}  // namespace cnplint::cli

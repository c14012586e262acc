// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string_view>

#include "tests/golden.h"

/// `--update` rewrites golden files instead of comparing them.
int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  for (int i = 1; i < argc; ++i)
    if (std::string_view(argv[i]) == "--update") cnplint::tests::set_update(true);
  return RUN_ALL_TESTS();
}

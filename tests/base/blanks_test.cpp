// SPDX-License-Identifier: Apache-2.0
#include "base/blanks.h"

#include <gtest/gtest.h>

namespace cnplint::base {
namespace {

TEST(Blanks, AreNamedWhereTheyStand) {
  EXPECT_EQ(blanks_hint(""), "");
  EXPECT_EQ(blanks_hint("cart"), "");
  EXPECT_EQ(blanks_hint("  "), ": it is blank");
  EXPECT_EQ(blanks_hint(" cart"), ": it has a space at its start");
  EXPECT_EQ(blanks_hint("cart\n"), ": it has a line break at its end");
  EXPECT_EQ(blanks_hint(" my cart "), ": it has a space at its start and at its end");
  EXPECT_EQ(blanks_hint("my\tcart"), ": it has a tab within");
}

TEST(Blanks, OfTheEndsAreTakenOff) {
  EXPECT_EQ(without_blanks(" \tmy cart\r\n"), "my cart");
  EXPECT_EQ(without_blanks("\n "), "");
  EXPECT_EQ(without_blanks(""), "");
}

}  // namespace
}  // namespace cnplint::base

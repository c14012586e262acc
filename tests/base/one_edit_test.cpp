// SPDX-License-Identifier: Apache-2.0
#include "base/one_edit.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cnplint {
namespace {

TEST(OneEdit, FindsWordsThatAreOneEditAway) {
  base::OneEditIndex index;
  for (const std::string_view word : {"frontend", "backend", "fronted"}) index.add(word);
  const auto near = [&](std::string_view word) { return index.near(word); };
  using Words = std::vector<std::string_view>;
  EXPECT_EQ(near("frontend"), (Words{"fronted"}));
  EXPECT_EQ(near("fronetnd"), (Words{"frontend"}));
  EXPECT_EQ(near("fornted"), (Words{"fronted"}));
  EXPECT_EQ(near("backends"), (Words{"backend"}));
  EXPECT_EQ(near("backed"), (Words{"backend"}));
  EXPECT_EQ(near("backand"), (Words{"backend"}));
  EXPECT_EQ(near("cart"), Words{});
  EXPECT_EQ(near(""), Words{});
}

TEST(OneEdit, OfManyWordsThatAreAlikeSomeAreFound) {
  std::vector<std::string> words;
  for (char c = 'a'; c <= 'z'; ++c) words.push_back(std::string("service-") + c);
  base::OneEditIndex index;
  for (const std::string& word : words) index.add(word);
  EXPECT_FALSE(index.near("service-").empty());
  EXPECT_LT(index.near("service-").size(), words.size());
}

TEST(OneEdit, KnowsSlipsFromPairsThatAreMeant) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kSlips{
      {{"monitoring", "montoring"},
       {"frontend", "fronted"},
       {"egress.home.arpa/kps", "egress.home.apa/kps"},
       {"ingress-nginx", "ingressnginx"},
       {"checkout", "chekcout"},
       {"app.kubernetes.io/name", "app.kubernetes.io/nane"}}};
  for (const auto& [a, b] : kSlips) EXPECT_TRUE(base::is_slip(a, b)) << a << " " << b;
  constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kMeant{
      {{"api-v1", "api-v2"},
       {"team-a", "team-b"},
       {"shop-eu", "shop-us"},
       {"worker", "workers"},
       {"user-api", "users-api"},
       {"web", "wet"},
       {"node1", "node12"},
       {"cart", "cart"}}};
  for (const auto& [a, b] : kMeant) EXPECT_FALSE(base::is_slip(a, b)) << a << " " << b;
}

}  // namespace
}  // namespace cnplint

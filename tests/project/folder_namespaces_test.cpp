// SPDX-License-Identifier: Apache-2.0
//
// Which namespace a folder's policies are in, by the pods that somebody speaks of.
#include "project/folder_namespaces.h"

#include <gtest/gtest.h>

#include "project/project.h"
#include "tests/golden.h"

namespace cnplint {
namespace {

using project::FolderNames;
using project::NamedPod;
using FoundNames = std::map<std::string, std::string, std::less<>>;
using Strings = std::vector<std::string>;

std::string policy_selecting(const std::string& app, const std::string& ns = "") {
  return "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: " + app +
         (ns.empty() ? "" : ", namespace: " + ns) +
         "}\nspec:\n  endpointSelector: {matchLabels: " + "{app: " + app + "}}\n  ingress: [{}]\n";
}

NamedPod spoken_pod(const std::string& ns, const std::string& app) {
  return {ns, {{"k8s", "app", app}}};
}

/// Folders with policies for apps, of which only pods are known.
class FolderNamespaces : public ::testing::Test {
 protected:
  FolderNamespaces() { std::filesystem::create_directory(folder_.path() / ".git"); }

  void write(const std::string& path, const std::string& text) { folder_.write(path, text); }

  FolderNames names(const std::vector<NamedPod>& pods) {
    project::Project project({});
    const project::Inputs& inputs = project.open({folder_.path().string()});
    EXPECT_EQ(inputs.clusters().size(), 1U);
    return project::name_folders(inputs.clusters().front(), pods);
  }

 private:
  tests::TemporaryFolder folder_;
};

TEST_F(FolderNamespaces, AreThoseInWhichMostIsSelected) {
  write("a/web.yaml", policy_selecting("web"));
  write("a/db.yaml", policy_selecting("db"));
  write("b/cart.yaml", policy_selecting("cart"));
  const FolderNames found = names({spoken_pod("shop", "web"), spoken_pod("shop", "db"),
                                   spoken_pod("other", "web"), spoken_pod("front", "cart")});
  EXPECT_EQ(found.names, (FoundNames{{"(a)", "shop"}, {"(b)", "front"}}));
  EXPECT_TRUE(found.ambiguous.empty());
  EXPECT_TRUE(project::unknown_folders(found).empty());
}

TEST_F(FolderNamespaces, OfWhichTwoFitAreAmbiguous) {
  write("a/web.yaml", policy_selecting("web"));
  write("b/cart.yaml", policy_selecting("cart"));
  const FolderNames found =
      names({spoken_pod("two", "web"), spoken_pod("one", "web"), spoken_pod("three", "cart")});
  EXPECT_EQ(found.names, (FoundNames{{"(b)", "three"}}));
  ASSERT_EQ(found.ambiguous.size(), 1U);
  EXPECT_EQ(found.ambiguous.at("(a)"), (Strings{"one", "two"}));
  EXPECT_EQ(project::ambiguous_folders(found).size(), 1U);
  EXPECT_EQ(project::unknown_folders(found), project::ambiguous_folders(found));
}

TEST_F(FolderNamespaces, OfWhichNobodySpeaksAreUnknown) {
  write("a/web.yaml", policy_selecting("web"));
  write("b/cart.yaml", policy_selecting("cart"));
  const FolderNames found = names({spoken_pod("shop", "web")});
  EXPECT_EQ(found.names, (FoundNames{{"(a)", "shop"}}));
  EXPECT_EQ(found.unknown, Strings{"(b)"});
  EXPECT_TRUE(project::ambiguous_folders(found).empty());
  EXPECT_EQ(project::unknown_folders(found).size(), 1U);
}

TEST_F(FolderNamespaces, OfASingleFolderIsWhatIsLeftOver) {
  write("all.yaml", policy_selecting("web"));
  write("db.yaml", policy_selecting("db", "data"));
  // No pod tells it, but `data` has policies of its own.
  EXPECT_EQ(names({spoken_pod("data", "db"), spoken_pod("shop", "cart")}).names,
            (FoundNames{{"(.)", "shop"}}));
  EXPECT_EQ(names({spoken_pod("shop", "cart"), spoken_pod("default", "x")}).names,
            (FoundNames{{"(.)", "default"}}));
  EXPECT_EQ(names({spoken_pod("shop", "cart"), spoken_pod("front", "x")}).unknown, Strings{"(.)"});
}

TEST_F(FolderNamespaces, ThatAreGivenHaveNoOtherNames) {
  write("a/web.yaml", policy_selecting("web", "shop"));
  const FolderNames found = names({spoken_pod("other", "web")});
  EXPECT_TRUE(found.names.empty() && found.unknown.empty() && found.ambiguous.empty());
}

}  // namespace
}  // namespace cnplint

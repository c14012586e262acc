// SPDX-License-Identifier: Apache-2.0
//
// What is made of the objects that kubectl prints: a table of lists, cut at every byte, and one of
// objects with the text that people would have written.
#include "project/kube_objects.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cnplint {
namespace {

using project::InMemory;
using project::JsonItems;
using project::KubeObjects;
using Texts = std::vector<std::string>;

struct Cut {
  Texts items;
  bool whole = false;
};

/// The items of a list that comes in two pieces.
Cut cut(std::string_view list, std::size_t at) {
  Cut result;
  JsonItems items([&](std::string item) { result.items.push_back(std::move(item)); });
  items.feed(list.substr(0, at));
  items.feed(list.substr(at));
  result.whole = items.is_whole();
  return result;
}

TEST(KubeObjects, ListsAreCutAnywhere) {
  struct Case {
    const char* list;
    Texts items;
    bool whole;
  };
  const std::vector<Case> cases{
      {R"({"items": [{"a": 1}, {"b": [{}]}], "kind": "List"})",
       {R"({"a": 1})", R"({"b": [{}]})"},
       true},
      {R"({"items": []})", {}, true},
      // Brackets in texts are none, and quotes behind a backslash end none.
      {R"({"items": [{"a": "}]\"{\\"}, {"b": "["}]})",
       {R"({"a": "}]\"{\\"})", R"({"b": "["})"},
       true},
      // Mappings of mappings are no list.
      {R"({"metadata": {"a": {"b": {}}}, "items": [{}]})", {"{}"}, true},
      {"\n {\"items\": [{}]}\n", {"{}"}, true},
      {R"({"items": [{"a": 1})", {R"({"a": 1})"}, false},
      {R"({"items": [{"a": 1)", {}, false},
      {R"({"items": [{}]}{)", {"{}"}, false},
      {R"({"items": [{}]} no)", {"{}"}, false},
      {R"([{"a": 1}])", {}, false},
      {"<html>{}</html>", {}, false},
      {"}", {}, false},
      {"", {}, false},
  };
  for (const Case& each : cases)
    for (std::size_t at = 0; at <= std::string_view(each.list).size(); ++at) {
      const Cut result = cut(each.list, at);
      EXPECT_EQ(result.items, each.items) << each.list << " cut at " << at;
      EXPECT_EQ(result.whole, each.whole) << each.list << " cut at " << at;
    }
}

std::vector<InMemory> gathered(const Texts& objects) {
  KubeObjects all("kube:prod");
  for (const std::string& each : objects) EXPECT_TRUE(all.add(each)) << each;
  return all.take();
}

Texts paths_of(const std::vector<InMemory>& texts) {
  Texts paths;
  for (const InMemory& each : texts) paths.push_back(each.path);
  return paths;
}

TEST(KubeObjects, AreWhatPeopleWrote) {
  struct Case {
    const char* object;
    const char* text;
  };
  const std::vector<Case> cases{
      // What the server adds is gone, at its place only.
      {R"({"apiVersion": "cilium.io/v2", "kind": "CiliumNetworkPolicy", "metadata": {
             "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{}", "a": "b"},
             "creationTimestamp": "2026-11-01T08:00:00Z", "generation": 3, "labels": {"uid": "x"},
             "managedFields": [{"manager": "kubectl"}], "name": "cart", "namespace": "shop",
             "resourceVersion": "17", "selfLink": "/x", "uid": "u"},
           "spec": {"endpointSelector": {}, "status": "mine"}, "status": {"conditions": []}})",
       "apiVersion: cilium.io/v2\n"
       "kind: CiliumNetworkPolicy\n"
       "metadata:\n"
       "  labels:\n"
       "    uid: x\n"
       "  name: cart\n"
       "  namespace: shop\n"
       "  annotations:\n"
       "    a: b\n"
       "spec:\n"
       "  endpointSelector: {}\n"
       "  status: mine\n"},
      // Texts that YAML would take for something else stay texts, and numbers numbers.
      {R"({"kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"on": "true", "n": "010", "e": "",
           "l": "a\nb", "x": "a: #b"}, "f": [1, -2, 1.5, true, null, [], "- a"]})",
       "kind: ConfigMap\n"
       "metadata:\n"
       "  name: c\n"
       "data:\n"
       "  \"on\": \"true\"\n"
       "  \"n\": \"010\"\n"
       "  e: \"\"\n"
       "  l: \"a\\nb\"\n"
       "  x: 'a: #b'\n"
       "f:\n"
       "- 1\n"
       "- -2\n"
       "- 1.5\n"
       "- true\n"
       "- null\n"
       "- []\n"
       "- '- a'\n"},
      // Of a status addresses are kept, which policies are about.
      {R"({"kind": "Pod", "metadata": {"name": "p"}, "status": {"phase": "Running", "podIP": "10.0.0.1",
           "podIPs": [{"ip": "10.0.0.1"}]}})",
       "kind: Pod\n"
       "metadata:\n"
       "  name: p\n"
       "status:\n"
       "  podIP: 10.0.0.1\n"
       "  podIPs:\n"
       "  - ip: 10.0.0.1\n"},
      {R"({"kind": "Service", "metadata": {"name": "s"}, "status": {"podIP": "x", "loadBalancer": {}}})",
       "kind: Service\n"
       "metadata:\n"
       "  name: s\n"
       "status:\n"
       "  loadBalancer: {}\n"},
  };
  for (const Case& each : cases) {
    const std::vector<InMemory> texts = gathered({each.object});
    ASSERT_EQ(texts.size(), 1U) << each.object;
    EXPECT_EQ(texts.front().text, each.text);
    EXPECT_EQ(texts.front().cluster, "prod");
  }
}

TEST(KubeObjects, AreNamed) {
  EXPECT_EQ(paths_of(gathered({
                R"({"kind": "Namespace", "metadata": {"name": "shop"}})",
                R"({"kind": "NetworkPolicy", "metadata": {"name": "a", "namespace": "shop"}})",
                R"({"kind": "NetworkPolicy", "metadata": {"name": "a", "namespace": "shop"}})",
                R"({"kind": "ServiceIntentions", "metadata": {"name": "a", "namespace": "shop"}})",
            })),
            (Texts{"kube:prod/namespaces/shop", "kube:prod/shop/networkpolicies/a",
                   "kube:prod/shop/networkpolicies/a'", "kube:prod/shop/serviceintentions/a"}));
  KubeObjects current("kube:");
  ASSERT_TRUE(current.add(R"({"kind": "Namespace", "metadata": {"name": "shop"}})"));
  const std::vector<InMemory> texts = current.take();
  EXPECT_EQ(texts.front().path, "kube:/namespaces/shop");
  EXPECT_EQ(texts.front().cluster, "kube");
}

std::string made(const std::string& kind, const std::string& name, const std::string& uid,
                 const std::string& owner, const char* controller = "true") {
  return R"({"kind": ")" + kind + R"(", "metadata": {"name": ")" + name + R"(", "uid": ")" + uid +
         R"(", "ownerReferences": [{"controller": )" + controller + R"(, "uid": ")" + owner +
         R"("}]}})";
}

TEST(KubeObjects, ThoseThatListedOnesMakeAreLeftOut) {
  const std::string deployment = R"({"kind": "Deployment", "metadata": {"name": "d", "uid": "1"}})";
  const std::string set = made("ReplicaSet", "r", "2", "1");
  const std::string pod = made("Pod", "p", "3", "2");
  const Texts of_deployment{"kube:prod/deployments/d"};
  // In whatever order they come.
  EXPECT_EQ(paths_of(gathered({deployment, set, pod})), of_deployment);
  EXPECT_EQ(paths_of(gathered({pod, set, deployment})), of_deployment);
  EXPECT_EQ(paths_of(gathered({set, pod})), (Texts{"kube:prod/replicasets/r"}));
  EXPECT_EQ(paths_of(gathered({pod})), (Texts{"kube:prod/pods/p"}));
  // Who only holds an object does not make it, and a policy is one whoever made it.
  EXPECT_EQ(paths_of(gathered({deployment, made("Pod", "p", "3", "1", "false")})).size(), 2U);
  EXPECT_EQ(paths_of(gathered({deployment, made("NetworkPolicy", "p", "3", "1")})).size(), 2U);
  // Without uids nothing is known.
  EXPECT_EQ(paths_of(gathered({made("Pod", "p", "", ""), made("Pod", "q", "", "")})).size(), 2U);
}

TEST(KubeObjects, PodsThatHaveEndedAreLeftOut) {
  const auto count = [](const std::string& phase) {
    return gathered({R"({"kind": "Pod", "metadata": {"name": "p"}, "status": {"phase": ")" + phase +
                     R"("}})"})
        .size();
  };
  EXPECT_EQ(count("Running"), 1U);
  EXPECT_EQ(count("Pending"), 1U);
  EXPECT_EQ(count("Succeeded"), 0U);
  EXPECT_EQ(count("Failed"), 0U);
}

TEST(KubeObjects, WhatIsNoObjectIsRefused) {
  for (const char* text :
       {"", "[]", "{", "{}", "nothing", R"({"kind": "Pod"})", R"({"metadata": {"name": "a"}})",
        R"({"kind": 1x})", "{\"kind\": \"Pod\", \"metadata\": {\"name\": \"\xff\"}}"}) {
    KubeObjects all("kube:prod");
    EXPECT_FALSE(all.add(text)) << text;
    EXPECT_TRUE(all.take().empty());
  }
}

}  // namespace
}  // namespace cnplint

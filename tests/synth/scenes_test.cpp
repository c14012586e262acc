// SPDX-License-Identifier: Apache-2.0
//
// The scenes of docs/synthesis.md: what is learned, what the policies say, and what comes later.
// The part of a policy that the page shows is in what is written; what comes later passes with it,
// and would be denied with the part that stands there as what policies used to say.
#include <gtest/gtest.h>

#include <array>
#include <functional>

#include "tests/golden.h"
#include "tests/synth/synthesised.h"
#include "tests/synth/written_cover.h"

namespace cnplint {
namespace {

using tests::flow;
using tests::Line;

struct Scene {
  const char* title = "";  ///< its heading on the page
  std::string learned;     ///< a capture
  std::string later;       ///< what comes after it
  std::function<void(synth::SynthesisOptions&)> options = [](synth::SynthesisOptions&) {};
};

/// Both ends report the flow.
std::string reported(Line line) {
  std::string text;
  for (const char* direction : {"EGRESS", "INGRESS"}) {
    line.direction = direction;
    text += flow(line);
  }
  return text;
}

std::string replaced(std::string text, const std::string& part, const std::string& by) {
  const std::size_t at = text.find(part);
  return at == std::string::npos ? text : text.replace(at, part.size(), by);
}

Scene public_gateway() {
  Scene scene{"A public gateway", {}, {}};
  Line line{.to = "edge/gateway", .port = 8443, .direction = "INGRESS"};
  for (int i = 0; i < 300; ++i) {
    line.from = "198.51." + std::to_string(100 + i / 250) + "." + std::to_string(i % 250 + 1);
    scene.learned += flow(line);
  }
  line.from = "203.0.113.77";
  scene.later = flow(line);
  return scene;
}

/// A release of bank/api asks the ledger.
std::string api_release(const std::string& version) {
  return tests::with_releases(
      reported({.from = "bank/api-" + version, .to = "bank/ledger", .port = 9000}), "api");
}

Scene canary() {
  return {"The next release", api_release("v1") + api_release("v2"), api_release("v3")};
}

Scene reschedule() {
  const Line line{.from = "monitoring/prometheus", .port = 9100};
  Line remote = line;
  remote.to = "remote-node";
  Line own = line;
  own.to = "host";
  return {"Another node", flow(remote), flow(own)};
}

/// A run of a Job of which nothing but the run and the account is known.
std::string nightly_run(const std::string& job) {
  std::string text;
  for (const char* direction : {"EGRESS", "INGRESS"}) {
    const std::string line = flow({.from = "shop/" + job, .direction = direction});
    text += replaced(replaced(line, "k8s:app=" + job,
                              "k8s:batch.kubernetes.io/job-name=" + job +
                                  "\",\"k8s:io.cilium.k8s.policy.serviceaccount=nightly"),
                     "Deployment", "Job");
  }
  return text;
}

Scene nightly() {
  return {"A nightly job", nightly_run("nightly-29387465"), nightly_run("nightly-29388905")};
}

Scene grpc() {
  // Hubble's packets have flags; is_reply is missing.
  const std::string syn =
      replaced(flow({.from = "shop/web",
                     .to = "shop/cart",
                     .port = 50051,
                     .direction = "INGRESS",
                     .reply = "null",
                     .source_port = 50001,
                     .event = 4}),
               R"("destination_port":50051)", R"("destination_port":50051,"flags":{"SYN":true})");
  return {"gRPC on port 50051", syn, syn};
}

std::string asking_names(const std::string& workload) {
  return reported({.from = workload, .to = "kube-system/coredns", .port = 53, .protocol = "UDP"});
}

Scene core_dns() {
  return {"CoreDNS and a new deployment", asking_names("shop/web") + asking_names("shop/cart"),
          asking_names("shop/newcomer"),
          [](synth::SynthesisOptions& options) { options.draft.namespaces = {"kube-system"}; }};
}

Scene api_server() {
  const std::string asked = flow({.from = "shop/operator", .to = "kube-apiserver", .port = 6443});
  return {"A NetworkPolicy and the API server",
          reported({.from = "shop/operator", .to = "shop/db"}) +
              reported({.from = "shop/web", .to = "shop/operator", .port = 8080}) + asked,
          asked, [](synth::SynthesisOptions& options) {
            options.draft.kind = policy::PolicyKind::network_policy;
          }};
}

/// The YAML of a scene on the page: before and after.
std::array<std::string, 2> shown(const std::string& title) {
  const std::string page = tests::read(tests::repository("docs/synthesis.md"));
  const std::size_t heading = page.find("\n### " + title + "\n");
  EXPECT_NE(heading, std::string::npos) << title;
  std::array<std::string, 2> blocks;
  std::size_t at = heading;
  for (std::string& block : blocks) {
    at = page.find("```yaml\n", at) + 8;
    const std::size_t end = page.find("```\n", at);
    block = page.substr(at, end - at);
    at = end + 4;
  }
  return blocks;
}

void expect_scene(const Scene& scene) {
  SCOPED_TRACE(scene.title);
  const auto& [before, after] = shown(scene.title);
  synth::SynthesisOptions options;
  scene.options(options);
  const auto result = tests::synthesised(scene.learned, options);
  EXPECT_TRUE(result->has(after)) << after << result->text;
  const tests::WrittenCover now(result->text, scene.later);
  for (const std::uint32_t each : now.cut_off()) ADD_FAILURE() << now.text(each);
  EXPECT_FALSE(now.result->report.connections.empty());
  const tests::WrittenCover then(replaced(result->text, after, before), scene.later);
  EXPECT_FALSE(then.cut_off().empty()) << before;
}

TEST(SynthScenes, WhatComesLaterPasses) {
  for (const Scene& scene :
       {public_gateway(), canary(), reschedule(), nightly(), grpc(), core_dns(), api_server()})
    expect_scene(scene);
}

TEST(SynthScenes, AllOfThePageAreHere) {
  const std::string page = tests::read(tests::repository("docs/synthesis.md"));
  std::size_t headings = 0;
  for (std::size_t at = page.find("\n### "); at != std::string::npos;
       at = page.find("\n### ", at + 1))
    ++headings;
  EXPECT_EQ(headings, 7U);
}

}  // namespace
}  // namespace cnplint

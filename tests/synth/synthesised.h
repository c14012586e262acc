// SPDX-License-Identifier: Apache-2.0
//
// Flows by a few words, and everything that `cnplint synth` makes of them.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "flows/capture.h"
#include "policy/yaml/reader.h"
#include "project/project.h"
#include "synth/synthesis.h"
#include "tests/flows/reading.h"

namespace cnplint::tests {

/// What every workload gets where the capture has no DNS.
inline constexpr const char* kUsualDns = "k8s-app=kube-dns@kube-system 53/ANY";

/// A flow as Hubble writes it; each test changes what it is about.
struct Line {
  /// A pod (labels app=NAME; none where NAME begins with `?`; of another cluster as NAME@CLUSTER),
  /// `host`, or an address, of the outside or, with `?` before it, one of which nothing is known.
  std::string from = "shop/cart";
  std::string to = "shop/db";
  int port = 5432;
  std::string protocol = "TCP";  ///< or UDP, SCTP, ICMPv4, ICMPv6 (port is the type)
  std::string direction = "EGRESS";
  std::string verdict = "FORWARDED";
  std::string reply = "false";  ///< or true, null
  int drop_reason = 0;
  std::string from_labels = {};  ///< further ones, each with a comma before it
  std::string to_labels = {};
  std::string names = {};  ///< destination_names, as JSON strings
  std::string l7 = {};     ///< the object
  int second = 0;          ///< of the time
  int source_port = 40000;
  int event = 5;  ///< the type: a policy verdict, or 4, of a packet on its way
};
std::string flow(const Line& line);
/// Flows in which the workloads NAME-v1 to NAME-v9 are releases: their pods have the labels
/// app=NAME and version.
std::string with_releases(std::string flows, const std::string& name);

/// What was synthesised from a capture.
struct Synthesised {
  explicit Synthesised(const policy::Environment& settings)
      : project(config_of(settings)), environment(settings) {}
  static lint::Config config_of(const policy::Environment& environment) {
    lint::Config config;
    config.environment = environment;
    return config;
  }

  project::Project project;
  coverage::ObservedTraffic traffic;
  synth::Synthesis synthesis;
  synth::SynthesisOptions options;
  policy::Environment environment;
  std::string text;  ///< all policies

  [[nodiscard]] const synth::PolicyDraft* policy(const std::string& workload,
                                                 bool proposed = false) const {
    for (const synth::PolicyDraft& each : synthesis.drafts.policies)
      if (each.workload == workload && each.proposed == proposed) return &each;
    return nullptr;
  }
  /// `dropped`, ... of every connection that was left out.
  [[nodiscard]] std::vector<std::string> left_out() const {
    std::vector<std::string> all;
    for (const synth::LeftOut& each : synthesis.learned.left_out)
      all.push_back(std::string(reason_name(each.reason)) + ": " + each.connection);
    return all;
  }
  [[nodiscard]] bool has(const std::string& part) const {
    return text.find(part) != std::string::npos;
  }
};

/// Synthesises and holds the result to its guarantees, which the program asks for as well.
std::unique_ptr<Synthesised> synthesised(const std::string& capture,
                                         const synth::SynthesisOptions& options = {},
                                         const std::string& manifests = "",
                                         const policy::Environment& environment = {});

/// The same without looking at the guarantees.
std::unique_ptr<Synthesised> synthesised_unchecked(const std::string& capture,
                                                   const synth::SynthesisOptions& options = {},
                                                   const std::string& manifests = "",
                                                   const policy::Environment& environment = {});

/// A file of policies after `cnplint synth --update`, whose own checks have to pass.
std::string updated(const std::string& policies, const std::string& capture, bool prune = false);

/// The peers and ports of the rules of a direction: `app=db@shop 5432/TCP`, each with each.
std::vector<std::string> allowed(const synth::PolicyDraft* policy, policy::Direction direction);
inline std::vector<std::string> ingress(const synth::PolicyDraft* policy) {
  return allowed(policy, policy::Direction::ingress);
}
inline std::vector<std::string> egress(const synth::PolicyDraft* policy) {
  return allowed(policy, policy::Direction::egress);
}

}  // namespace cnplint::tests

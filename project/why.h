// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "harness/policy_test_file.h"
#include "harness/policy_test_run.h"
#include "harness/suggestion.h"
#include "policy/verdict/request.h"
#include "project/project.h"

namespace cnplint::project {

/// A question about one connection, as it is written.
struct QuestionText {
  std::string from;                 ///< in one of harness::kEndpointForms
  std::string to;                   ///< the same, with a port
  std::optional<std::string> http;  ///< `GET /path`
  std::optional<std::string> dns;   ///< a name
};

/// The same, read.
struct Question {
  harness::TestEndpoint from;
  harness::TestEndpoint to;
  policy::Port port;
  std::optional<policy::Request> request;
};
/// Reads a question about the workloads of a cluster. Errors name the flag.
base::Result<Question> read_question(const QuestionText& text, const Cluster& cluster);

/// What the policies of a cluster make of a connection, and why.
struct Answer {
  harness::TestResult result;
  std::vector<std::string> before;  ///< what to know of the question, said before the answer
  std::vector<std::string> notes;   ///< what the answer rests on
  std::vector<harness::Suggestion> suggestions;
  std::vector<RefusedPolicy> left_out;

  [[nodiscard]] bool passes() const { return result.egress.passes() && result.ingress.passes(); }
};
Answer why(const Question& question, const Cluster& cluster);

/// The answer of a cluster.
struct ClusterAnswer {
  std::string cluster;  ///< empty where all clusters answer so
  Answer answer;
};
/// The answer where all clusters agree, else that of each. Clusters without the workloads that are
/// asked about have none; where no cluster has them, that is the error.
base::Result<std::vector<ClusterAnswer>> answers(const QuestionText& text, Inputs& inputs,
                                                 const std::vector<const Cluster*>& clusters);

}  // namespace cnplint::project

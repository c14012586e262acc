// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <algorithm>
#include <iterator>
#include <memory>

#include "base/text.h"
#include "cli/command.h"
#include "cli/configuration.h"
#include "cli/output.h"
#include "cli/policy_input.h"
#include "harness/endpoint_reference.h"
#include "harness/policy_test_run.h"
#include "harness/reasons.h"
#include "harness/suggestion.h"
#include "harness/verdict_notes.h"
#include "policy/model/dns_name.h"
#include "reporters/why.h"

namespace cnplint::cli {
namespace {

using base::Error;
using policy::Direction;

/// The flags of `cnplint why`.
struct WhyFlags {
  std::vector<std::string> paths;
  std::vector<std::string> outputs;
  std::string from;
  std::string to;
  std::optional<std::string> http;
  std::optional<std::string> dns;
  ConfigFlags config;
};

/// `GET /cart`, `GET https://shop.example.com/cart` or only `/cart`; nothing where it is none.
std::optional<policy::HttpRequest> http_request(std::string_view text) {
  policy::HttpRequest request;
  if (const std::size_t space = text.find(' '); space != std::string_view::npos) {
    request.method = text.substr(0, space);
    text.remove_prefix(space + 1);
  }
  if (const std::size_t scheme = text.find("://"); scheme != std::string_view::npos) {
    text.remove_prefix(scheme + 3);
    const std::size_t slash = std::min(text.find('/'), text.size());
    request.host = text.substr(0, slash);
    text.remove_prefix(slash);
    if (text.empty()) text = "/";
  }
  if (request.method.empty() || !text.starts_with('/') || text.find(' ') != std::string_view::npos)
    return std::nullopt;
  request.path = text;
  return request;
}

/// One question, read.
struct Question {
  harness::TestEndpoint from;
  harness::TestEndpoint to;
  policy::Port port;
  std::optional<policy::Request> request;
};

base::Result<Question> question(const WhyFlags& flags, const policy::Inventory& inventory,
                                const policy::Environment& environment) {
  const auto from = harness::read_reference(flags.from, false, inventory, environment);
  if (!from) return base::fail(Error::Kind::usage, "--from: " + from.error().message);
  const auto to = harness::read_reference(flags.to, true, inventory, environment);
  if (!to) return base::fail(Error::Kind::usage, "--to: " + to.error().message);
  if (to->port.empty())
    return base::fail(Error::Kind::usage,
                      "--to: no port; write it behind a colon, as in " + flags.to + ":8080/TCP");
  const policy::PortReading port = policy::read_port(to->port, to->endpoint.facts);
  if (!port.port) return base::fail(Error::Kind::usage, "--to: " + port.error);
  Question result{from->endpoint, to->endpoint, *port.port, std::nullopt};
  if (flags.http) {
    const auto request = http_request(*flags.http);
    if (!request)
      return base::fail(Error::Kind::usage, "--http: " + base::quoted(*flags.http) +
                                                " is no request; write it as 'GET /path'");
    result.request = *request;
  }
  if (flags.dns) {
    if (!policy::is_host_name(*flags.dns))
      return base::fail(Error::Kind::usage,
                        "--dns: " + base::quoted(*flags.dns) + " is no DNS name");
    result.request = policy::DnsRequest{*flags.dns};
  }
  if (result.request && policy::ip_protocol::is_icmp(result.port.protocol))
    return base::fail(Error::Kind::usage, "ICMP carries no HTTP or DNS request");
  return result;
}

/// The smallest policies that would allow what is denied, or why there are none.
void propose(const Question& question, const PolicyInput& input,
             const policy::Environment& environment, const policy::Surroundings& surroundings,
             reporters::WhyReport& report) {
  if (report.result.egress.passes() && report.result.ingress.passes()) return;
  const harness::Suggester suggester(input.policies, environment, surroundings, input.inventory);
  const policy::Port port = harness::pod_port(question.to, question.port, input.inventory);
  harness::Suggestions found =
      suggester.suggest(question.from, question.to, port, question.request);
  report.suggestions = std::move(found.policies);
  std::ranges::move(found.notes, std::back_inserter(report.notes));
  if (!found.none.empty()) report.notes.push_back("no policy is proposed: " + found.none);
  if (port.number == question.port.number) return;
  const std::string name =
      std::to_string(port.number) + "/" + std::string(policy::protocol_name(port.protocol));
  report.notes.push_back(report.suggestions.empty() && found.none.empty()
                             ? "no policy is proposed: " + name + " of the pod is allowed"
                             : "proposals are for " + name + " of the pod");
}

reporters::WhyReport answer(const Question& question, const PolicyInput& input,
                            const policy::Environment& environment) {
  const std::vector<harness::TestEndpoint> endpoints{question.from, question.to};
  const policy::Surroundings surroundings = policy::surroundings_of(input.inventory);
  policy::Evaluator evaluator(input.policies, environment, surroundings,
                              {question.from.facts, question.to.facts});
  const policy::Connection connection{0, 1, question.port.protocol, question.port.number};
  reporters::WhyReport report;
  harness::TestResult& result = report.result;
  result.from = question.from.name;
  result.to = question.to.name;
  result.protocol = connection.protocol;
  result.port = connection.port;
  if (question.request) result.request = policy::described(*question.request);
  for (const Direction direction : {Direction::egress, Direction::ingress}) {
    policy::SideResult& side = direction == Direction::egress ? result.egress : result.ingress;
    side = evaluator.decide(direction, connection, question.request);
    if (side.passes() || side.verdict == policy::Verdict::deny) continue;
    for (harness::Reason& reason : harness::reasons(evaluator, direction, connection, endpoints))
      harness::add_reason(std::move(reason), result.reasons);
  }
  harness::VerdictNotes notes =
      harness::verdict_notes(evaluator, connection, endpoints, input.inventory);
  report.before = std::move(notes.question);
  if (std::string others = harness::unjudged_policies(input.inventory); !others.empty())
    report.before.push_back(std::move(others));
  std::ranges::move(notes.answer, std::back_inserter(report.notes));
  propose(question, input, environment, surroundings, report);
  for (const lint::RejectedPolicy& each : input.rejected)
    report.left_out.push_back({each.subject, each.why.front().range, each.why.front().message});
  return report;
}

int run_why(const WhyFlags& flags) {
  const auto config = configuration(flags.config, flags.paths);
  if (!config) return fail(kUsage, config.error());
  constexpr std::string_view kFormats[] = {"text", "json"};
  std::vector<std::string> inputs = flags.paths;
  inputs.push_back(config->file);
  const auto outputs = parse_outputs(flags.outputs, kFormats, inputs);
  if (!outputs) return fail(kUsage, outputs.error());
  base::SourceStore store;
  PolicyLoader loader(store, files_of(*outputs), excluded(*config));
  const PolicyInput input = loader.load(flags.paths, config->environment);
  tell_notes(input.notes);
  for (const std::string& error : input.errors) fail(kUnreadable, error);
  const auto asked = question(flags, input.inventory, config->environment);
  if (!asked) return fail(kUsage, asked.error());
  reporters::WhyReport report = answer(*asked, input, config->environment);
  const bool allowed = report.result.egress.passes() && report.result.ingress.passes();
  int code = allowed ? kClean : kFindings;
  if (!input.errors.empty()) code = kUnreadable;
  const auto delivered = deliver(*outputs, [&](const Output& output) {
    report.color = wants_color(output);
    return output.format == "json" ? reporters::render_why_json(report)
                                   : reporters::render_why_text(report);
  });
  if (!delivered) code = fail(kUsage, delivered.error());
  return code;
}

}  // namespace

Command add_why_command(CLI::App& app) {
  auto flags = std::make_shared<WhyFlags>();
  app.add_option("PATH", flags->paths, "Policies and manifests: files, folders, or -")->required();
  const std::string forms(harness::kEndpointForms);
  app.add_option("--from", flags->from, "Who connects: " + forms)->required();
  app.add_option("--to", flags->to, "Where to, with a port: shop/cart:7070/TCP")->required();
  CLI::Option* http = app.add_option("--http", flags->http, "An HTTP request: 'GET /path'");
  app.add_option("--dns", flags->dns, "A DNS question: the name")->excludes(http);
  app.add_option("-o,--output", flags->outputs, "FORMAT[=FILE], repeatable: text, json")
      ->allow_extra_args(false);
  add_config_flags(app, flags->config);
  app.footer("Exit codes: 0 allowed; 1 denied.");
  return [flags] { return run_why(*flags); };
}

}  // namespace cnplint::cli

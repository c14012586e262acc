// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <optional>

#include "base/file.h"
#include "base/text.h"
#include "cli/capture_input.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/values.h"
#include "flows/anonymize.h"
#include "flows/capture.h"
#include "flows/connection_file.h"
#include "flows/export/export.h"
#include "flows/filter.h"

namespace cnplint::cli {
namespace {

constexpr std::string_view kConnections = "connections";

/// The flags of `cnplint flows`.
struct FlowsFlags {
  std::vector<std::string> captures;
  std::vector<std::string> outputs;
  flows::Filter filter;
  CaptureFlags capture;
  std::string secret_file;
  bool allow_empty = false;
};

std::vector<std::string_view> table_formats() {
  std::vector<std::string_view> names = names_of(flows::export_formats());
  names.push_back(kConnections);
  return names;
}

/// The table in a form; what most forms need of it is worked out once, into `capture`.
std::string rendered(const std::string& name, const flows::Table& table,
                     std::optional<flows::Capture>& capture) {
  if (name == kConnections) return flows::write_connections(table);
  if (!capture) capture = flows::resolve(table);
  const auto formats = flows::export_formats();
  return std::ranges::find(formats, name, &flows::ExportFormat::name)->render(*capture);
}

/// The secret of --anonymize: the bytes of a file, without the line break an editor leaves.
base::Result<std::string> secret_of(const std::string& file) {
  constexpr std::size_t kMostBytes = 65536;
  constexpr std::size_t kFewestBytes = 8;
  auto secret = base::read_input(file, kMostBytes);
  if (!secret) return secret;
  while (secret->ends_with('\n') || secret->ends_with('\r')) secret->pop_back();
  if (secret->size() < kFewestBytes)
    return base::fail(base::Error::Kind::usage,
                      "--anonymize: the secret in " + file +
                          " is shorter than 8 bytes; write a "
                          "longer one, for example with `head -c 32 /dev/urandom`");
  return secret;
}

int run_flows(const FlowsFlags& flags) {
  std::vector<std::string> inputs = flags.captures;
  inputs.push_back(flags.secret_file);
  const auto outputs = parse_outputs(flags.outputs, table_formats(), inputs);
  if (!outputs) return fail(kUsage, outputs.error());
  for (const std::string& word : flags.filter.verdicts)
    if (!flows::is_verdict_word(word))
      return fail(kUsage, "--verdict: " + base::quoted(word) + " is none of " +
                              std::string(flows::kVerdictWords));
  std::string secret;
  if (!flags.secret_file.empty()) {
    auto read = secret_of(flags.secret_file);
    if (!read) return fail(kUsage, read.error());
    secret = std::move(*read);
  }
  int code = kClean;
  auto reading = read_captures(flags.captures, flags.capture, files_of(*outputs), code);
  if (!reading) return fail(kUsage, reading.error());
  const flows::Totals& totals = reading->table.totals;
  if (totals.flows == 0 && code == kClean && !flags.allow_empty)
    code = fail(kUnreadable, "no flow found; check the captures, or say --allow-empty");
  flows::apply(flags.filter, reading->table);
  if (!secret.empty()) reading->table = flows::anonymized(reading->table, secret);
  std::optional<flows::Capture> capture;
  const auto delivered = deliver(*outputs, [&](const Output& output) {
    return rendered(output.format, reading->table, capture);
  });
  if (!delivered) code = fail(kUsage, delivered.error());
  return code;
}

}  // namespace

Command add_flows_command(CLI::App& app) {
  auto flags = std::make_shared<FlowsFlags>();
  app.add_option("CAPTURE", flags->captures,
                 "Hubble captures: files (also .gz and .zst), folders, or - for standard input")
      ->required();
  add_output_option(app, flags->outputs, names_of(flows::export_formats()));
  flows::Filter& filter = flags->filter;
  app.add_option("--namespace", filter.namespaces, "Only connections from or to it, repeatable")
      ->type_name(kNamespaceValue)
      ->allow_extra_args(false);
  app.add_option("--workload", filter.workloads,
                 "Only connections from or to NAME or NAMESPACE/NAME, repeatable")
      ->allow_extra_args(false);
  app.add_option("--port", filter.ports, "Only connections to this port, repeatable")
      ->allow_extra_args(false);
  app.add_option(
         "--verdict", filter.verdicts,
         "Only connections with this verdict, repeatable: " + std::string(flows::kVerdictWords))
      ->allow_extra_args(false);
  app.add_option("--anonymize", flags->secret_file,
                 "Replace names and addresses, keyed by the secret in this file")
      ->type_name(kFileValue);
  app.add_flag("--allow-empty", flags->allow_empty, "No flow at all is no error");
  add_capture_flags(app, flags->capture);
  return [flags] { return run_flows(*flags); };
}

}  // namespace cnplint::cli

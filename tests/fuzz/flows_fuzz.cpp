// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a capture: read, resolved, written in every form, and read again. What was written
// as a connection file must read to the same; what is synthesised must be YAML.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <string>

#include "base/check.h"
#include "coverage/observed_traffic.h"
#include "flows/anonymize.h"
#include "flows/connection_file.h"
#include "flows/export/export.h"
#include "flows/reader.h"
#include "policy/yaml/reader.h"
#include "synth/proof.h"

namespace {

using namespace cnplint;

/// Reads bytes through a file that only memory has.
flows::Reading read(const std::string& bytes) {
  const int descriptor = ::memfd_create("capture", 0);
  CNPLINT_CHECK(descriptor >= 0);
  CNPLINT_CHECK(::write(descriptor, bytes.data(), bytes.size()) ==
                static_cast<ssize_t>(bytes.size()));
  ::lseek(descriptor, 0, SEEK_SET);
  flows::ReadOptions options;
  options.threads = 1;
  flows::Reading reading =
      flows::read_captures({"/proc/self/fd/" + std::to_string(descriptor)}, options);
  ::close(descriptor);
  return reading;
}

void synthesise(const flows::Capture& capture) {
  synth::SynthesisOptions options;
  options.draft.l7 = true;
  options.draft.generalize = 100;
  const coverage::ObservedTraffic traffic = coverage::observe(capture, {}, {});
  const synth::Synthesis synthesis = synth::synthesize(traffic, options, {});
  base::SourceStore store;
  const auto content = policy::read_documents(
      store.add("policies", write_all(synthesis.drafts.policies, options.write)));
  CNPLINT_CHECK(content.documents.size() == synthesis.drafts.policies.size());
  std::vector<policy::Policy> policies;
  for (const policy::Document& document : content.documents) {
    CNPLINT_CHECK(!document.error());
    for (const policy::Manifest& each : policy::manifests(document.root()))
      policies.push_back(policy::read_policy(*policy::policy_kind(each), each.root));
  }
  const policy::Environment environment;
  const synth::Prover prover(synthesis, environment, 2);
  std::vector<synth::PartProof> proofs;
  for (const synth::ProofPart& part : prover.parts()) {
    std::vector<policy::Policy> written;
    for (const std::uint32_t i : part.policies) written.push_back(policies[i]);
    proofs.push_back(prover.prove(part, policy::translate(written, environment, {})));
  }
  prover.sum_up(std::move(proofs));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const flows::Reading reading = read({reinterpret_cast<const char*>(data), size});
  const flows::Capture capture = flows::resolve(reading.table);
  for (const flows::ExportFormat& format : flows::export_formats())
    CNPLINT_CHECK(!format.render(capture).empty() || format.name == "jsonl");
  synthesise(capture);
  const std::string stored = flows::write_connections(reading.table);
  const flows::Reading again = read(stored);
  CNPLINT_CHECK(again.bad.empty());
  CNPLINT_CHECK(flows::write_connections(again.table) == stored);
  CNPLINT_CHECK(!flows::write_connections(flows::anonymized(reading.table, "secret")).empty());
  return 0;
}

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "policy/model/environment.h"
#include "policy/verdict/rule.h"
#include "synth/endpoint_index.h"
#include "synth/permitted.h"
#include "synth/proof_parts.h"
#include "synth/synthesis.h"

namespace cnplint::synth {

/// What a set of policies does to the traffic that it was made from, as the verdict engine decides.
struct Proof {
  std::vector<std::string> denied;    ///< learned connections and requests that would be refused
  std::uint64_t excess = 0;           ///< connections of the inventory that nobody saw, and pass
  std::vector<std::string> examples;  ///< of these, at most ten
  std::vector<std::string> left_out;  ///< and of those that were seen and left out on purpose
  /// Connections that nobody saw either, and that labels allow which several workloads have.
  std::uint64_t shared = 0;
};

/// What the policies of a part do.
struct PartProof {
  using Ends = std::tuple<std::uint32_t, std::uint32_t, std::uint8_t>;  ///< parties, protocol
  using Ports = std::pair<std::uint32_t, std::uint32_t>;  ///< the first, and one behind the last

  std::vector<std::pair<std::uint32_t, std::string>> denied;  ///< by connection, in its order
  std::vector<std::pair<Ends, Ports>> excess;
  std::vector<std::pair<Ends, Ports>> shared;  ///< one port each
};

/// Decides every learned connection and counts what else policies allow: for each workload that
/// they select and each party that the capture knows, the ports (of TCP, UDP, SCTP; ICMP types)
/// that nobody saw and that pass. DNS to the cluster's resolver is not counted, which every
/// workload needs; nor the local host, which Cilium always lets in. It is done part by part, so
/// that many policies need the memory of some; parts can be proved on several threads.
class Prover {
 public:
  /// A part has about so many policies. The synthesis must outlive the prover.
  Prover(const Synthesis& synthesis, const policy::Environment& environment, std::size_t together);

  [[nodiscard]] const std::vector<ProofPart>& parts() const { return parts_; }
  /// Proves a part by its policies as they are written.
  [[nodiscard]] PartProof prove(const ProofPart& part,
                                std::shared_ptr<const policy::RuleBase> written) const;
  /// What all parts come to, which are given in their order.
  [[nodiscard]] Proof sum_up(std::vector<PartProof> proofs) const;

 private:
  friend class PartProver;
  using Place = std::tuple<std::uint32_t, std::uint32_t, std::uint8_t, std::uint32_t>;

  [[nodiscard]] Place place_of(const policy::Connection& asked) const;

  const Synthesis& synthesis_;
  const ObservedTraffic& traffic_;
  const policy::Environment& environment_;
  Permitted permitted_;
  EndpointIndex endpoints_;
  std::vector<ProofPart> parts_;
  std::vector<bool> passing_;    ///< by connection: it has to pass
  std::vector<Place> left_out_;  ///< connections that were seen and need not pass; sorted
};

}  // namespace cnplint::synth

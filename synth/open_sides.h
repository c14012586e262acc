// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "synth/draft.h"

namespace cnplint::synth {

/// `shop/cart -> shop/db 5432/TCP`.
std::string sentence(const Permit& permit, const Parties& parties);

/// Why a kind of policy cannot allow it; empty where it can.
std::string inexpressible(const Permit& permit, const Parties& parties, policy::PolicyKind kind);

/// Why directions of workloads have to stay open: what was not learned passed there, what the kind
/// of policy cannot say, or the labels of the workload also select one for which that is so.
class OpenSides {
 public:
  OpenSides() = default;
  OpenSides(const Parties& parties, const std::vector<Permit>& permits,
            const std::vector<OpenSide>& learned, const DraftOptions& options);

  /// Sentences, each once; none where the direction can be closed.
  [[nodiscard]] const std::vector<std::string>& why(std::uint32_t party,
                                                    policy::Direction direction) const;

 private:
  using Side = std::pair<std::uint32_t, policy::Direction>;

  std::map<Side, std::vector<std::string>> why_;
};

}  // namespace cnplint::synth

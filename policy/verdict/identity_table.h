// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "policy/model/environment.h"
#include "policy/verdict/endpoint.h"
#include "policy/verdict/index_set.h"
#include "policy/verdict/selector.h"

namespace cnplint::policy {

/// The identities of all endpoints, as others see them (A3.3, A5.2). Conditions are evaluated once
/// over all of them and remembered.
class IdentityTable {
 public:
  IdentityTable(const std::vector<Endpoint>& endpoints, const Environment& environment,
                const Surroundings& surroundings);

  [[nodiscard]] const Identity& peer(std::size_t index) const { return peers_[index]; }
  [[nodiscard]] std::size_t size() const { return peers_.size(); }

  /// The endpoints that conditions select as peers.
  IndexSet select(const Conditions& conditions);

 private:
  const IndexSet& select_one(const Condition& condition);
  /// The peers among which all are that meet a condition; none where that may be any of them.
  [[nodiscard]] std::optional<std::vector<std::uint32_t>> candidates(
      const Condition& condition) const;
  [[nodiscard]] const Address& address(std::uint32_t peer) const {
    return peers_[peer].cidr->address;
  }

  std::vector<Identity> peers_;
  /// The peers that have a label, by its key and value.
  std::unordered_map<std::string, std::vector<std::uint32_t>> having_;
  std::unordered_map<std::string, std::vector<std::uint32_t>> having_name_;
  std::vector<std::uint32_t> having_fqdn_label_;
  std::vector<std::uint32_t> by_address_;  ///< the peers that have an address, in its order
  std::unordered_map<std::string, IndexSet> known_;
};

}  // namespace cnplint::policy

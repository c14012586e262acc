// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace cnplint::flows {

/// From which ports the packets of a connection came, for as long as that can show that they are
/// replies: clients come from ever new ports, servers answer from the same one. Settled is what no
/// port can make a reply any more: a SYN was seen, or more ports than servers have. A sum like all
/// that a table holds: merged in any order it is the same.
class SourcePorts {
 public:
  static constexpr std::size_t kMost = 4;

  /// Takes a port; 0 is one that nobody knows, which settles.
  void add(std::uint16_t port);
  void settle() {
    settled_ = true;
    count_ = 0;
  }
  void merge(const SourcePorts& other);

  [[nodiscard]] bool is_settled() const { return settled_; }
  /// In order; none where it is settled.
  [[nodiscard]] std::span<const std::uint16_t> ports() const { return {ports_.data(), count_}; }
  [[nodiscard]] bool has(std::uint16_t port) const;

 private:
  std::array<std::uint16_t, kMost> ports_{};
  std::uint8_t count_ = 0;
  bool settled_ = false;
};

}  // namespace cnplint::flows

// SPDX-License-Identifier: Apache-2.0
#include "flows/source_ports.h"

#include <algorithm>

namespace cnplint::flows {

void SourcePorts::add(std::uint16_t port) {
  if (settled_ || has(port)) return;
  if (port == 0 || count_ == kMost) return settle();
  ports_[count_++] = port;
  std::sort(ports_.begin(), ports_.begin() + count_);
}

void SourcePorts::merge(const SourcePorts& other) {
  if (other.settled_) settle();
  for (const std::uint16_t port : other.ports()) add(port);
}

bool SourcePorts::has(std::uint16_t port) const {
  return std::find(ports_.begin(), ports_.begin() + count_, port) != ports_.begin() + count_;
}

}  // namespace cnplint::flows

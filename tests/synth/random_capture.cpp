// SPDX-License-Identifier: Apache-2.0
#include "tests/synth/random_capture.h"

#include <array>
#include <random>

#include "tests/synth/synthesised.h"

namespace cnplint::tests {
namespace {

constexpr std::array<const char*, 7> kPods{"shop/web",    "shop/cart",   "shop/db",    "bank/api",
                                           "ops/scraper", "bank/pay-v1", "bank/pay-v2"};
constexpr std::array<const char*, 9> kOthers{
    "host",       "remote-node", "kube-apiserver",      "192.0.2.7",      "198.51.100.9",
    "?10.77.0.4", "shop/?plain", "kube-system/coredns", "mesh/other@west"};
constexpr std::array<int, 5> kPorts{80, 443, 5432, 8080, 9100};

class Generator {
 public:
  explicit Generator(std::uint64_t seed) : random_(seed) {}

  std::string next() {
    Line line;
    line.from = any(kPods);
    line.to = one_in(2) ? any(kPods) : any(kOthers);
    if (one_in(4)) std::swap(line.from, line.to);
    line.port = any(kPorts);
    if (line.to == "kube-system/coredns") line.port = 53;
    line.protocol = one_in(4) ? any(std::array{"UDP", "SCTP", "ICMPv4"}) : "TCP";
    if (line.protocol == "ICMPv4") line.port = one_in(3) ? 3 : 8;
    if (line.to == "198.51.100.9" && one_in(2)) line.names = "\"api.example.org\"";
    line.direction = any(std::array{"EGRESS", "INGRESS", ""});
    line.second = static_cast<int>(random_() % 60);
    line.source_port = 40000 + static_cast<int>(random_() % 5);
    add_oddity(line);
    return with_releases(flow(line), "pay");
  }

 private:
  bool one_in(std::uint64_t many) { return random_() % many == 0; }
  template <class List>
  typename List::value_type any(const List& list) {
    return list[random_() % list.size()];
  }

  void add_oddity(Line& line) {
    switch (random_() % 12) {
      case 0:
        line.verdict = "AUDIT";
        break;
      case 1:
        line.verdict = "DROPPED";
        line.drop_reason = one_in(2) ? 133 : 181;
        break;
      case 2:
        // Rarely: all that such a packet may need stays open.
        if (line.protocol != "ICMPv4" && one_in(8)) line.port = 0;
        break;
      case 3:
        if ((line.protocol == "TCP" || line.protocol == "UDP") && one_in(3)) {
          line.reply = "null";
          line.event = 4;
          line.port = 44444;
        }
        break;
      case 4:
        if (line.protocol == "TCP" && line.port != 53)
          line.l7 = R"({"type":"REQUEST","http":{"method":"GET","url":"http://x/items/7"}})";
        break;
      default:
        break;
    }
  }

  std::mt19937_64 random_;
};

}  // namespace

std::vector<std::string> random_flows(std::uint64_t seed, std::size_t count) {
  Generator generator(seed);
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < count; ++i) lines.push_back(generator.next());
  return lines;
}

}  // namespace cnplint::tests

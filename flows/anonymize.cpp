// SPDX-License-Identifier: Apache-2.0
#include "flows/anonymize.h"

#include <arpa/inet.h>
#include <sodium.h>

#include <algorithm>
#include <array>

#include "base/check.h"
#include "flows/request_class.h"

namespace cnplint::flows {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";

constexpr std::string_view kGroup = "cidrgroup:";
constexpr std::string_view kGroupName = "io.cilium.policy.cidrgroupname/";

/// Keys that Kubernetes and Cilium give; their values are names of the user all the same.
bool is_known_key(std::string_view key) {
  for (const std::string_view prefix : {"io.kubernetes.", "io.cilium.", "app.kubernetes.io/"})
    if (key.starts_with(prefix)) return true;
  for (const std::string_view known : {"app", "k8s-app", "name", "component", "tier", "version"})
    if (key == known) return true;
  return false;
}

bool is_known_value(std::string_view value) {
  for (const std::string_view known :
       {"", "kube-system", "default", "kube-dns", "coredns", "node-local-dns", "true", "false"})
    if (value == known) return true;
  return false;
}

class Anonymizer {
 public:
  explicit Anonymizer(std::string_view secret) {
    CNPLINT_CHECK(::sodium_init() >= 0);
    // A key of the right length from a secret of any.
    ::crypto_generichash(key_.data(), key_.size(),
                         reinterpret_cast<const unsigned char*>(secret.data()), secret.size(),
                         nullptr, 0);
  }

  /// A word of letters and digits for a name, the same for the same.
  std::string word(std::string_view text) const {
    if (is_known_value(text)) return std::string(text);
    constexpr std::size_t kBytes = 5;
    const auto hash = hash_of(text);
    std::string result = "x";
    for (std::size_t i = 0; i < kBytes; ++i) {
      result += kHex[hash[i] >> 4U];
      result += kHex[hash[i] & 15U];
    }
    return result;
  }

  /// Each part between separators on its own, so that suffixes and prefixes stay comparable.
  std::string parts(std::string_view text, char separator) const {
    std::string result;
    while (!text.empty()) {
      const std::size_t end = std::min(text.find(separator), text.size());
      const std::string_view part = text.substr(0, end);
      result += part == "*" || part.starts_with('{') ? std::string(part) : word(part);
      if (end < text.size()) result += separator;
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    return result;
  }

  /// Another address of the same family, of IPv6 in fd00::/8. The length of a prefix stays.
  std::string address(std::string_view text) const {
    if (text.empty()) return {};
    const std::size_t slash = std::min(text.find('/'), text.size());
    const auto hash = hash_of(text.substr(0, slash));
    std::string result;
    if (text.find(':') == std::string_view::npos) {
      result = ipv4(text.substr(0, slash));
    } else {
      result = "fd";
      for (std::size_t i = 0; i < 15; ++i) {
        if (i % 2 == 1) result += ":";
        result += kHex[hash[i] >> 4U];
        result += kHex[hash[i] & 15U];
      }
    }
    return result + std::string(text.substr(slash));
  }

  std::string label(std::string_view text) const {
    if (text.starts_with("reserved:")) return std::string(text);
    if (text.starts_with("fqdn:")) return "fqdn:" + parts(text.substr(5), '.');
    if (text.starts_with(kGroup))
      return std::string(kGroup) + group_label(text.substr(kGroup.size()));
    const std::size_t colon = std::min(text.find(':'), text.size() - 1);
    const std::size_t equals = std::min(text.find('='), text.size());
    if (equals < colon) return word(text);
    const std::string_view key = text.substr(colon + 1, equals - colon - 1);
    std::string result(text.substr(0, colon + 1));
    result += is_known_key(key) ? std::string(key) : word(key);
    if (equals < text.size()) result += "=" + word(text.substr(equals + 1));
    return result;
  }

  /// Of a CiliumCIDRGroup: its name, or `key=value`, or `key+value` (fact A5.1).
  std::string group_label(std::string_view text) const {
    if (text.starts_with(kGroupName))
      return std::string(kGroupName) + word(text.substr(kGroupName.size()));
    const std::size_t split = std::min(text.find_first_of("+="), text.size());
    std::string result = word(text.substr(0, split));
    if (split < text.size()) result += text[split] + word(text.substr(split + 1));
    return result;
  }

  CapturedEndpoint endpoint(CapturedEndpoint endpoint) const {
    for (std::string* name : {&endpoint.cluster, &endpoint.ns, &endpoint.pod, &endpoint.workload})
      *name = word(*name);
    for (std::string& each : endpoint.labels) each = label(each);
    std::ranges::sort(endpoint.labels);
    endpoint.address = address(endpoint.address);
    return endpoint;
  }

  std::string request(std::string_view text) const {
    RequestClass request = request_of_text(text);
    request.host = request.host.empty() ? "" : parts(request.host, '.');
    request.path = parts(request.path, request.dns ? '.' : '/');
    return to_text(request);
  }

  /// `Kind/namespace/name`: the kind stays.
  std::string policy(std::string_view text) const {
    const std::size_t slash = std::min(text.find('/'), text.size());
    return std::string(text.substr(0, slash)) + parts(text.substr(slash), '/');
  }

 private:
  using Hash = std::array<unsigned char, crypto_generichash_BYTES>;
  /// A permutation of all IPv4 addresses (a Feistel network of four rounds): two addresses never
  /// become one.
  std::string ipv4(std::string_view text) const {
    std::array<unsigned char, 4> bytes{};
    if (::inet_pton(AF_INET, std::string(text).c_str(), bytes.data()) != 1) return word(text);
    std::uint32_t left = (std::uint32_t{bytes[0]} << 8U) | bytes[1];
    std::uint32_t right = (std::uint32_t{bytes[2]} << 8U) | bytes[3];
    for (const char* round : {"a", "b", "c", "d"}) {
      const auto hash = hash_of(round + std::to_string(right));
      left ^= (std::uint32_t{hash[0]} << 8U) | hash[1];
      std::swap(left, right);
    }
    return std::to_string(left >> 8U) + "." + std::to_string(left & 255U) + "." +
           std::to_string(right >> 8U) + "." + std::to_string(right & 255U);
  }

  Hash hash_of(std::string_view text) const {
    Hash hash{};
    ::crypto_generichash(hash.data(), hash.size(),
                         reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                         key_.data(), key_.size());
    return hash;
  }

  std::array<unsigned char, crypto_generichash_KEYBYTES> key_{};
};

}  // namespace

Table anonymized(const Table& table, std::string_view secret) {
  const Anonymizer names(secret);
  Table result;
  result.totals = table.totals;
  result.totals.nodes.clear();
  for (const std::string& node : table.totals.nodes) result.totals.nodes.insert(names.word(node));
  std::vector<std::uint32_t> numbers;
  for (const CapturedEndpoint& each : table.endpoints())
    numbers.push_back(result.add(names.endpoint(each)));
  const auto policies = [&](const std::set<std::uint32_t>& from) {
    std::set<std::uint32_t> to;
    for (const std::uint32_t each : from)
      to.insert(result.texts.add(names.policy(table.texts.text(each))));
    return to;
  };
  for (const auto& [key, tally] : table.connections()) {
    ConnectionKey own = key;
    own.source = numbers[key.source];
    own.destination = numbers[key.destination];
    own.service = result.texts.add(names.parts(table.texts.text(key.service), '/'));
    ConnectionTally& into = result.connection(own);
    into = tally;
    into.allowed_by = policies(tally.allowed_by);
    into.denied_by = policies(tally.denied_by);
    into.by_class.clear();
    for (const auto& [number, request] : tally.by_class) {
      const std::string text = names.request(table.texts.text(number));
      RequestTally& copy = into.by_class[result.texts.add(text)];
      copy = request;
      copy.example = result.texts.add(request_of_text(text).path);
    }
  }
  for (const ConnectionKey& each : table.answered())
    result.add_answer(numbers[each.source], numbers[each.destination], each.protocol, each.port);
  for (const auto& [address, endpoints] : table.addresses())
    for (const std::uint32_t endpoint : endpoints)
      result.add_address(names.address(table.texts.text(address)), numbers[endpoint]);
  for (const auto& [key, known] : table.names())
    for (const std::uint32_t name : known)
      result.add_name(numbers[key.first], names.address(table.texts.text(key.second)),
                      names.parts(table.texts.text(name), '.'));
  return result;
}

}  // namespace cnplint::flows

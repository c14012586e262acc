// SPDX-License-Identifier: Apache-2.0
#include "synth/generalize.h"

#include <algorithm>
#include <array>
#include <bit>
#include <map>
#include <optional>
#include <set>

#include "policy/model/address.h"
#include "policy/model/dns_name.h"
#include "policy/verdict/label_quality.h"

namespace cnplint::synth {
namespace {

/// Fewer than these are not worth a wider rule.
constexpr std::size_t kFewest = 3;

/// Parents under which strangers are neighbours.
constexpr std::array<std::string_view, 16> kSharedParents{
    "amazonaws.com", "cloudfront.net",     "azure.com",      "azurewebsites.net",
    "windows.net",   "azureedge.net",      "googleapis.com", "googleusercontent.com",
    "appspot.com",   "cloudfunctions.net", "akamaiedge.net", "fastly.net",
    "github.io",     "herokuapp.com",      "netlify.app",    "vercel.app"};

/// Joins neighbours of a sorted list, the cheapest first, as long as the cost can be spent. `cost`
/// gives what joining two neighbours costs, or that they must not be joined.
template <class Item, class Cost, class Join, class Spend>
void merge_neighbours(std::vector<Item>& items, const Cost& cost, const Join& join,
                      const Spend& spend) {
  constexpr auto kNone = static_cast<std::size_t>(-1);
  std::vector<std::size_t> next(items.size(), kNone);
  std::vector<std::size_t> before(items.size(), kNone);
  std::set<std::pair<std::uint64_t, std::size_t>>
      queue;  // the cost of joining an item and its next
  const auto change = [&](std::size_t at, bool add) {
    if (at == kNone || next[at] == kNone) return;
    const auto price = cost(items[at], items[next[at]]);
    if (!price) return;
    add ? static_cast<void>(queue.emplace(*price, at))
        : static_cast<void>(queue.erase({*price, at}));
  };
  for (std::size_t i = 0; i + 1 < items.size(); ++i) {
    next[i] = i + 1;
    before[i + 1] = i;
  }
  for (std::size_t i = 0; i < items.size(); ++i) change(i, true);
  std::vector<bool> gone(items.size());
  while (!queue.empty() && spend(queue.begin()->first)) {
    const std::size_t at = queue.begin()->second;
    const std::size_t other = next[at];
    for (const std::size_t each : {before[at], at, other}) change(each, false);
    items[at] = join(items[at], items[other]);
    gone[other] = true;
    next[at] = next[other];
    if (next[at] != kNone) before[next[at]] = at;
    for (const std::size_t each : {before[at], at}) change(each, true);
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < items.size(); ++i)
    if (!gone[i]) items[kept++] = items[i];
  items.resize(kept);
}

// --- Addresses ---

bool is_private(const policy::Address& address) {
  static const std::array<policy::Prefix, 7> kPrivate = [] {
    std::array<policy::Prefix, 7> all;
    std::ranges::transform(std::array{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",
                                      "100.64.0.0/10", "169.254.0.0/16", "fc00::/7", "fe80::/10"},
                           all.begin(),
                           [](const char* text) { return *policy::parse_prefix(text); });
    return all;
  }();
  return std::ranges::any_of(kPrivate,
                             [&](const policy::Prefix& each) { return each.contains(address); });
}

/// The narrowest prefix that holds both; none where it would hold strangers of another kind.
std::optional<policy::Prefix> common(const policy::Prefix& a, const policy::Prefix& b) {
  constexpr int kWidest = 16;
  constexpr int kWidestV6 = 48;
  if (a.address.v6 != b.address.v6 || is_private(a.address) != is_private(b.address))
    return std::nullopt;
  policy::Prefix prefix{a.address,
                        std::min({a.length, b.length, common_bits(a.address, b.address)})};
  if (prefix.length < (a.address.v6 ? kWidestV6 : kWidest)) return std::nullopt;
  prefix.address = prefix.first();
  return prefix;
}

std::uint64_t addresses(const policy::Prefix& prefix) {
  constexpr int kCounted = 40;
  const int host = prefix.address.bits() - prefix.length;
  return std::uint64_t{1} << static_cast<unsigned>(std::min(host, kCounted));
}

/// How many ports there are.
std::uint64_t width(const std::vector<PortTerm>& ports) {
  std::uint64_t sum = 0;
  for (const PortTerm& term : ports) sum += std::uint64_t{1} + term.last - term.first;
  return sum;
}

auto order_of(const policy::Prefix& each) {
  return std::tuple(each.address.v6, each.address.bytes, each.length);
}

/// Of prefixes in order, none within another, the last that does not begin behind one.
std::size_t last_from(const std::vector<policy::Prefix>& prefixes, const policy::Prefix& one) {
  const auto behind = std::ranges::upper_bound(prefixes, order_of(one), {}, order_of);
  return static_cast<std::size_t>(behind - prefixes.begin()) - 1;
}

/// Joins prefixes, each pair for what it adds times the ports.
template <class Spend>
void merge_prefixes(std::vector<policy::Prefix>& prefixes, std::uint64_t ports,
                    const Spend& spend) {
  std::ranges::sort(prefixes, {}, order_of);
  merge_neighbours(
      prefixes,
      [&](const policy::Prefix& a, const policy::Prefix& b) -> std::optional<std::uint64_t> {
        const auto both = common(a, b);
        if (!both) return std::nullopt;
        const std::uint64_t held = addresses(a) + addresses(b);
        return (addresses(*both) - std::min(held, addresses(*both))) * ports;
      },
      [](const policy::Prefix& a, const policy::Prefix& b) { return *common(a, b); }, spend);
}

Peer peer_of(const policy::Prefix& prefix) {
  return {PeerField::cidr,
          {},
          {},
          {},
          policy::to_string(prefix.address) + "/" + std::to_string(prefix.length)};
}

class Generalizer {
 public:
  Generalizer(const ObservedTraffic& traffic, LabelIndex& labels,
              const std::vector<std::string>& keys, std::uint64_t& budget)
      : traffic_(traffic), labels_(labels), keys_(keys), budget_(budget) {}

  void run(RuleDraft& rule) {
    if (rule.ports.empty() || rule.peers.empty() || rule.ports.front().is_icmp()) return;
    merge_ports(rule);
    switch (rule.peers.front().field) {
      case PeerField::cidr:
        merge_cidrs(rule);
        break;
      case PeerField::fqdns:
        merge_names(rule);
        break;
      case PeerField::endpoints:
        merge_labels(rule);
        break;
      default:
        break;
    }
    for (PortTerm& term : rule.ports) merge_paths(rule, term);
  }

  [[nodiscard]] const std::set<std::string>& wildcards() const { return wildcards_; }

 private:
  bool spend(RuleDraft& rule, std::uint64_t cost) {
    if (cost > budget_) return false;
    budget_ -= cost;
    rule.added += cost;
    return true;
  }

  // --- Ports ---

  void merge_ports(RuleDraft& rule) {
    std::map<std::uint8_t, std::vector<PortTerm>> runs;
    std::vector<PortTerm> others;
    for (const PortTerm& term : rule.ports) {
      const bool plain = term.http.empty() && term.dns.empty();
      (plain ? runs[term.protocol] : others).push_back(term);
    }
    for (auto& [protocol, terms] : runs) {
      if (width(terms) >= kFewest)
        merge_neighbours(
            terms, [&](const PortTerm& a, const PortTerm& b) { return gap_cost(a, b, rule); },
            [](PortTerm a, const PortTerm& b) {
              a.last = b.last;
              return a;
            },
            [&](std::uint64_t cost) { return spend(rule, cost); });
      others.insert(others.end(), terms.begin(), terms.end());
    }
    std::ranges::sort(others);
    rule.ports = std::move(others);
  }

  /// What a range over two ports adds; none where they are too far apart to be a run.
  static std::optional<std::uint64_t> gap_cost(const PortTerm& a, const PortTerm& b,
                                               const RuleDraft& rule) {
    constexpr unsigned kWidestGap = 16;
    const auto gap = static_cast<unsigned>(b.first - a.last - 1);
    if (gap > kWidestGap) return std::nullopt;
    return std::uint64_t{gap} * rule.peers.size();
  }

  // --- Addresses ---

  void merge_cidrs(RuleDraft& rule) {
    std::vector<policy::Prefix> prefixes;
    for (const Peer& peer : rule.peers)
      if (const auto prefix = policy::parse_prefix(peer.text)) prefixes.push_back(*prefix);
    if (prefixes.size() != rule.peers.size()) return;
    merge_prefixes(prefixes, width(rule.ports),
                   [&](std::uint64_t cost) { return spend(rule, cost); });
    rule.peers.clear();
    for (const policy::Prefix& each : prefixes) rule.peers.push_back(peer_of(each));
    std::ranges::sort(rule.peers);
  }

  // --- Names ---

  static bool is_shared(std::string_view parent) {
    if (std::ranges::count(parent, '.') == 0) return true;
    // `co.uk` and the like: a short label below a country.
    const std::size_t dot = parent.rfind('.');
    const bool country = parent.size() - dot - 1 == 2;
    if (country && std::ranges::count(parent, '.') == 1 && dot <= 3) return true;
    return std::ranges::any_of(kSharedParents, [&](std::string_view each) {
      return parent == each || parent.ends_with("." + std::string(each));
    });
  }

  void merge_names(RuleDraft& rule) {
    std::map<std::string, std::vector<std::string>> children;
    for (const Peer& peer : rule.peers)
      children[peer.text.substr(peer.text.find('.') + 1)].push_back(peer.text);
    for (const auto& each : children) {
      const std::string& parent = each.first;
      const std::vector<std::string>& names = each.second;
      if (names.size() < kFewest || is_shared(parent)) continue;
      const std::string pattern = "*." + parent;
      // Nobody can count what a pattern adds: it costs something always.
      if (budget_ < width(rule.ports) ||
          !spend(rule, std::max<std::uint64_t>(1, strangers(pattern, names)) * width(rule.ports)))
        continue;
      std::erase_if(rule.peers,
                    [&](const Peer& peer) { return std::ranges::binary_search(names, peer.text); });
      rule.peers.push_back({PeerField::fqdns, {}, {}, {}, pattern});
      wildcards_.insert(pattern);
    }
    std::ranges::sort(rule.peers);
  }

  /// Names of the capture that a pattern takes in beside those that it replaces, which are sorted.
  [[nodiscard]] std::uint64_t strangers(const std::string& pattern,
                                        const std::vector<std::string>& names) const {
    const policy::DnsPattern matching(pattern, {});
    std::set<std::string> found;
    for (const ObservedEndpoint& endpoint : traffic_.endpoints)
      for (const std::string& name : endpoint.facts.dns_names)
        if (matching.matches(name) && !std::ranges::binary_search(names, name)) found.insert(name);
    return found.size();
  }

  // --- Labels ---

  [[nodiscard]] bool has_label(std::uint32_t endpoint, const Labels::value_type& label) const {
    return std::ranges::any_of(traffic_.endpoints[endpoint].facts.labels,
                               [&](const policy::Label& each) {
                                 return each.key == label.first && each.value == label.second;
                               });
  }

  void merge_labels(RuleDraft& rule) {
    std::map<std::string, std::vector<Peer>> by_namespace;
    for (const Peer& peer : rule.peers)
      if (peer.cluster.empty()) by_namespace[peer.ns].push_back(peer);
    for (const auto& each : by_namespace) {
      const std::string& ns = each.first;
      const std::vector<Peer>& peers = each.second;
      if (peers.size() < kFewest) continue;
      const auto label = common_label(peers);
      if (!label) continue;
      const std::uint64_t more = labels_.having(ns, *label) - peers.size();
      if (!spend(rule, more * width(rule.ports))) continue;
      std::erase_if(rule.peers,
                    [&](const Peer& peer) { return std::ranges::binary_search(peers, peer); });
      rule.peers.push_back({PeerField::endpoints, {}, ns, {*label}, {}});
    }
    std::ranges::sort(rule.peers);
  }

  /// The stable label that all peers have and the fewest others.
  [[nodiscard]] std::optional<Labels::value_type> common_label(
      const std::vector<Peer>& peers) const {
    std::optional<Labels> common;
    for (const Peer& peer : peers) {
      const Party* party = labels_.party_of(peer);
      if (party == nullptr) return std::nullopt;
      Labels own;
      for (const policy::Label& label : traffic_.endpoints[party->endpoints.front()].facts.labels) {
        const Labels::value_type pair{label.key, label.value};
        const bool all = std::ranges::all_of(
            party->endpoints, [&](std::uint32_t endpoint) { return has_label(endpoint, pair); });
        const bool asked = keys_.empty() || std::ranges::find(keys_, label.key) != keys_.end();
        if (all && asked &&
            policy::quality_of(label.source, label.key, label.value) ==
                policy::LabelQuality::stable)
          own.push_back(pair);
      }
      if (common)
        std::erase_if(*common, [&](const Labels::value_type& each) {
          return std::ranges::find(own, each) == own.end();
        });
      else
        common = own;
    }
    if (!common || common->empty()) return std::nullopt;
    return *std::ranges::min_element(*common, {}, [&](const Labels::value_type& each) {
      return std::tuple(labels_.having(peers.front().ns, each), policy::preference_of(each.first),
                        each);
    });
  }

  // --- Paths ---

  /// Paths that differ in one segment only become a template.
  void merge_paths(RuleDraft& rule, PortTerm& term) {
    constexpr std::string_view kAny = "[^/?]+";
    std::map<std::tuple<std::string, std::string, std::string>, std::set<HttpRule>> siblings;
    for (const HttpRule& each : term.http) {
      const std::size_t end = each.path.rfind("(\\?");
      if (end == std::string::npos) continue;
      const std::size_t slash = each.path.rfind('/', end);
      if (slash == std::string::npos || slash + 1 >= end) continue;
      siblings[{each.method, each.path.substr(0, slash + 1), each.path.substr(end)}].insert(each);
    }
    for (const auto& each : siblings) {
      const auto& [method, before, after] = each.first;
      const std::set<HttpRule>& rules = each.second;
      // At the root every path is a sibling: that template would be everything.
      if (rules.size() < kFewest || before == "^/" || !spend(rule, rule.peers.size())) continue;
      std::erase_if(term.http, [&](const HttpRule& old) { return rules.contains(old); });
      std::string path = before;
      path.append(kAny).append(after);
      term.http.push_back({method, std::move(path)});
    }
    std::ranges::sort(term.http);
  }

  const ObservedTraffic& traffic_;
  LabelIndex& labels_;
  const std::vector<std::string>& keys_;
  std::uint64_t& budget_;
  std::set<std::string> wildcards_;
};

}  // namespace

std::size_t LabelIndex::having(const std::string& ns, const Labels::value_type& label) {
  build();
  const auto found = having_.find({ns, label});
  return found == having_.end() ? 0 : found->second;
}

const Party* LabelIndex::party_of(const Peer& peer) {
  build();
  const auto found = by_selector_.find({peer.ns, peer.labels});
  return found == by_selector_.end() ? nullptr : found->second;
}

void LabelIndex::build() {
  if (built_) return;
  built_ = true;
  for (const Party& party : parties_.all) {
    if (!party.in_cluster || party.ns.empty()) continue;
    if (party.kind == PartyKind::workload)
      by_selector_.emplace(std::pair(party.ns, party.labels), &party);
    std::set<Labels::value_type> own;
    for (const std::uint32_t endpoint : party.endpoints)
      for (const policy::Label& label : traffic_.endpoints[endpoint].facts.labels)
        own.emplace(label.key, label.value);
    for (const auto& label : own) ++having_[{party.ns, label}];
  }
  for (const policy::Workload* each : traffic_.unseen)
    for (const auto& [key, value] : each->labels)
      ++having_[{std::string(each->ns), {std::string(key), std::string(value)}}];
}

std::optional<AddressRange> range_of(const RuleDraft& rule) {
  std::optional<policy::Prefix> all;
  std::uint64_t held = 0;
  for (const Peer& peer : rule.peers) {
    const auto prefix = policy::parse_prefix(peer.text);
    if (!prefix) return std::nullopt;
    all = all ? common(*all, *prefix) : prefix;
    if (!all) return std::nullopt;
    held += addresses(*prefix);
  }
  if (!all) return std::nullopt;
  return AddressRange{peer_of(*all).text,
                      (addresses(*all) - std::min(held, addresses(*all))) * width(rule.ports)};
}

void merge_firewall_cidrs(std::vector<RuleDraft>& rules, std::uint64_t& budget) {
  constexpr std::uint64_t kAllPorts = 65535;  // an EgressNetworkPolicy has none
  struct Group {
    std::vector<policy::Prefix> prefixes;
    std::vector<RuleDraft> rules;  ///< of the prefixes
  };
  std::map<std::vector<PortTerm>, Group> by_ports;
  std::vector<RuleDraft> result;
  for (RuleDraft& rule : rules) {
    const auto prefix = policy::parse_prefix(rule.peers.front().text);
    if (!prefix || rule.peers.front().field != PeerField::cidr) {
      result.push_back(std::move(rule));
      continue;
    }
    Group& group = by_ports[rule.ports];
    group.prefixes.push_back(*prefix);
    group.rules.push_back(std::move(rule));
  }
  for (auto& each : by_ports) {
    const std::vector<PortTerm>& ports = each.first;
    const std::vector<policy::Prefix> known = each.second.prefixes;
    std::vector<policy::Prefix>& wide = each.second.prefixes;
    const std::uint64_t each_costs = ports.empty() ? kAllPorts : ports.size();
    merge_prefixes(wide, each_costs, [&](std::uint64_t cost) {
      if (cost > budget) return false;
      budget -= cost;
      return true;
    });
    std::vector<RuleDraft> joined(wide.size());
    std::vector<std::uint64_t> held(wide.size());
    for (std::size_t i = 0; i < known.size(); ++i) {
      const std::size_t at = last_from(wide, known[i]);
      held[at] += addresses(known[i]);
      const auto& evidence = each.second.rules[i].evidence;
      joined[at].evidence.insert(joined[at].evidence.end(), evidence.begin(), evidence.end());
    }
    for (std::size_t i = 0; i < wide.size(); ++i) {
      joined[i].direction = policy::Direction::egress;
      joined[i].peers = {peer_of(wide[i])};
      joined[i].ports = ports;
      joined[i].added = (addresses(wide[i]) - std::min(held[i], addresses(wide[i]))) * each_costs;
      result.push_back(std::move(joined[i]));
    }
  }
  rules = std::move(result);
  std::ranges::sort(rules, {}, [](const RuleDraft& rule) { return rule.peers.front(); });
}

void generalize(PolicyDraft& policy, const ObservedTraffic& traffic, LabelIndex& labels,
                const std::vector<std::string>& keys, std::uint64_t& budget) {
  Generalizer generalizer(traffic, labels, keys, budget);
  for (auto* rules : {&policy.ingress, &policy.egress})
    for (RuleDraft& rule : *rules) generalizer.run(rule);
  // What a wildcard may reach must be asked for first.
  for (RuleDraft& rule : policy.egress)
    for (PortTerm& term : rule.ports) {
      if (term.dns.empty() || term.dns.front() == "*") continue;
      term.dns.insert(term.dns.end(), generalizer.wildcards().begin(),
                      generalizer.wildcards().end());
      std::ranges::sort(term.dns);
    }
}

}  // namespace cnplint::synth

// SPDX-License-Identifier: Apache-2.0
#include "synth/flow_list.h"

#include <algorithm>
#include <charconv>
#include <functional>

#include "base/file.h"
#include "base/glob.h"
#include "base/text.h"
#include "policy/model/dns_name.h"
#include "policy/verdict/rule.h"
#include "synth/party.h"

namespace cnplint::synth {
namespace {

using coverage::ObservedConnection;
using coverage::ObservedEndpoint;
using coverage::ObservedTraffic;

constexpr std::size_t kMostBytes = 64U << 20U;
constexpr std::string_view kBlanks = " \t\r";

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  line = line.substr(0, line.find('#'));
  while (true) {
    line.remove_prefix(std::min(line.find_first_not_of(kBlanks), line.size()));
    if (line.empty()) return words;
    const std::size_t end = std::min(line.find_first_of(kBlanks), line.size());
    words.push_back(line.substr(0, end));
    line.remove_prefix(end);
  }
}

/// A word of a line that cannot be used, and why.
struct Mistake {
  std::string_view word;
  std::string message;
};

/// Calls read(words, place) for every line that says something; its mistakes, with their places,
/// are the error.
base::Result<void> read_lines(
    const std::string& path,
    const std::function<std::optional<Mistake>(const std::vector<std::string_view>&,
                                               const std::string& place)>& read) {
  constexpr std::size_t kMostMistakes = 20;
  const auto text = base::read_input(path, kMostBytes);
  if (!text) return tl::unexpected(text.error());
  const std::string shown = base::shown_path(path);
  std::vector<std::string> mistakes;
  std::size_t number = 0;
  for (std::size_t at = 0; at < text->size(); ++number) {
    const std::size_t end = std::min(text->find('\n', at), text->size());
    const std::string_view line = std::string_view(*text).substr(at, end - at);
    at = end + 1;
    const auto words = words_of(line);
    if (words.empty()) continue;
    const std::string place = shown + ":" + std::to_string(number + 1);
    if (const auto mistake = read(words, place)) {
      const auto column = static_cast<std::size_t>(mistake->word.data() - line.data()) + 1;
      mistakes.push_back(place + ":" + std::to_string(column) + ": " + mistake->message);
    }
    if (mistakes.size() == kMostMistakes) break;
  }
  if (mistakes.empty()) return {};
  return base::fail(base::Error::Kind::usage, base::joined(mistakes, "\n"));
}

std::optional<policy::Prefix> prefix_of(std::string_view word) {
  if (const auto prefix = policy::parse_prefix(word)) return prefix;
  if (const auto address = policy::parse_address(word))
    return policy::Prefix{*address, address->bits()};
  return std::nullopt;
}

EndPattern pattern_of(std::string_view word) {
  EndPattern pattern;
  pattern.prefix = prefix_of(word);
  if (!pattern.prefix) pattern.glob = word;
  return pattern;
}

/// `22`, `22/TCP`, `*/UDP`.
bool read_port(std::string_view word, FlowList::Line& line) {
  const std::size_t slash = word.find('/');
  const std::string_view number = word.substr(0, slash);
  if (slash != std::string_view::npos) {
    const auto protocol = policy::protocol_number(word.substr(slash + 1));
    if (!protocol) return false;
    line.protocol = *protocol;
  }
  if (number == "*") return slash != std::string_view::npos;
  const auto [end, error] =
      std::from_chars(number.data(), number.data() + number.size(), line.port);
  return error == std::errc() && end == number.data() + number.size() && line.port != 0;
}

}  // namespace

bool EndPattern::matches(const ObservedEndpoint& endpoint) const {
  const bool external = endpoint.facts.kind == policy::EndpointKind::external;
  if (prefix)
    return external && endpoint.facts.address && prefix->contains(*endpoint.facts.address);
  return glob == "*" || (glob == "world" && external) || glob == entity_of(endpoint.facts) ||
         base::glob_matches(glob, endpoint.name) ||
         (!endpoint.workload.empty() &&
          base::glob_matches(glob, endpoint.ns + "/" + workload_of(endpoint)));
}

const FlowList::Line* FlowList::find(const ObservedConnection& connection,
                                     const ObservedTraffic& traffic) const {
  const policy::Connection& asked = connection.connection;
  return find(traffic.endpoints[asked.from], traffic.endpoints[asked.to], asked.protocol,
              asked.port);
}

const FlowList::Line* FlowList::find(const ObservedEndpoint& from, const ObservedEndpoint& to,
                                     std::uint8_t protocol, std::uint16_t port) const {
  for (const Line& line : lines)
    if ((line.port == 0 || line.port == port) &&
        (line.protocol == 0 || line.protocol == protocol) && line.from.matches(from) &&
        line.to.matches(to))
      return &line;
  return nullptr;
}

base::Result<FlowList> read_flow_list(const std::string& path) {
  FlowList list;
  const auto read = read_lines(
      path,
      [&](const std::vector<std::string_view>& words,
          const std::string& place) -> std::optional<Mistake> {
        if (words.size() < 3 || words.size() > 4 || words[1] != "->")
          return Mistake{words.front(),
                         "not a connection; write `FROM -> TO [PORT[/PROTOCOL]]`, such as `dev/* "
                         "-> prod/* 5432/TCP`"};
        FlowList::Line line{pattern_of(words[0]), pattern_of(words[2]), 0, 0, place};
        if (words.size() == 4 && !read_port(words[3], line))
          return Mistake{words[3],
                         base::quoted(words[3]) + " is no port; write 22, 22/TCP or */UDP"};
        list.lines.push_back(std::move(line));
        return std::nullopt;
      });
  if (!read) return tl::unexpected(read.error());
  return list;
}

std::string AddressList::find(const ObservedEndpoint& endpoint,
                              const std::vector<std::string>& asked) const {
  if (const auto& address = endpoint.facts.address) {
    if (std::string text = policy::to_string(*address); addresses.contains(text)) return text;
    for (const policy::Prefix& prefix : prefixes)
      if (prefix.contains(*address))
        return policy::to_string(prefix.address) + "/" + std::to_string(prefix.length);
  }
  for (const std::string& name : asked)
    for (std::string_view below = name; !below.empty();) {
      if (names.contains(below)) return std::string(below);
      const std::size_t dot = below.find('.');
      below = dot == std::string_view::npos ? std::string_view() : below.substr(dot + 1);
    }
  return {};
}

base::Result<AddressList> read_address_list(const std::string& path) {
  AddressList list;
  const auto read = read_lines(
      path,
      [&](const std::vector<std::string_view>& words,
          const std::string& /*place*/) -> std::optional<Mistake> {
        // A line of /etc/hosts: the address is where the names shall lead, not what is blocked.
        const bool hosts = words.size() > 1 && policy::parse_address(words.front());
        for (std::size_t i = hosts ? 1 : 0; i < words.size(); ++i) {
          const auto prefix = prefix_of(words[i]);
          if (prefix && prefix->length == prefix->address.bits()) {
            list.addresses.insert(policy::to_string(prefix->address));
          } else if (prefix) {
            list.prefixes.push_back(*prefix);
          } else if (words[i].find_first_not_of("0123456789./:") != std::string_view::npos &&
                     policy::is_dns_match_name(words[i])) {
            std::string name = base::lower(words[i]);
            if (name.ends_with('.')) name.pop_back();
            list.names.insert(std::move(name));
          } else {
            return Mistake{words[i],
                           base::quoted(words[i]) + " is neither an address, a CIDR nor a name"};
          }
        }
        return std::nullopt;
      });
  if (!read) return tl::unexpected(read.error());
  return list;
}

}  // namespace cnplint::synth

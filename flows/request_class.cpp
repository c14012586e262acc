// SPDX-License-Identifier: Apache-2.0
#include "flows/request_class.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace cnplint::flows {
namespace {

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kHexDigits = "0123456789abcdefABCDEF";

bool consists_of(std::string_view text, std::string_view characters) {
  return text.find_first_not_of(characters) == std::string_view::npos;
}

/// 8-4-4-4-12 hexadecimal digits.
bool is_uuid(std::string_view text) {
  constexpr std::size_t kLength = 36;
  if (text.size() != kLength || !consists_of(text, "0123456789abcdefABCDEF-")) return false;
  for (std::size_t i = 0; i < text.size(); ++i)
    if ((text[i] == '-') != (i == 8 || i == 13 || i == 18 || i == 23)) return false;
  return true;
}

std::string_view segment_class(std::string_view segment) {
  constexpr std::size_t kShortestHex = 8;
  if (segment.empty()) return segment;
  if (consists_of(segment, kDigits)) return "{number}";
  if (is_uuid(segment)) return "{uuid}";
  if (segment.size() >= kShortestHex && consists_of(segment, kHexDigits) &&
      segment.find_first_of(kDigits) != std::string_view::npos)
    return "{hex}";
  return segment;
}

std::string_view behind_scheme(std::string_view url) {
  const std::size_t scheme = url.find("://");
  return scheme == std::string_view::npos ? url : url.substr(scheme + 3);
}

}  // namespace

std::string_view path_of_url(std::string_view url) {
  constexpr std::size_t kLongest = 512;
  if (!url.starts_with('/')) {
    url = behind_scheme(url);
    url.remove_prefix(std::min(url.find('/'), url.size()));
  }
  url = url.substr(0, std::min(url.find_first_of("?#"), kLongest));
  return url.empty() ? "/" : url;
}

void add_http_class(std::string_view method, std::string_view url, std::string& text) {
  text.append("h").append(1, '\0').append(method).append(1, '\0');
  if (!url.starts_with('/')) {
    const std::string_view rest = behind_scheme(url);
    text.append(rest.substr(0, std::min(rest.find_first_of("/?#"), rest.size())));
  }
  text.append(1, '\0');
  std::string_view path = path_of_url(url);
  while (!path.empty()) {
    const std::size_t slash = std::min(path.find('/', 1), path.size());
    const std::size_t begin = path.front() == '/' ? 1 : 0;
    text.append(path.substr(0, begin)).append(segment_class(path.substr(begin, slash - begin)));
    path.remove_prefix(slash);
  }
}

void add_dns_class(std::string_view name, std::string& text) {
  text.append("d").append(3, '\0').append(name);
}

std::string to_text(const RequestClass& request) {
  std::string text = request.dns ? "d" : "h";
  for (const std::string* part : {&request.method, &request.host, &request.path})
    text.append(1, '\0').append(*part);
  return text;
}

RequestClass request_of_text(std::string_view text) {
  RequestClass request;
  request.dns = text.starts_with('d');
  std::array<std::string*, 3> parts{&request.method, &request.host, &request.path};
  for (std::string* part : parts) {
    text.remove_prefix(std::min(text.find('\0'), text.size()));
    if (!text.empty()) text.remove_prefix(1);
    *part = text.substr(0, part == parts.back() ? text.size() : text.find('\0'));
  }
  return request;
}

std::string plain_dns_name(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  return base::lower(name);
}

}  // namespace cnplint::flows

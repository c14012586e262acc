// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace cnplint::flows {

/// An L7 request, or a class of such: `path` may have segments that stand for many.
struct RequestClass {
  bool dns = false;
  std::string method;  ///< of HTTP
  std::string host;    ///< as the URL has it; may be empty
  std::string path;    ///< of HTTP, or the DNS name in lower case without final dot

  friend bool operator==(const RequestClass&, const RequestClass&) = default;
};

/// Appends the text of the class of an HTTP request by its URL: the query is left out, and segments
/// of the path that are numbers, UUIDs or hexadecimal become `{number}`, `{uuid}` and `{hex}`.
void add_http_class(std::string_view method, std::string_view url, std::string& text);
/// Appends the text of the class of a DNS query, by its plain name.
void add_dns_class(std::string_view name, std::string& text);
/// The path of a URL without query, at most 512 bytes of it.
std::string_view path_of_url(std::string_view url);

/// A class as one text, and back.
std::string to_text(const RequestClass& request);
RequestClass request_of_text(std::string_view text);

/// A DNS name in lower case without its final dot.
std::string plain_dns_name(std::string_view name);

}  // namespace cnplint::flows

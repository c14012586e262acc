// SPDX-License-Identifier: Apache-2.0
#include "policy/model/public_suffix.h"

#include <algorithm>
#include <array>
#include <span>

namespace cnplint::policy {
namespace {

/// Domains of one label that no registry has.
constexpr std::array<std::string_view, 17> kPrivate{
    "arpa",      "cluster",  "consul",  "corp", "example", "home",
    "internal",  "intranet", "invalid", "lan",  "local",   "localdomain",
    "localhost", "onion",    "private", "svc",  "test"};

/// What comes before the country where registries give names in kinds.
constexpr std::array<std::string_view, 6> kKinds{"co", "com", "ne", "net", "or", "org"};

constexpr std::array<std::string_view, 30> kHosting{"appspot.com",
                                                    "azurewebsites.net",
                                                    "blob.core.windows.net",
                                                    "blogspot.com",
                                                    "cloudfront.net",
                                                    "cloudfunctions.net",
                                                    "duckdns.org",
                                                    "execute-api.amazonaws.com",
                                                    "firebaseapp.com",
                                                    "fly.dev",
                                                    "github.io",
                                                    "gitlab.io",
                                                    "glitch.me",
                                                    "herokuapp.com",
                                                    "netlify.app",
                                                    "ngrok-free.app",
                                                    "ngrok.app",
                                                    "ngrok.io",
                                                    "onrender.com",
                                                    "pages.dev",
                                                    "r2.dev",
                                                    "run.app",
                                                    "s3.amazonaws.com",
                                                    "storage.googleapis.com",
                                                    "trycloudflare.com",
                                                    "vercel.app",
                                                    "web.app",
                                                    "web.core.windows.net",
                                                    "workers.dev",
                                                    "wordpress.com"};

bool is_among(std::span<const std::string_view> list, std::string_view text) {
  return std::ranges::find(list, text) != list.end();
}

}  // namespace

SuffixKind suffix_kind(std::string_view domain) {
  constexpr std::size_t kCountry = 2;
  if (domain.empty()) return SuffixKind::none;
  const std::size_t dot = domain.find('.');
  if (dot == std::string_view::npos) {
    const bool letters = domain.size() >= kCountry &&
                         std::ranges::all_of(domain, [](char c) { return c >= 'a' && c <= 'z'; });
    return letters && !is_among(kPrivate, domain) ? SuffixKind::registry : SuffixKind::none;
  }
  if (is_among(kHosting, domain)) return SuffixKind::hosting;
  const std::string_view last = domain.substr(dot + 1);
  return last.size() == kCountry && is_among(kKinds, domain.substr(0, dot)) ? SuffixKind::registry
                                                                            : SuffixKind::none;
}

}  // namespace cnplint::policy

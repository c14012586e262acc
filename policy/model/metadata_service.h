// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>

namespace cnplint::policy {

/// An address where a cloud hands out the credentials of its machines or containers, and the least
/// length of a prefix with it that is meant for it: wider ones are of something else.
struct MetadataService {
  std::string_view address;
  int shortest = 0;
};
inline constexpr std::array<MetadataService, 4> kMetadataServices{{
    {"169.254.169.254", 16},  // AWS, Azure, Google Cloud, Oracle, OpenStack
    {"fd00:ec2::254", 32},    // AWS
    {"169.254.170.2", 32},    // containers of AWS
    {"100.100.100.200", 24},  // Alibaba
}};

}  // namespace cnplint::policy

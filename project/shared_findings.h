// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "lint/finding.h"

namespace cnplint::project {

/// Adds clusters, as sorted indices, to others.
void add_clusters(const std::vector<std::uint32_t>& more, std::vector<std::uint32_t>& all);

/// Makes findings of one file that are the same into one, of all their clusters: an anchor that is
/// used twice gives a finding twice, and so do two clusters. Where several clusters share the file,
/// those that differ in nothing but the namespace are the same. The findings come out by position.
void merge_same(std::vector<lint::Finding>& findings, bool shared = false);

/// The folder that a finding of a whole folder is said of: the chart that a file belongs to, or its
/// own.
std::filesystem::path chart_or_folder_of(const base::SourceFile& file);

}  // namespace cnplint::project

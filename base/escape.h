// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace cnplint::base {

/// For people: control characters (C0 and C1), line breaks, characters that turn the direction of
/// text around, and invalid UTF-8 become visible (`\x1b`), so that what an input brings can neither
/// move a terminal's cursor nor begin a line of a log. Tabs stay.
std::string for_terminal(std::string_view text);
/// For XML 1.0 text and attributes: entities, and U+FFFD for what XML cannot hold.
std::string for_xml(std::string_view text);
/// For HTML text and attributes.
std::string for_html(std::string_view text);
/// For a line of the message of a workflow command; lines are joined with kGitHubLineBreak.
std::string for_github_data(std::string_view text);
inline constexpr std::string_view kGitHubLineBreak = "%0A";
/// For a property of a workflow command.
std::string for_github_property(std::string_view text);
/// A cell of a table as RFC 4180 has it. What a spreadsheet would take for a formula gets an
/// apostrophe, and what is not to be seen is made visible, as the table may be looked at where it
/// is printed.
std::string csv_cell(std::string_view value);
/// For a URI reference: percent-encoded except for `/` and unreserved characters.
std::string for_uri(std::string_view text);

}  // namespace cnplint::base

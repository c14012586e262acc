// SPDX-License-Identifier: Apache-2.0
#include "cli/manual.h"

#include <CLI/CLI.hpp>
#include <string_view>

#include "base/text.h"
#include "cli/values.h"

namespace cnplint::cli {
namespace {

/// A text as roff takes it: dashes that can be copied, and no line that begins a request.
std::string roff(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '\\')
      result += "\\e";
    else if (c == '-')
      result += "\\-";
    else if ((c == '.' || c == '\'') && (result.empty() || result.back() == '\n'))
      result += std::string("\\&") + c;
    else
      result += c;
  }
  return result;
}

std::string bold(std::string_view text) { return "\\fB" + roff(text) + "\\fR"; }

/// `-o`, `--output`.
std::string names_of_option(const CLI::Option& option) {
  std::string text;
  for (const std::string& each : option.get_snames())
    text += (text.empty() ? "" : ", ") + bold("-" + each);
  for (const std::string& each : option.get_lnames())
    text += (text.empty() ? "" : ", ") + bold("--" + each);
  return text.empty() ? "\\fI" + roff(option.get_name(true)) + "\\fR" : text;
}

/// ` FORMAT[=FILE] (text, json)`; of a flag nothing.
std::string text_of_value(const CLI::Option& option) {
  if (option.get_items_expected_max() == 0 || option.get_positional()) return {};
  const OptionValue value = value_of(option);
  const std::string text = " \\fI" + roff(value.name) + "\\fR";
  return value.values.empty() ? text : text + " (" + roff(base::joined(value.values, ", ")) + ")";
}

void add_options(const CLI::App& app, bool positional, std::string& text) {
  for (const CLI::Option* option : app.get_options())
    if (option->get_positional() == positional)
      text += ".TP\n" + names_of_option(*option) + text_of_value(*option) + "\n" +
              roff(option->get_description()) + "\n";
}

std::string synopsis(const CLI::App& app, const std::string& name) {
  std::string text = bold(name) + " [\\fIOPTIONS\\fR]";
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_positional()) continue;
    const std::string word = "\\fI" + roff(option->get_name(true)) + "\\fR" +
                             (option->get_items_expected_max() > 1 ? "..." : "");
    text += " " + (option->get_required() ? word : "[" + word + "]");
  }
  return text;
}

std::string lower_first(std::string text) {
  if (!text.empty() && text.front() >= 'A' && text.front() <= 'Z')
    text.front() = static_cast<char>(text.front() - 'A' + 'a');
  return text;
}

}  // namespace

std::string manual_page(const CLI::App& app, const std::string& command) {
  const CLI::App* shown = command.empty() ? &app : command_of(app, command);
  if (shown == nullptr) return {};
  const std::string page = command.empty() ? "cnplint" : "cnplint-" + command;
  std::string title = page;
  for (char& c : title)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  std::string text = ".TH " + title + " 1 \"\" \"cnplint\" \"User Commands\"\n.SH NAME\n" +
                     roff(page) + " \\- " + roff(lower_first(shown->get_description())) +
                     "\n.SH SYNOPSIS\n";
  const auto commands = commands_of(app);
  if (command.empty()) {
    text += bold("cnplint") + " \\fICOMMAND\\fR [\\fIOPTIONS\\fR] ...\n.br\n" + bold("cnplint") +
            " [\\fIOPTIONS\\fR] [\\fIPATH\\fR...]\n.SH DESCRIPTION\n" +
            roff(app.get_description()) + "\nWhere no command is named, it is " + bold("lint") +
            ".\n.SH COMMANDS\n";
    for (const CLI::App* each : commands)
      text += ".TP\n" + bold(each->get_name()) + "\n" + roff(each->get_description()) + "\n";
  } else {
    text += synopsis(*shown, "cnplint " + command) + "\n.SH DESCRIPTION\n" +
            roff(shown->get_description()) + ".\n.SH ARGUMENTS\n";
    add_options(*shown, true, text);
  }
  text += ".SH OPTIONS\n";
  add_options(*shown, false, text);
  if (!shown->get_footer().empty()) text += ".SH NOTES\n" + roff(shown->get_footer()) + "\n";
  text += ".SH SEE ALSO\n";
  std::vector<std::string> others;
  if (!command.empty()) others.push_back(bold("cnplint") + "(1)");
  for (const CLI::App* each : commands)
    if (each != shown) others.push_back(bold("cnplint-" + each->get_name()) + "(1)");
  return text + base::joined(others, ",\n") + "\n";
}

}  // namespace cnplint::cli

// SPDX-License-Identifier: Apache-2.0
#include "project/kubectl.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/file.h"
#include "base/program.h"
#include "base/text.h"
#include "policy/model/policy_kind.h"

namespace cnplint::project {

using base::Error;

/// What a call came to.
struct Kubectl::Said {
  bool well = false;
  std::string text;
  std::string errors;
};

namespace {

constexpr std::string_view kForbidden = "Error from server (Forbidden): ";
constexpr std::string_view kIsForbidden = " is forbidden: ";
constexpr std::size_t kLongestLine = 300;

/// The user's environment: it says where the kubeconfig is, and what its credential helpers need.
std::vector<std::string> kubectl_environment() {
  std::vector<std::string> all;
  for (char** each = environ; *each != nullptr; ++each)
    if (const std::string_view variable(*each);
        !variable.starts_with("KUBERC=") && !variable.starts_with("LC_ALL="))
      all.emplace_back(variable);
  all.emplace_back("KUBERC=off");  // preferences may give `get` other flags
  all.emplace_back("LC_ALL=C");    // what it says is read
  return all;
}

std::vector<std::string_view> lines_of_output(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (end > 0) lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

/// Whether a line is one of kubectl's log, as in `E1128 18:41:34.130211    1234 memcache.go:265] `,
/// or a warning: what ended it stands in another one.
bool is_beside_the_point(std::string_view line) {
  constexpr std::size_t kDigits = 5;  // behind the letter of the level: month and day
  const bool log = line.size() > kDigits &&
                   std::string_view("EWIF").find(line[0]) != std::string_view::npos &&
                   line.substr(1, kDigits).find_first_not_of("0123456789") == kDigits - 1 &&
                   line[kDigits] == ' ';
  return log || line.starts_with("Warning: ");
}

/// The line that says what is wrong.
std::string reason_in(std::string_view errors) {
  const std::vector<std::string_view> lines = lines_of_output(errors);
  const auto found = std::ranges::find_if_not(lines, is_beside_the_point);
  if (found == lines.end())
    return lines.empty() ? "it fails and says nothing" : base::shortened(lines[0], kLongestLine);
  std::string_view line = *found;
  for (const std::string_view prefix : {"error: ", "Error: "})
    if (line.starts_with(prefix)) line.remove_prefix(prefix.size());
  return base::shortened(line, kLongestLine);
}

bool says(std::string_view text, std::string_view words) {
  return text.find(words) != std::string_view::npos;
}

/// What each line about a missing right says of whom and what.
std::vector<std::string> forbidden_in(std::string_view errors) {
  std::vector<std::string> all;
  for (std::string_view line : lines_of_output(errors)) {
    if (!line.starts_with(kForbidden)) continue;
    line.remove_prefix(kForbidden.size());
    const std::size_t at = line.find(kIsForbidden);
    std::string what(line.substr(0, at));
    std::erase(what, '"');
    std::string sentence = base::quoted(what) + " is forbidden";
    if (at != std::string_view::npos)
      sentence += " (" + base::shortened(line.substr(at + kIsForbidden.size()), kLongestLine) + ")";
    if (std::ranges::find(all, sentence) == all.end()) all.push_back(std::move(sentence));
  }
  return all;
}

/// Whether kubectl could not ask some API server that an API is delegated to, and none of those
/// that matter here.
bool lacks_others_only(std::string_view errors) {
  constexpr std::array<std::string_view, 3> kOfWorkloads{" apps/", " batch/", " v1:"};
  return says(errors, "unable to retrieve the complete list of server APIs") &&
         !policy::mentions_policy(errors) &&
         std::ranges::none_of(kOfWorkloads,
                              [&](std::string_view group) { return says(errors, group); });
}

}  // namespace

Kubectl::Kubectl(std::string input, KubectlLimits limits)
    : input_(std::move(input)), context_(input_.substr(input_.find(':') + 1)), limits_(limits) {}

base::Result<std::set<std::string>> Kubectl::resources() const {
  const auto said = run({"api-resources", "--verbs=list", "--output=name"});
  if (!said) return tl::unexpected(said.error());
  if (!said->well && (said->text.empty() || !lacks_others_only(said->errors)))
    return tl::unexpected(error_of(said->errors));
  std::set<std::string> names;
  for (const std::string_view line : lines_of_output(said->text)) names.emplace(line);
  return names;
}

base::Result<void> Kubectl::list(const std::vector<std::string>& resources,
                                 const std::function<void(std::string_view piece)>& take) const {
  const auto said = run({"get", base::joined(resources, ","), "--all-namespaces", "--output=json",
                         "--chunk-size=500"},
                        take);
  if (!said) return tl::unexpected(said.error());
  if (!said->well) return tl::unexpected(error_of(said->errors));
  return {};
}

base::Result<std::string> Kubectl::object(const std::string& resource, const std::string& ns,
                                          const std::string& name) const {
  auto said =
      run({"get", resource, name, "--namespace=" + ns, "--ignore-not-found", "--output=json"});
  if (!said) return tl::unexpected(said.error());
  if (!said->well) return tl::unexpected(error_of(said->errors));
  return std::move(said->text);
}

base::Result<Kubectl::Said> Kubectl::run(std::vector<std::string> words,
                                         std::function<void(std::string_view)> take) const {
  const std::string path = base::program_path("kubectl");
  if (path.empty())
    return base::fail(Error::Kind::unreadable,
                      input_ +
                          ": kubectl is not on the PATH; install it, or name files that "
                          "`kubectl get -o yaml` has written");
  words.insert(words.begin(), path);
  words.emplace_back("--request-timeout=60s");
  // In one word: a context that begins with a dash is no flag.
  if (!context_.empty()) words.push_back("--context=" + context_);
  auto output = base::run_program({.arguments = std::move(words),
                                   .environment = kubectl_environment(),
                                   .time = limits_.time,
                                   .bytes = limits_.bytes,
                                   .take = std::move(take)});
  if (!output)
    return base::fail(Error::Kind::unreadable,
                      input_ + ": kubectl: " + output.error().message +
                          "; see whether it answers by hand, and name files that `kubectl get -o "
                          "yaml` has written where it cannot be helped");
  return Said{output->well, std::move(output->text), std::move(output->errors)};
}

base::Error Kubectl::error_of(std::string_view errors) const {
  if (const std::vector<std::string> forbidden = forbidden_in(errors); !forbidden.empty()) {
    Error error{Error::Kind::unreadable, "", {}};
    for (const std::string& each : forbidden) {
      std::string sentence = input_ + ": " + each +
                             "; without all kinds nothing is judged: have the rights of the "
                             "ClusterRole in docs/running.md granted";
      if (error.message.empty())
        error.message = std::move(sentence);
      else
        error.more.push_back(std::move(sentence));
    }
    return error;
  }
  std::string step = "see whether `kubectl get namespaces` works with this context";
  if (says(errors, "context") && (says(errors, "does not exist") || says(errors, "was not found")))
    step = "`kubectl config get-contexts` lists those that there are";
  else if (says(errors, "Unauthorized") || says(errors, "must be logged in"))
    step = "log in to the cluster again";
  return {Error::Kind::unreadable, input_ + ": kubectl: " + reason_in(errors) + "; " + step, {}};
}

}  // namespace cnplint::project

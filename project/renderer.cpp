// SPDX-License-Identifier: Apache-2.0
#include "project/renderer.h"

#include <algorithm>
#include <fstream>

#include "base/blanks.h"
#include "base/escape.h"
#include "base/program.h"
#include "base/text.h"
#include "policy/model/label.h"
#include "policy/yaml/reader.h"

namespace cnplint::project {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kTimeOfOne{30};
constexpr std::chrono::minutes kTimeOfAll{5};
constexpr std::size_t kMemory = std::size_t{2} << 30U;
constexpr std::size_t kErrorLine = 300;

/// What the programs see of the environment: no program that they could start, no network, and
/// nothing of the user's.
std::vector<std::string> environment_in(const fs::path& folder) {
  const std::string home = folder.string();
  std::vector<std::string> all{"PATH=/nonexistent", "KUBECONFIG=/dev/null",
                               "GIT_ALLOW_PROTOCOL=none"};
  for (const char* name :
       {"HOME", "TMPDIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "HELM_CONFIG_HOME",
        "HELM_DATA_HOME", "HELM_CACHE_HOME", "HELM_PLUGINS", "KUSTOMIZE_PLUGIN_HOME"})
    all.push_back(std::string(name) + "=" + home);
  for (const char* name : {"HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY"})
    all.push_back(std::string(name) + "=http://127.0.0.1:9");
  return all;
}

/// What an error says, for a person, in one line: its end tells more than its beginning. What
/// kustomize says of the folder around the one that was asked for is left out.
std::string error_line(std::string_view text) {
  constexpr std::string_view kError = "Error: ";
  if (const std::size_t at = text.find(kError); at != std::string_view::npos)
    text.remove_prefix(at + kError.size());
  else
    text = text.substr(0, text.find('\n'));  // of a stack dump, its reason
  text = base::without_blanks(text.substr(0, text.find("\n\n")));
  constexpr std::string_view kAround = "recursed accumulation of path '";
  if (const std::size_t at = text.rfind(kAround); at != std::string_view::npos)
    if (const std::size_t end = text.find("': ", at + kAround.size());
        end != std::string_view::npos)
      text.remove_prefix(end + 3);
  std::string line(text.size() > kErrorLine ? text.substr(text.size() - kErrorLine) : text);
  std::ranges::replace(line, '\n', ' ');
  return (text.size() > kErrorLine ? "..." : "") + base::for_terminal(line);
}

}  // namespace

Renderer::Renderer()
    : kustomize_(base::program_path("kustomize")),
      helm_(base::program_path("helm")),
      end_(Clock::now() + kTimeOfAll) {}

base::Result<std::string> Renderer::kustomize(const std::string& folder) {
  std::error_code failed;
  const fs::path whole = fs::canonical(folder, failed);
  if (failed || folder_.path().empty())
    return base::fail(base::Error::Kind::unreadable, "no such folder");
  std::ofstream out(folder_.path() / "kustomization.yaml", std::ios::trunc);
  std::string quoted = whole.lexically_relative(folder_.path()).string();
  for (std::size_t at = 0; (at = quoted.find('\'', at)) != std::string::npos; at += 2)
    quoted.insert(at, 1, '\'');
  out << "resources: ['" << quoted << "']\nbuildMetadata: [originAnnotations]\n";
  out.close();
  if (!out) return base::fail(base::Error::Kind::unwritable, "its folder cannot be written");
  return run({kustomize_, "build", folder_.path().string()});
}

base::Result<std::string> Renderer::helm(const ChartRelease& release) {
  // A name is no flag, whoever wrote it.
  for (const std::string* name : {&release.name, &release.ns})
    if (!name->empty() && !policy::is_dns_label(*name))
      return base::fail(base::Error::Kind::unreadable, base::quoted(*name) + " is no name");
  if (release.name.empty()) return base::fail(base::Error::Kind::unreadable, "it has no name");
  std::error_code failed;
  const fs::path chart = fs::canonical(release.chart, failed);
  if (failed || folder_.path().empty())
    return base::fail(base::Error::Kind::unreadable, "no such folder");
  std::vector<std::string> arguments{helm_, "template"};
  if (!release.ns.empty()) arguments.insert(arguments.end(), {"--namespace", release.ns});
  for (const std::string& file : release.values_files)
    arguments.insert(arguments.end(), {"--values", fs::absolute(file, failed).string()});
  if (!release.values.empty()) {
    const fs::path file = folder_.path() / "values.json";
    std::ofstream out(file, std::ios::trunc);
    out << release.values;
    out.close();
    if (!out) return base::fail(base::Error::Kind::unwritable, "its values cannot be written");
    arguments.insert(arguments.end(), {"--values", file.string()});
  }
  arguments.insert(arguments.end(), {"--", release.name, chart.string()});
  return run(std::move(arguments));
}

base::Result<std::string> Renderer::run(std::vector<std::string> arguments) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end_ - Clock::now());
  auto output = base::run_program(
      {std::move(arguments), environment_in(folder_.path()),
       std::clamp<std::chrono::milliseconds>(left, std::chrono::milliseconds(0), kTimeOfOne),
       policy::ReaderCaps::kFileBytes, kMemory, true});
  if (!output) return tl::unexpected(output.error());
  if (!output->well) return base::fail(base::Error::Kind::unreadable, error_line(output->errors));
  return std::move(output->text);
}

}  // namespace cnplint::project

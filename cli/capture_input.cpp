// SPDX-License-Identifier: Apache-2.0
#include "cli/capture_input.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>

#include "base/file.h"
#include "base/parallel.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/values.h"
#include "flows/timestamp.h"

namespace cnplint::cli {
namespace {

/// `2026-11-21T08:00:00Z`, `2026-11-21`, or how long ago: `90m`, `24h`, `7d`.
std::optional<std::int64_t> moment(std::string_view text) {
  if (const auto time = flows::parse_timestamp(text)) return time;
  std::int64_t count = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), count);
  const std::string_view unit(read.ptr,
                              static_cast<std::size_t>(text.data() + text.size() - read.ptr));
  constexpr std::int64_t kMost = 100'000;
  if (read.ec != std::errc() || count < 0 || count > kMost || unit.size() != 1) return std::nullopt;
  const std::int64_t now = std::chrono::duration_cast<std::chrono::nanoseconds>(
                               std::chrono::system_clock::now().time_since_epoch())
                               .count();
  switch (unit.front()) {
    case 's':
      return now - count * flows::kSecond;
    case 'm':
      return now - count * 60 * flows::kSecond;
    case 'h':
      return now - count * flows::kHour;
    case 'd':
      return now - count * flows::kDay;
    default:
      return std::nullopt;
  }
}

/// A bar on stderr, for reads that take long.
class Progress {
 public:
  void show(std::size_t done, std::size_t total) {
    using std::chrono::steady_clock;
    constexpr auto kPatience = std::chrono::milliseconds(500);
    constexpr auto kStep = std::chrono::milliseconds(100);
    const auto now = steady_clock::now();
    if (now - begin_ < kPatience || now - last_ < kStep) return;
    last_ = now;
    shown_ = true;
    constexpr std::size_t kWidth = 30;
    if (total == 0) {
      std::fprintf(stderr, "\rreading captures: %zu MiB\x1b[K", done >> 20U);
      return;
    }
    const std::size_t filled = std::min(kWidth, done * kWidth / total);
    std::fprintf(stderr, "\rreading captures [%s%s] %zu %%\x1b[K", std::string(filled, '#').c_str(),
                 std::string(kWidth - filled, ' ').c_str(),
                 std::min<std::size_t>(100, done * 100 / total));
  }
  ~Progress() {
    if (shown_) std::fputs("\r\x1b[K", stderr);
  }

 private:
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point last_;
  bool shown_ = false;
};

void tell_bad_lines(const flows::Reading& reading, bool strict) {
  const std::uint64_t count = reading.table.totals.malformed;
  for (const flows::BadLine& bad : reading.bad) {
    const std::string message =
        reading.inputs[bad.input] + ":" + std::to_string(bad.line) + ": " + bad.reason;
    strict ? static_cast<void>(fail(kUnreadable, message)) : warn(message);
  }
  if (count > reading.bad.size())
    warn("and " + std::to_string(count - reading.bad.size()) + " more lines that cannot be used");
}

/// Fields that no flow has although they are needed. Without `l4` there is no connection at all.
void tell_missing_fields(const flows::Totals& totals, int& code) {
  const std::vector<std::string_view> missing = flows::fields_without(totals.fields);
  if (totals.flows == 0 || missing.empty()) return;
  std::string names;
  for (const std::string_view name : missing)
    names += (names.empty() ? "" : ", ") + base::quoted(name);
  const std::string message = "no flow has " + names + ": if a field mask leaves " +
                              (missing.size() > 1 ? "them" : "it") + " out, add " +
                              (missing.size() > 1 ? "them" : "it") + " to it";
  if ((totals.fields & flows::kL4Field) == 0)
    code = fail(kUnreadable, message);
  else
    warn(message);
}

}  // namespace

void add_capture_flags(CLI::App& app, CaptureFlags& flags) {
  app.add_option("--since", flags.since,
                 "Only flows from this time on: 2026-11-21T08:00:00Z, 2026-11-21 or 24h (ago)");
  app.add_option("--until", flags.until, "Only flows before this time");
  app.add_flag("--strict", flags.strict, "Lines of captures that cannot be used are errors");
  add_jobs_flag(app, flags.jobs);
}

void add_jobs_flag(CLI::App& app, unsigned& jobs) {
  app.add_option_function<unsigned>(
      "-j,--jobs", [&jobs](unsigned asked) { jobs = std::min(asked, base::thread_count(0)); },
      "Threads (default: as many as the machine has)");
}

base::Result<flows::Reading> read_captures(const std::vector<std::string>& paths,
                                           const CaptureFlags& flags, const base::FileSet& outputs,
                                           int& code) {
  flows::ReadOptions options;
  options.outputs = outputs;
  options.threads = flags.jobs;
  const auto set = [](const char* name, const std::string& text, std::int64_t& to) {
    if (text.empty()) return std::string();
    const auto time = moment(text);
    if (time) to = *time;
    return time ? std::string()
                : std::string(name) + ": " + base::quoted(text) +
                      " is no time; write 2026-11-21T08:00:00Z, 2026-11-21 or 24h";
  };
  for (const std::string& error : {set("--since", flags.since, options.period.since),
                                   set("--until", flags.until, options.period.until)})
    if (!error.empty()) return base::fail(base::Error::Kind::usage, error);
  flows::Reading reading;
  {
    Progress progress;
    if (::isatty(STDERR_FILENO) == 1)
      options.progress = [&](std::size_t done, std::size_t total) { progress.show(done, total); };
    reading = flows::read_captures(paths, options);
  }
  tell_notes(reading.notes);
  for (const base::Error& error : reading.unreadable) code = fail(kUnreadable, error);
  tell_bad_lines(reading, flags.strict);
  tell_missing_fields(reading.table.totals, code);
  if (flags.strict && reading.table.totals.malformed > 0) code = kUnreadable;
  return reading;
}

base::Result<void> check_stdin(const std::vector<std::string>& captures,
                               const std::vector<std::string>& others, std::string_view what) {
  const auto has_stdin = [](const std::vector<std::string>& paths) {
    return std::ranges::find(paths, "-") != paths.end();
  };
  if (!has_stdin(captures) || !has_stdin(others)) return {};
  return base::fail(base::Error::Kind::usage, "standard input cannot be both the capture and the " +
                                                  std::string(what) + "; give one a file");
}

base::Result<flows::Capture> read_capture(const std::vector<std::string>& captures,
                                          const std::vector<std::string>& policies,
                                          const CaptureFlags& flags, const base::FileSet& outputs,
                                          int& code) {
  if (auto apart = check_stdin(captures, policies, "policies"); !apart)
    return tl::unexpected(apart.error());
  const auto reading = read_captures(captures, flags, outputs, code);
  if (!reading) return tl::unexpected(reading.error());
  return flows::resolve(reading->table);
}

std::string name_of(const std::vector<std::string>& captures) {
  return captures.size() == 1 ? base::shown_path(captures.front()) : "<captures>";
}

}  // namespace cnplint::cli

// SPDX-License-Identifier: Apache-2.0
#include "flows/reader.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <optional>

#include "base/file.h"
#include "base/parallel.h"
#include "base/walk.h"
#include "flows/connection_file.h"
#include "flows/decoder.h"
#include "flows/observer.h"

namespace cnplint::flows {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kShownBad = 10;

bool is_capture_name(std::string_view name) {
  for (const std::string_view packed : {".gz", ".zst"})
    if (name.ends_with(packed)) name.remove_suffix(packed.size());
  for (const char* ending : {".json", ".jsonl", ".ndjson", ".log"})
    if (name.ends_with(ending)) return true;
  return false;
}

/// Which chunk a worker has.
struct Ticket {
  std::uint32_t input = 0;
  std::size_t index = 0;
};

/// Hands out the chunks of all inputs in order.
class Inputs {
 public:
  Inputs(const std::vector<std::string>& files, const ReadOptions& options, Reading& reading)
      : files_(files), options_(options), reading_(reading), lines_(files.size()) {
    for (const std::string& file : files) {
      reading.inputs.push_back(base::shown_path(file));
      std::error_code failed;
      const auto size = fs::file_size(file, failed);
      if (!failed) total_ += size;
    }
  }

  /// Takes the next chunk; false where there is none. Files are read and unpacked here, by whoever
  /// comes for a chunk, while the others decode theirs.
  bool take(Chunk& chunk, Ticket& ticket) {
    const std::lock_guard lock(mutex_);
    while (reader_ || next_ < files_.size()) {
      if (!reader_ && !open_next()) continue;
      auto more = reader_->next(chunk);
      if (options_.progress) options_.progress(done_ + reader_->consumed(), total_);
      if (more && *more) {
        auto& lines = lines_[next_ - 1];
        ticket = {static_cast<std::uint32_t>(next_ - 1), lines.size()};
        lines.push_back(0);
        return true;
      }
      if (!more) reading_.unreadable.push_back(std::move(more.error()));
      done_ += reader_->consumed();
      reader_.reset();
    }
    return false;
  }

  /// How many lines a chunk had, for the numbers of those behind.
  void set_lines(const Ticket& ticket, std::uint64_t count) {
    const std::lock_guard lock(mutex_);
    lines_[ticket.input][ticket.index] = count;
  }
  [[nodiscard]] std::uint64_t lines_before(const Ticket& ticket) const {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < ticket.index; ++i) sum += lines_[ticket.input][i];
    return sum;
  }

 private:
  bool open_next() {
    auto source = ByteSource::open(files_[next_++]);
    if (source)
      reader_.emplace(std::move(*source));
    else
      reading_.unreadable.push_back(std::move(source.error()));
    return reader_.has_value();
  }

  const std::vector<std::string>& files_;
  const ReadOptions& options_;
  Reading& reading_;
  std::mutex mutex_;
  std::size_t next_ = 0;
  std::optional<ChunkReader> reader_;
  std::size_t done_ = 0;
  std::size_t total_ = 0;
  std::vector<std::vector<std::uint64_t>> lines_;  ///< of each chunk of each input
};

/// Decodes chunks into a table of its own.
class Worker {
 public:
  Worker(Inputs& inputs, Period period) : inputs_(inputs), period_(period), observer_(period) {}

  void run() {
    Chunk chunk;
    while (inputs_.take(chunk, ticket_)) {
      for (BadLine& bad : chunk.bad) {
        line_ = bad.line;
        note(std::move(bad.reason));
      }
      chunk.by_line ? read_lines(chunk) : read_objects(chunk);
    }
  }

  /// Adds what this worker read to the result.
  void deliver(Reading& reading) {
    reading.table.merge(observer_.table());
    for (auto& [ticket, bad] : bad_) {
      bad.line += inputs_.lines_before(ticket);
      reading.bad.push_back(std::move(bad));
    }
  }

 private:
  void read_lines(const Chunk& chunk) {
    line_ = chunk.skipped;
    const std::string_view text = chunk.text();
    for (std::size_t at = chunk.begin; at < text.size();) {
      const void* found = std::memchr(text.data() + at, '\n', text.size() - at);
      const std::size_t end =
          found == nullptr
              ? text.size()
              : static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
      ++line_;
      decode(chunk, at, end);
      at = end + 1;
    }
    inputs_.set_lines(ticket_, line_);
  }

  void read_objects(const Chunk& chunk) {
    for (const Record& record : chunk.records) {
      line_ = record.line;
      decode(chunk, record.begin, record.begin + record.size);
    }
  }

  void decode(const Chunk& chunk, std::size_t begin, std::size_t end) {
    constexpr std::string_view kBlank = " \t\r";
    const char* data = chunk.buffer.data();
    while (begin < end && kBlank.find(data[begin]) != std::string_view::npos) ++begin;
    while (begin < end && kBlank.find(data[end - 1]) != std::string_view::npos) --end;
    if (begin < end)
      decoder_.decode({data + begin, end - begin}, chunk.buffer.size() - end, sink_, bad_sink_);
  }

  void take(const Decoded& decoded) {
    switch (decoded.kind) {
      case Decoded::Kind::flow:
        return observer_.add(*decoded.flow);
      case Decoded::Kind::lost_events:
        return observer_.add(decoded.lost);
      case Decoded::Kind::other_event:
        return observer_.add(OtherEvent());
      case Decoded::Kind::stored:
        if (std::string reason = read_stored(decoded.text, period_, observer_.table());
            !reason.empty())
          note(std::move(reason));
    }
  }

  /// Counts a bad line. Chunks come in order, so the first ones are those to show.
  void note(std::string reason) {
    std::uint64_t& count = observer_.table().totals.malformed;
    count = add_flows(count, 1);
    if (bad_.size() < kShownBad)
      bad_.emplace_back(ticket_, BadLine{ticket_.input, line_, std::move(reason)});
  }

  Inputs& inputs_;
  Period period_;
  EndpointCache endpoints_;
  Decoder decoder_{endpoints_};
  Observer observer_;
  Ticket ticket_;
  std::uint64_t line_ = 0;
  std::vector<std::pair<Ticket, BadLine>> bad_;
  DecodedSink sink_ = [this](const Decoded& decoded) { take(decoded); };
  BadSink bad_sink_ = [this](std::string reason) { note(std::move(reason)); };
};

}  // namespace

Reading read_captures(const std::vector<std::string>& paths, const ReadOptions& options) {
  Reading reading;
  base::Walk walk = base::find_files(paths, {is_capture_name, {}, options.outputs});
  reading.unreadable = std::move(walk.errors);
  reading.notes = std::move(walk.notes);
  Inputs inputs(walk.files, options, reading);
  const unsigned threads = base::thread_count(options.threads);
  std::vector<std::unique_ptr<Worker>> workers;
  for (unsigned i = 0; i < threads; ++i)
    workers.push_back(std::make_unique<Worker>(inputs, options.period));
  std::atomic<std::size_t> next{0};
  base::on_threads(threads, [&] { workers[next++]->run(); });
  for (const auto& worker : workers) worker->deliver(reading);
  std::ranges::sort(reading.bad);
  reading.bad.resize(std::min(reading.bad.size(), kShownBad));
  return reading;
}

}  // namespace cnplint::flows

// SPDX-License-Identifier: Apache-2.0
//
// Cuts inputs into chunks that workers can read on their own. Most captures have a flow on each
// line; there a chunk is a run of whole lines, and who decodes it finds them. Arrays, objects over
// several lines and `{"flows": [...]}` are cut object by object, whatever their size.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "flows/byte_source.h"

namespace cnplint::flows {

/// So many bytes behind a chunk may be read, whatever they are (simdjson reads in steps).
inline constexpr std::size_t kPadding = 64;
/// A chunk is read in steps of this size: small enough that it is still in the cache when it is
/// decoded, which makes reading a tenth faster than steps of 4 MiB.
inline constexpr std::size_t kChunkBytes = std::size_t{512} << 10U;
/// A line or object may be so long.
inline constexpr std::size_t kLongestRecord = std::size_t{16} << 20U;

/// A line that cannot be used, and why.
struct BadLine {
  std::uint32_t input = 0;  ///< index of the inputs
  std::uint64_t line = 0;   ///< from 1
  std::string reason;

  friend auto operator<=>(const BadLine&, const BadLine&) = default;
};

/// An object of a chunk.
struct Record {
  std::size_t begin = 0;
  std::size_t size = 0;
  std::uint64_t line = 0;
};

/// A piece of an input.
struct Chunk {
  std::vector<char> buffer;  ///< with kPadding behind `size`
  std::size_t size = 0;
  bool by_line = true;        ///< each line is a record, from `begin`; else `records` are
  std::size_t begin = 0;      ///< where the first whole line begins
  std::uint64_t skipped = 0;  ///< lines of this chunk that end before `begin`
  std::vector<Record> records;
  std::vector<BadLine> bad;  ///< what was passed over while cutting

  [[nodiscard]] std::string_view text() const { return {buffer.data(), size}; }
};

/// Reads one input chunk after the other. Lines of records and bad lines are counted from 1 in the
/// input where objects are cut, and in the chunk where lines are.
class ChunkReader {
 public:
  explicit ChunkReader(ByteSource source) : source_(std::move(source)) {}

  /// Fills the next chunk; false at the end. An error ends it; what came before it was handed out.
  base::Result<bool> next(Chunk& chunk);
  [[nodiscard]] std::size_t consumed() const { return source_.consumed(); }

 private:
  /// What the reader is inside of, between objects.
  enum class Container : char { array = '[', object = '{' };

  void begin_with_rest(Chunk& chunk);
  void fill(Chunk& chunk, std::size_t target);
  bool cut_lines(Chunk& chunk);
  bool skip_to_next_line(Chunk& chunk);
  bool cut_objects(Chunk& chunk);
  std::size_t cut_from(Chunk& chunk, std::size_t at);
  std::size_t other_than_object(Chunk& chunk, std::size_t at);
  std::size_t give_up(Chunk& chunk, std::size_t from, const char* reason);
  void keep_rest(Chunk& chunk, std::size_t from);
  std::uint64_t line_of(std::string_view text, std::size_t at);

  ByteSource source_;
  std::optional<base::Error> error_;  ///< to be told after what came before it
  std::vector<char> rest_;            ///< what the next chunk begins with
  bool begun_ = false;
  bool ended_ = false;
  bool by_line_ = true;
  bool skipping_ = false;  ///< inside of a record that is left out
  // Where objects are cut:
  std::vector<Container> containers_;
  std::size_t column_ = 0;  ///< of the record that is left out
  std::uint64_t line_ = 1;  ///< of the byte `counted_` in the chunk
  std::size_t counted_ = 0;
};

}  // namespace cnplint::flows

// Stored vectors of single rows, read from the library file as they are needed: float16 windows and float32 means.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "hearken/error.h"
#include "hearken/library.h"
#include "library/sqlite.h"

struct sqlite3_blob;

namespace hearken::search {

/// float16 to float32, exact.
void widen(std::span<const std::uint16_t> halves, std::span<float> out);

/// The Error for vectors that do not have the size or the digest they must.
Error damaged(const Library& library, std::int64_t track_id);

/// Reads rows of one space. Holds the library's statements, and a read transaction from the first read on until the
/// object goes: make one for a call. One thread at a time. Throws Error: corrupt (naming the track), io.
class StoredRows {
 public:
  StoredRows(const Library& library, std::size_t dimension);
  ~StoredRows();
  StoredRows(const StoredRows&) = delete;
  StoredRows& operator=(const StoredRows&) = delete;

  /// Window `index` of an embedding, of `windows`; valid until the next call. Empty for an embedding that is gone.
  std::span<const float> window(std::int64_t embedding, std::int64_t track, std::size_t index, std::size_t windows);
  /// Its start in seconds.
  std::optional<double> start(std::int64_t embedding, std::int64_t track, std::size_t index, std::size_t windows);
  /// An embedding's mean; as window().
  std::span<const float> mean(std::int64_t embedding, std::int64_t track);
  /// All windows [windows, dimension], row-major; as window().
  std::span<const float> all(std::int64_t embedding, std::int64_t track, std::size_t windows);

 private:
  struct Column {
    const char* table;
    const char* name;
    sqlite3_blob* blob = nullptr;
    std::int64_t row = 0;
  };
  bool open(Column& column, std::int64_t row);
  bool read(Column& column, std::int64_t embedding, std::int64_t track, std::size_t whole, std::size_t offset,
            std::span<std::byte> to);

  bool whole(std::int64_t embedding, std::int64_t track, std::size_t windows, std::size_t first, std::size_t count,
             std::span<const std::byte> parts);

  const Library& library_;
  std::size_t dimension_;
  Column vectors_{"windows", "vectors"}, starts_{"windows", "starts"}, digests_{"window_digests", "digests"};
  library::Statement mean_;
  std::vector<std::uint16_t> halves_;
  std::vector<float> values_;
  std::vector<double> start_values_;
  std::vector<std::uint64_t> digest_values_;
};

}  // namespace hearken::search

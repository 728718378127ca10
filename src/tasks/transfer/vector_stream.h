// A stream's rows with the vectors of files, one after the other, for whatever takes them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "hearken/exchange.h"
#include "tasks/transfer/stream_rows.h"

namespace hearken {

struct VectorStream::Impl {
  tasks::StreamRows rows;
  std::filesystem::path shown;
  std::optional<tasks::StreamRow> row;  // the one to take next
  VectorOrigin origin;
  std::vector<FileNote> notes;  // of rows that are none
  std::int64_t read = 0;

  /// Goes to the next row with a file's vectors.
  void advance();
  /// Throws Error(mismatch) unless the row's vectors were made like the first one's.
  void check_same_origin() const;
};

inline VectorStream::Impl& impl_of(const VectorStream& stream) noexcept { return *stream.impl_; }

}  // namespace hearken

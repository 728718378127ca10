// The rows of a stream of vectors, as text and as records (docs/STREAM.md); what writes them, and what reads them.
//
// A line is a JSON object: the members that came in, then "embedding" or "error". A record says the same in
//   4 bytes "HKNV" · u32 bytes of the object · u64 bytes of the vectors · the object · the vectors
// with numbers in little-endian order; its vectors are float32 [windows, dimension], row-major, no bytes between. In a
// line they are the same bytes in base64, "vectors" in "embedding". The two may follow each other in one stream.
#pragma once

#include <cstddef>
#include <filesystem>
#include <iosfwd>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "hearken/exchange.h"
#include "tasks/transfer/track_import.h"

namespace hearken::tasks {

inline constexpr std::size_t kLongestStreamRow = std::size_t{1} << 30;  // bytes of a line, or of a record's two parts

/// `carried` is the beginning of a JSON object, "{" with members and a comma behind each.
std::string vectors_row(std::string_view carried, const nlohmann::ordered_json& embedding,
                        std::span<const float> vectors, bool records);
std::string error_row(std::string_view carried, ErrorCode code, std::string_view message, bool records);

/// A row with the vectors of a file, checked by itself.
struct StreamRow {
  VectorOrigin origin;
  TrackVectors track;
};

/// Reads rows one after the other, lines and records.
class StreamRows {
 public:
  StreamRows(std::istream& in, std::filesystem::path shown);

  /// The next row, or what there is instead of a file's vectors; nothing at the end. Memory: some times the row's size.
  /// Throws Error: corrupt ("SHOWN: line 3: …"), io.
  std::optional<std::variant<StreamRow, FileNote>> next();

 private:
  std::string place() const;
  bool find_row();
  std::string read_line();
  std::string read_bytes(std::size_t count);

  std::istream& in_;
  const std::filesystem::path shown_;
  std::size_t number_ = 0;  // of the line or record, from 1
  bool record_ = false;
};

}  // namespace hearken::tasks

// The rows of an export's catalogue, and its export.json, as text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "hearken/exchange.h"
#include "tasks/transfer/row_track.h"

namespace hearken::tasks {

inline constexpr const char* kManifestFile = "export.json";
inline constexpr const char* kVectorsFile = "vectors.npy";
inline constexpr const char* kJsonlFile = "catalogue.jsonl";
inline constexpr const char* kCsvFile = "catalogue.csv";

inline constexpr std::size_t kLongestRow = 65536;  // bytes of a line

/// A row by windows; by tracks `start` and `end` are those of the whole.
struct Row {
  std::string chunk_id;  // "42-7": window 7 of track 42, from 0
  Track track;
  double start_seconds = 0, end_seconds = 0;
  bool quick = false;  // the track has only a few windows, of a quick pass
};

/// Lines without their ends. By tracks there is no chunk_id, start and end.
std::string row_json(const Row& row, ExportBy by);
std::string csv_columns(ExportBy by);
std::string row_csv(const Row& row, ExportBy by);

/// A line of catalogue.jsonl by windows. Unknown members are passed over. Throws Error(corrupt), "SHOWN: line 3: …".
Row parse_row(std::string_view line, std::size_t number, const std::filesystem::path& shown);

std::string manifest_json(const ExportManifest& manifest, std::int64_t tracks);
/// Throws Error(corrupt), naming `shown`; mismatch for a later version of the format.
ExportManifest parse_manifest(std::string_view text, const std::filesystem::path& shown);

}  // namespace hearken::tasks

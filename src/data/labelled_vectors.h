// Vectors and their labels as they lie on disk, without audio or model: an .npy file and a CSV file beside it.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace hearken::data {

struct LabelledVectors {
  std::size_t dimension = 0;
  std::vector<float> rows;          // [n, dimension], row-major, finite
  std::vector<std::string> labels;  // [n]; an empty one: none
  std::vector<std::string> names;   // [n]; empty where the CSV has none
};

/// float32 [n, dimension] of an .npy file. Throws Error as NpyReader does; corrupt for a file without rows or elements
/// and for an element that is not finite, naming the row.
LabelledVectors read_vectors(const std::filesystem::path& vectors);

/// The same with a CSV of one row for each, in their order: a column `label`, and optionally `name` (or `file`, or
/// `path`). Throws also as CsvFile does; mismatch for another number of rows, naming the line where they part.
LabelledVectors read_labelled_vectors(const std::filesystem::path& vectors, const std::filesystem::path& labels);

}  // namespace hearken::data

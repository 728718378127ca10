// The rows of both files, side by side.
#include "data/labelled_vectors.h"

#include <fmt/format.h>

#include <cmath>
#include <optional>

#include "core/files/npy.h"
#include "core/paths.h"
#include "data/csv.h"

namespace hearken::data {

LabelledVectors read_vectors(const std::filesystem::path& vectors) {
  NpyReader file(vectors);
  const auto [rows, columns, data_at] = file.shape();
  if (rows == 0 || columns == 0) throw Error(ErrorCode::corrupt, display(vectors) + ": holds no vectors");
  LabelledVectors out;
  out.dimension = columns;
  out.rows.resize(rows * columns);
  file.read(out.rows);
  for (std::size_t i = 0; i < out.rows.size(); ++i)
    if (!std::isfinite(out.rows[i]))
      throw Error(ErrorCode::corrupt, fmt::format("{}: row {} (counted from 0) holds an element that is not finite",
                                                  display(vectors), i / columns));
  out.labels.resize(rows);
  out.names.resize(rows);
  return out;
}

LabelledVectors read_labelled_vectors(const std::filesystem::path& vectors, const std::filesystem::path& labels) {
  LabelledVectors out = read_vectors(vectors);
  CsvFile file(labels);
  const std::size_t label = file.column("label"), rows = out.labels.size();
  std::optional<std::size_t> name;
  for (const char* column : {"name", "file", "path"})
    if (!name) name = file.find_column(column);
  const auto mismatch = [&](const std::string& what) {
    return Error(ErrorCode::mismatch,
                 fmt::format("{}: {}, {} has {} rows of vectors", display(labels), what, display(vectors), rows));
  };
  std::size_t row = 0;
  for (; file.next(); ++row) {
    if (row == rows) throw mismatch(fmt::format("line {}: a row of labels too many", file.line()));
    out.labels[row] = file.field(label);
    if (name) out.names[row] = file.field(*name);
  }
  if (row < rows) throw mismatch(fmt::format("ends after {} rows of labels", row));
  return out;
}

}  // namespace hearken::data

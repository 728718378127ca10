// The five files.
#include "eval/saved_vectors.h"

#include <fmt/format.h>

#include "core/files/csv.h"
#include "core/files/new_file.h"
#include "core/files/npy.h"
#include "core/paths.h"
#include "data/csv.h"

namespace hearken::eval {
namespace {

std::filesystem::path with(const std::filesystem::path& name, const char* ending) { return name.native() + ending; }

void write_text(const std::filesystem::path& path, const std::string& text) {
  NewFile file(path);
  file.write(text);
  file.finish();
  file.appear();
}

}  // namespace

void save_clips(const std::filesystem::path& name, std::span<const float> rows, std::size_t dimension,
                std::span<const SavedClip> clips) {
  std::string text = "name,label,fold\n";
  for (const SavedClip& clip : clips)
    text += csv_cell(display(clip.name)) + "," + csv_cell(clip.label) + "," + csv_cell(clip.fold) + "\n";
  write_npy(with(name, ".npy"), rows, dimension);
  write_text(with(name, ".csv"), text);
}

void save_labels(const std::filesystem::path& name, std::span<const float> rows, std::size_t dimension) {
  write_npy(with(name, ".labels.npy"), rows, dimension);
}

void save_captions(const std::filesystem::path& name, std::span<const float> rows, std::size_t dimension,
                   std::span<const std::size_t> clip_of, std::span<const std::string> captions) {
  std::string text = "row,caption\n";
  for (std::size_t i = 0; i < captions.size(); ++i) text += fmt::format("{},{}\n", clip_of[i], csv_cell(captions[i]));
  write_npy(with(name, ".captions.npy"), rows, dimension);
  write_text(with(name, ".captions.csv"), text);
}

std::vector<std::string> read_folds(const std::filesystem::path& csv, std::size_t count) {
  data::CsvFile file(csv);
  auto column = file.find_column("fold");
  if (!column) column = file.find_column("split");
  if (!column) return std::vector<std::string>(count);
  std::vector<std::string> out;
  while (file.next()) out.emplace_back(file.field(*column));
  if (out.size() != count)
    throw Error(ErrorCode::mismatch, fmt::format("{}: {} rows for {} vectors", display(csv), out.size(), count));
  return out;
}

std::vector<std::size_t> read_clip_rows(const std::filesystem::path& csv, std::size_t clips) {
  data::CsvFile file(csv);
  const std::size_t column = file.column("row");
  std::vector<std::size_t> out;
  while (file.next()) {
    const std::int64_t row = file.integer(column);
    if (row < 0 || static_cast<std::size_t>(row) >= clips)
      throw file.bad(fmt::format("there is no row {} among {} vectors, which are counted from 0", row, clips));
    out.push_back(static_cast<std::size_t>(row));
  }
  return out;
}

}  // namespace hearken::eval

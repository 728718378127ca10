// An evaluation's vectors on disk, so that it can be done again without audio or model: by this program (--vectors) or
// by any other. Rows are those of the figures, digit for digit.
//
//     NAME.npy           float32 [clips, dimension]
//     NAME.csv           name,label,fold: a row for each row of NAME.npy; label and fold where there are any
//     NAME.labels.npy    float32 [labels, dimension]: the distinct labels of NAME.csv, by bytes
//     NAME.captions.npy  float32 [captions, dimension]
//     NAME.captions.csv  row,caption: for each of its rows the row of NAME.npy (from 0) that it describes
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "hearken/eval.h"

namespace hearken::eval {

struct SavedClip {
  std::string name, label, fold;
};

/// Throw Error as the operating system says.
void save_clips(const std::filesystem::path& name, std::span<const float> rows, std::size_t dimension,
                std::span<const SavedClip> clips);
void save_labels(const std::filesystem::path& name, std::span<const float> rows, std::size_t dimension);
void save_captions(const std::filesystem::path& name, std::span<const float> rows, std::size_t dimension,
                   std::span<const std::size_t> clip_of, std::span<const std::string> captions);

/// The column fold (or split) of a CSV with `count` rows; empty texts where it has none. Throws as data::CsvFile.
std::vector<std::string> read_folds(const std::filesystem::path& csv, std::size_t count);

/// The column row of NAME.captions.csv. Throws Error(corrupt) for one that is not below `clips`.
std::vector<std::size_t> read_clip_rows(const std::filesystem::path& csv, std::size_t clips);

}  // namespace hearken::eval

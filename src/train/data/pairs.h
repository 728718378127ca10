// What a model is tuned on: sounds, and what may be said of each. Which clip is for training and which for validation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace hearken::train {

struct TrainingClip {
  std::filesystem::path path;
  double start_s = 0, duration_s = 0;  // the part of the file that is meant; duration 0: to the end
  std::vector<std::string> captions;   // one or more, all true of the clip, none twice; valid UTF-8, trimmed
  std::string group;                   // clips of one recording or artist, which training and validation do not share;
                                       // empty: the file by itself
  std::string split;                   // as the dataset has it: "training", "validation", "test", or empty
};

struct TrainingClips {
  std::string layout;                // "captions", "fma", "labels", "music" or "library"
  std::vector<TrainingClip> clips;   // in the dataset's order; one or more
  std::vector<std::string> remarks;  // what was left out and why, a line each, naming file and line
};

/// Reads pairs from where they lie; no sound is decoded. `data` is
///
///     captions  a CSV of captions as read_captions() (hearken/dataset.h) takes it, or a folder with captions.csv;
///               where the CSV has a column split, it is the clips'
///     fma       a folder as read_fma() takes it: metadata in templates; the split is FMA's, artists are groups
///     labels    a folder or CSV as read_labelled() takes it: labels in sentences (keyword to caption, Wu et al. 2023),
///               worded as the label set that comes with the program words them where it knows them
///     music     any other folder of sounds most of which have tags: title, artist, album, genre, and style, mood
///               and keywords as {tags}, in templates; artists
///               (without: albums) are groups
///     library   a Hearken library: a track rated up for a query gets that query as caption, tags that a person
///               confirmed become sentences as labels do. Ratings down and general ones make no pair, and what a track
///               was rated down for is not said of it
///
/// `templates` is a file of caption templates (templates.h); empty: the five that are built in. Captions of CSV files
/// longer than 4096 bytes are cut there, at a character.
/// Throws Error as those readers do; unsupported (a file that is none of these), invalid_argument (templates given
/// where there is no metadata to fill in), not_found (nothing left to train on; says what was left out).
TrainingClips read_training_clips(const std::filesystem::path& data, const std::filesystem::path& templates = {});

struct SplitOptions {
  double training = 0.8;  // share of the clips, above 0 and below 1, where the dataset has no validation clips
  bool own_split = true;  // take the dataset's split where some clips are "validation"
  bool by_group = true;   // groups stay together; where that leaves a side empty, clips are split, and it is said
  std::size_t limit = 0;  // only the first `limit` clips; 0: all
  std::size_t drawn = 0;  // of these, this many drawn with the seed; 0: all
  std::uint64_t seed = 0;
};

/// Places in TrainingClips::clips, ascending.
struct ClipSplit {
  std::vector<std::size_t> training, validation;
  std::vector<std::string> remarks;
};

/// With `own_split`, clips of the split "test" are on neither side, and where some are "validation" the split is the
/// dataset's; what has no split is then for training. Else the seed draws, in shares as near to `training` as groups
/// allow. The same clips, options and seed: the same split.
/// Throws Error(invalid_argument) for options out of range, and when there are fewer than two clips to train on or none
/// to validate with; says how many there are.
ClipSplit split_clips(const std::vector<TrainingClip>& clips, const SplitOptions& options);

}  // namespace hearken::train

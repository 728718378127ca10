// Two models on the same sounds: zero-shot accuracy, retrieval by label, how the classes lie apart, speed, and whether
// the one predicts the other. All figures but the seconds are the same on every run and for any number of threads.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hearken/eval.h"
#include "hearken/index.h"
#include "hearken/map.h"
#include "hearken/model.h"

namespace hearken {

/// Spearman's rank correlation of two figures over the same things.
struct RankCorrelation {
  std::size_t n = 0;
  std::optional<double> rho;  // none of fewer than three things, or where one figure is the same for all
  double low = -1, high = 1;  // 95 % interval: the bootstrap's percentiles, 2000 resamples
  double p = 1;               // two-sided: the share of 10,000 permutations, seeded, that correlate as strongly
  double power = 0;           // chance of p < 0.05 if the true correlation were 0.5 (Bonett and Wright 2000)
  std::size_t needed = 0;     // the n from which that chance is 0.8 or more
};

/// `a` and `b` are equally long and finite.
RankCorrelation rank_correlation(std::span<const double> a, std::span<const double> b);

/// Every label asks for the clips of its class.
struct LabelRetrieval {
  Figure map10;  // mean average precision at 10 over the labels; the bootstrap's interval over labels
  Figure first;  // share of labels whose first clip is right; Wilson's interval
};

struct ComparedModel {
  std::string name;
  std::string precision;  // "fp32"; empty of vectors
  std::size_t dimension = 0;
  std::int64_t parameters = 0;              // 0 of vectors
  double listening_seconds = 0;             // for all clips, with all threads; decoding included
  double texts_seconds = 0;                 // for all labels
  std::vector<std::array<float, 2>> clips;  // [clips], on the plane
  std::vector<std::array<float, 2>> texts;  // [labels]; none of vectors
  std::array<double, 2> shares{};           // of the variance of this model's clips that the plane shows
  Separation plane, space;                  // of its clips
  ZeroShotResult zero_shot;                 // no classes of vectors
  LabelRetrieval retrieval;
  RankCorrelation predicts;  // the classes' silhouettes on the plane, and their zero-shot accuracies
};

struct Comparison {
  std::string data;                 // the folder, or the file of labels
  std::string layout;               // as in hearken/dataset.h; empty of vectors
  std::string prompt;               // what a label is put into
  std::vector<std::string> labels;  // classes that have clips
  std::vector<std::string> clips;   // file names, or names of rows
  std::vector<std::size_t> truth;   // [clips], in labels
  double audio_seconds = 0;
  /// Whether one plane was fitted for both: to the clips of both, each model's less their mean. Vectors of different
  /// dimensions have a plane each.
  bool one_plane = false;
  std::vector<ComparedModel> models;  // two
  /// Clips that only the first and only the second model gets right, and the chance of counts as unequal if both were
  /// equally good (McNemar's exact test).
  std::size_t only_first = 0, only_second = 0;
  double difference_p = 1;
  std::vector<FileNote> skipped;  // files that could not be read; those of the list that are not there
};

struct CompareOptions : WatchedRunOptions {
  std::filesystem::path labels;  // a CSV of path and label (hearken/dataset.h); empty: the folder's own layout
};

/// A clip's vector is the mean of its windows' (10 s every 5 s), scaled to length 1 for plane and separation. On the
/// plane texts are drawn less their own mean, for texts and sounds lie in different parts of a CLAP space.
/// Throws Error: invalid_argument (not two models), and as read_labelled(), clip_vectors() and zero_shot() do.
Comparison compare(std::span<const Model> models, const std::filesystem::path& folder,
                   const CompareOptions& options = {});

/// The same of vectors without audio or model: two .npy files and a CSV of their labels (hearken/map.h); no texts, so
/// no zero-shot accuracy and no retrieval. Throws as map_vectors(); mismatch (other numbers of rows).
Comparison compare_vectors(std::span<const std::filesystem::path> vectors, const std::filesystem::path& labels,
                           int threads = 0);

/// The comparison as one HTML file that loads nothing.
std::string compare_page(const Comparison& comparison);

}  // namespace hearken

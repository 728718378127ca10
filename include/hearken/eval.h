// Evaluations: how good a model is at classifying and at finding, as figures with 95 % intervals.
//
// Everything below the first part works on plain vectors, whoever made them: float32 rows [n, dimension], row-major,
// finite. Figures are shares between 0 and 1 unless they say otherwise, summed in float64 and in order: the same bits
// on every run and with any number of threads. Ties go to the lower number, of labels as of clips and captions.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hearken/index.h"
#include "hearken/labels.h"
#include "hearken/model.h"

namespace hearken {

// ── clips as vectors ──

/// What stands for a clip: all of it (the mean of its windows' unit vectors, so that a score is the mean cosine), its
/// first window, or the window whose middle is nearest to the clip's (the first of two).
enum class Crop { mean, first, centre };
std::string_view to_string(Crop crop) noexcept;  // "mean", "first", "centre"

struct ClipOptions : WatchedRunOptions {
  Windowing windowing;
  Crop crop = Crop::mean;
};

struct ClipVectors {
  std::size_t dimension = 0;
  std::vector<float> rows;         // [clips.size(), dimension]; of windows as a library stores them, in 16 bits
  std::vector<std::size_t> clips;  // which of the files each row is, ascending
  std::vector<FileNote> skipped;   // could not be read, or hold no sound
  std::vector<FileNote> warnings;  // embedded, but something is odd
  double audio_seconds = 0;
};

/// Embeds files, several at a time. Throws Error(invalid_argument) for windows the model does not take.
ClipVectors clip_vectors(const Model& model, std::span<const std::filesystem::path> files,
                         const ClipOptions& options = {});

// ── figures ──

struct Figure {
  double value = 0;
  double low = 0, high = 0;  // 95 % interval
  double chance = 0;         // what a random answer is expected to get
};

struct ClassFigure {
  std::size_t clips = 0, hits = 0;
  double low = 0, high = 1;   // Wilson's interval of hits / clips
  std::size_t taken_for = 0;  // the wrong label that its clips got most often; its own when none was wrong
  std::size_t taken_times = 0;
};

/// Clips under labels.
struct ZeroShotResult {
  Figure accuracy;                     // of the highest score; Wilson's interval, clips taken for independent
  double class_mean = 0;               // the mean of the classes' accuracies, classes without clips left out
  std::vector<std::size_t> predicted;  // [clips] labels
  std::vector<ClassFigure> classes;    // [labels]
};

/// A label's score is the dot product with its row of `labels` [c, dimension]; `truth` [n] names the right one. Throws
/// Error(invalid_argument): sizes that do not go together, nothing to score.
ZeroShotResult zero_shot(std::span<const float> audio, std::span<const float> labels, std::size_t dimension,
                         std::span<const std::size_t> truth);

/// One direction of retrieval.
struct RetrievalFigures {
  std::size_t queries = 0, items = 0;
  Figure r1, r5, r10;  // a right answer is among the first k
  Figure map10;        // mean average precision at 10: over min(right answers, 10)
  Figure median_rank;  // of the first right answer, from 1; not a share
};

struct RetrievalResult {
  RetrievalFigures text_to_audio;  // every caption asks for its clip
  RetrievalFigures audio_to_text;  // every clip that has captions asks for one of them
};

/// Every caption against every clip by dot product; `clip_of` [m] names each caption's clip. Intervals are percentiles
/// of 2000 bootstrap resamples of clips, which bring all their captions along: the captions of a clip are no
/// independent queries. Throws as zero_shot().
RetrievalResult retrieval(std::span<const float> audio, std::span<const float> captions, std::size_t dimension,
                          std::span<const std::size_t> clip_of, int threads = 0);

struct FoldFigure {
  std::string name;
  std::size_t train = 0, test = 0, hits = 0;
};

/// Multinomial logistic regression on frozen vectors.
struct ProbeResult {
  Figure accuracy;       // of all test clips together; Wilson's interval
  double deviation = 0;  // of the folds' accuracies, as a population
  std::vector<FoldFigure> folds;
  std::vector<std::size_t> predicted;  // [clips]; the clip's own fold's answer, classes where it was not tested
};

/// Weight of the data against the weights' size in the probe: it minimises ½ ‖W‖² + C · Σ cross entropy over W
/// [classes, dimension] and unpenalised biases, of rows scaled to length 1; scikit-learn's LogisticRegression(C=…).
inline constexpr double kProbeStrength = 10;

/// Trains and tests by folds: `folds` [n] names each clip's. Where a fold is called "test" (or "testing", "evaluation",
/// "eval"), the others but "val", "valid" and "validation" train and it is tested; else each fold is tested on the
/// others. Throws as zero_shot(); also with fewer than two folds or classes to train on.
ProbeResult linear_probe(std::span<const float> audio, std::size_t dimension, std::span<const std::size_t> truth,
                         std::size_t classes, std::span<const std::string> folds, int threads = 0);

/// Five folds for those who have none, "1" to "5": each class's clips in their order are shuffled (Fisher and Yates,
/// from the last down, by the Mersenne Twister MT19937 of seed 1, which goes on from class to class) and dealt out in
/// turn; a class begins where the one before it ended. A place below i is drawn as floor(x · i / 2^32).
std::vector<std::string> stratified_folds(std::span<const std::size_t> truth, std::size_t classes);

/// The labels a dataset's classes are asked by: as many, in their order, with a set's wordings and templates. Spellings
/// are the same when they differ only in case, or in "_" for a space. Without `set` the dataset's own built-in one is
/// taken (of esc10 in esc50's spelling: esc50's), for other layouts the first of esc10, esc50, urbansound8k and gtzan
/// that has all classes, else the classes' own names, "_" read as a space, under kTemplate. Throws Error(mismatch) for
/// a class that `set` has not.
LabelSet class_labels(std::span<const std::string> classes, std::string_view layout, const LabelSet* set = nullptr);

/// zero_shot() under one template after the other.
struct Wording {
  std::string sentence;  // the template; empty: the ensemble of all of them
  Figure accuracy;
  double class_mean = 0;
};

struct WordingsResult {
  std::vector<Wording> wordings;   // best first, equal ones in the order asked for; the ensemble is not among them
  Wording ensemble;                // of the mean vectors over all templates
  double mean = 0, deviation = 0;  // of the templates' accuracies, as a population
};

/// `templates` has one or more. Throws as zero_shot() and label_vectors().
WordingsResult wordings(const Model& model, std::span<const float> audio, const LabelSet& labels,
                        std::span<const std::size_t> truth, std::span<const std::string> templates, int threads = 0);

/// The templates that are tried where nobody names others: the set's own, then those of find's --ensemble.
std::vector<std::string> usual_templates(const LabelSet& labels);

// ── what is published ──

struct PublishedFigure {
  std::string_view model;     // the end of a checkpoint's file name, or a repository's
  std::string_view protocol;  // "zero-shot"
  std::string_view dataset;   // "esc50"
  double accuracy = 0;
  std::string_view source;
};

/// What was published of a model on a dataset; nothing where nothing is known.
std::vector<PublishedFigure> published_figures(std::string_view model, std::string_view protocol,
                                               std::string_view dataset);

}  // namespace hearken

// What a sound is, of a set of labels: each label's score, its probability, and the answer that is sure enough.
//
//   score        the mean over the windows of the cosine with the label's vector (labels.h), as everywhere
//   probability  softmax(logit scale of the model · score), over the labels that are worded (groups are not)
//   total        of a label and of all below it, the sum of probabilities
//   holds        score >= Levels::clear of the model. Several labels may hold of one sound, or none
//   none         the best score is below Levels::moderate, or one of AudioSet's 527 names is more than a hundred times
//                as probable as the best label: logit scale · (its score - the label's) > ln 100
//
// docs/CLASSIFY.md says how well each does.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "hearken/index.h"
#include "hearken/labels.h"
#include "hearken/library.h"
#include "hearken/model.h"
#include "hearken/score.h"

namespace hearken {

struct LabelScore {
  std::string label;
  double score = 0;
  double probability = 0;
  double total = 0;
  bool holds = false;
  double likelihood = 0;  // of the label by itself, whatever the other labels (Model::likelihood)
};

struct Classified {
  std::int64_t id = 0;  // of a library's track that was asked for as such; 0: a file
  std::filesystem::path path;
  std::string title, artist;  // empty when the file has no tags
  double duration_seconds = 0;
  std::int64_t windows = 0;
  std::vector<LabelScore> scores;  // of the worded labels, best first; equal ones in the order of the set
  std::string answer;              // the lowest label or group whose total is at least a half; without such the best
  double answer_total = 0;         // of the answer
  bool none = false;               // where it was asked for
  std::string instead;             // with `none`: the AudioSet name that fits best, empty when it is not MODERATE
};

struct ClassifyResult {
  Windowing windowing;             // of the vectors compared
  std::vector<Classified> songs;   // in the order in which they were asked for; a folder's by path
  std::vector<FileNote> skipped;   // likewise: what could not be read, or holds no sound; a track as "id:42"
  std::vector<FileNote> warnings;  // read, but something is odd (a file that ends early)
};

struct ClassifyOptions : WatchedRunOptions {
  Windowing windowing;                 // as ScoreOptions has them
  std::vector<std::string> templates;  // in place of the set's own
  bool none = false;                   // Classified::none is wanted
};

/// Classifies every song among `inputs`, which are as score() takes them. What fails for one song is in `skipped`.
/// Throws Error as score() does for its inputs; invalid_argument for a template without one "{}".
ClassifyResult classify(const Library* library, const Model& model, std::span<const ScoreInput> inputs,
                        const LabelSet& labels, const ClassifyOptions& options = {});

/// Classifies a sound that is embedded already (unit vectors), as if it were read from a file.
Classified classify_windows(const Model& model, const FileEmbedding& sound, const LabelSet& labels,
                            const ClassifyOptions& options = {});

}  // namespace hearken

// A model that puts sound and text into one vector space, loaded from a directory.
//
// A vector is float32 [dimension]; two vectors are compared by their dot product, which for unit vectors is the
// cosine, -1 to 1. The vector of a window of sound depends on its samples, on the model and on the precision, and on
// nothing else: not on the batch, the thread count or the run (bit-equal on one instruction set).
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hearken {

/// What the products are computed in. `automatic` is the best this CPU has among fp32 and bf16; int8 only on request.
enum class Precision { automatic, fp32, bf16, int8 };

std::string_view to_string(Precision precision) noexcept;
/// Throws Error(invalid_argument) for a name that is none of auto, fp32, bf16, int8.
Precision parse_precision(std::string_view name);

/// How the audio is cut: a window every hop, in seconds. Part of a library's fingerprint.
struct Windowing {
  double window_seconds = 10.0;
  double hop_seconds = 5.0;

  bool operator==(const Windowing&) const = default;
};

/// Which state of the model a vector is.
enum class EmbeddingForm {
  unit,       // projected and brought to length 1; what libraries hold
  scored,     // of a sound: unit. Of a text, what scores are computed with: unit; but where the model's scores are
              // evidence (ModelInfo), projected, at most of length 1, and shorter the less a text says
  projected,  // projected, not normalised
  pooled,     // the tower's own pooled state, before the projection; its width is the tower's
};

/// Scores at and above `high` are HIGH, at and above `moderate` MODERATE, else LOW. `clear` lies between or at `high`.
struct Levels {
  double high = 0.30;
  double clear = 0.30;     // of likelihood 0.7
  double moderate = 0.15;  // of likelihood 0.4
  std::string how;         // where the numbers come from
};

enum class Level { low, moderate, high };
std::string_view to_string(Level level) noexcept;  // "LOW", "MODERATE", "HIGH"

/// The likelihoods (Model::likelihood) of the scores Levels::clear and Levels::moderate.
inline constexpr double kClearLikelihood = 0.7, kModerateLikelihood = 0.4;
/// What is less likely than not is no answer.
inline constexpr double kAnswerLikelihood = 0.5;

/// What a search has to say, by the likelihood of its best result: `clear` from 0.7, `doubtful` from 0.5, else `none`.
enum class Answer { none, doubtful, clear };
std::string_view to_string(Answer answer) noexcept;  // "none", "doubtful", "clear"
Answer answer_of(double best_likelihood) noexcept;

struct ModelInfo {
  std::string name;                 // "starter", or as the user wrote it
  std::filesystem::path directory;  // where it was loaded from; a checkpoint file for LAION's
  std::string architecture;         // such as "HTSAT-base, RoBERTa"
  std::int64_t parameters = 0;      // of both towers and their projections
  int dimension = 0;                // of unit and projected vectors
  int audio_pooled_dimension = 0;
  int text_pooled_dimension = 0;
  int sample_rate_hz = 0;         // what the audio tower takes, mono
  double max_window_seconds = 0;  // the longest window the audio tower takes
  double logit_scale = 1;         // probability of a label is softmax(logit_scale * score)
  bool evidence = false;          // a score is evidence: it means the same for every text. Else it is a cosine
  Levels levels;
  Precision precision = Precision::fp32;  // never `automatic`
  std::string device;                     // "cpu", "cuda" or "cuda:1"
};

/// Thread rules: a Model may be shared; every const member may be called from many threads at once, and each call uses
/// one thread unless told otherwise. The text tower and the audio tower are read from disk when first used. Copies
/// share the same weights.
class Model {
 public:
  /// `name` is `starter`, a directory in Hugging Face layout, a LAION checkpoint (.pt), or the name of a model in the
  /// Hugging Face cache ("laion/clap-htsat-unfused", "lukewys/laion_clap:630k-audioset-best.pt"); nothing is fetched
  /// (hub.h does that).
  /// `device` "cuda" or "cuda:N" computes the towers there, in fp32 (`automatic` is that; other precisions are
  /// unsupported), one call at a time; a device that is not there is an error, never the CPU instead.
  /// Throws Error: not_found, corrupt (names the file, the tensor or the key), unsupported.
  static Model load(std::string_view name, Precision precision = Precision::automatic, std::string_view device = "cpu");

  const ModelInfo& info() const noexcept;
  Level level(double score) const noexcept;
  /// How likely it is that what scores so much against a text is what the text says, 0 to 1: the logistic curve that is
  /// 0.7 at levels.clear and 0.4 at levels.moderate. levels.how says how far this was measured.
  double likelihood(double score) const noexcept;

  /// Hex digest of weights, heads, tokenizer and preprocessing, whatever kind of file they are in. Reads all weights
  /// when first asked for.
  const std::string& weights_fingerprint() const;
  /// Hex digest of all that decides a library's vectors: weights, preprocessing, window and hop (not the precision).
  std::string fingerprint(const Windowing& windowing) const;

  /// Number of vector elements in that form: dimension, or the tower's own width.
  std::size_t audio_width(EmbeddingForm form) const;
  std::size_t text_width(EmbeddingForm form) const;

  /// Reads the text tower now rather than when it is first used.
  void prepare_text() const;

  /// One row per text, float32 [texts.size(), text_width(form)], row-major. Texts are UTF-8 of any length; what exceeds
  /// the tokenizer's limit is cut off, ill-formed bytes read as U+FFFD. A row depends on its text alone; where the CPU
  /// can keep that promise (AVX-512), many texts pass the tower together, which then reads its weights once.
  std::vector<float> embed_texts(std::span<const std::string> texts, EmbeddingForm form = EmbeddingForm::unit,
                                 int threads = 1) const;
  /// Samples in a window of that many seconds. Throws Error(invalid_argument) for a window the tower does not take.
  std::size_t window_samples(double window_seconds) const;
  /// Samples from one window's start to the next. Throws Error(invalid_argument) for a hop that makes no sense.
  std::size_t hop_samples(double hop_seconds) const;

  /// The two steps of embedding windows of `samples` (mono, -1 to 1, at info().sample_rate_hz; as many as
  /// window_samples gave). The front end writes a window's feature_count(samples.size()) floats (log-mel,
  /// [mel][frame]); the tower reads those of any number of windows of one size, [windows, feature_count], and writes
  /// [windows, audio_width(form)] floats, with `threads` threads (0: all cores) sharing the work. Several windows at
  /// once are faster, because the weights are read from memory once for all. Both throw Error(invalid_argument) for
  /// other sizes.
  std::size_t feature_count(std::size_t samples) const;
  void audio_features(std::span<const float> samples, std::span<float> features) const;
  void embed_features(std::span<const float> features, std::span<float> vectors,
                      EmbeddingForm form = EmbeddingForm::unit, int threads = 1) const;

  struct Impl;

 private:
  explicit Model(std::shared_ptr<const Impl> impl);
  std::shared_ptr<const Impl> impl_;
};

/// A file cut into windows and embedded.
struct FileEmbedding {
  std::vector<double> starts_seconds;  // [windows], ascending
  double window_seconds = 0;
  double duration_seconds = 0;  // of the decoded sound
  std::size_t width = 0;
  std::vector<float> vectors;  // [windows, width], row-major
  std::string warning;         // not empty when only a part could be decoded; says which
  std::vector<bool> silent;    // of each window: nothing is heard in it (below -60 LUFS); empty: none is
};

/// Decodes and embeds one file with up to `threads` threads (0: all cores).
/// Throws Error as audio decoding does (not_found, permission_denied, unsupported, corrupt, io), naming the file.
FileEmbedding embed_file(const Model& model, const std::filesystem::path& path, const Windowing& windowing = {},
                         EmbeddingForm form = EmbeddingForm::unit, int threads = 0);

/// One vector for a whole file: the mean of its windows' rows, for unit vectors scaled to length 1 again (zeros stay).
std::vector<float> mean_vector(std::span<const float> rows, std::size_t width, EmbeddingForm form);

}  // namespace hearken

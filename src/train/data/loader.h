// Batches for the towers: clips cut, changed a little, and made into features and tokens while the engine computes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <future>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/layouts/encoders.h"
#include "train/data/augment.h"
#include "train/data/pairs.h"
#include "train/data/samples_cache.h"
#include "train/engine.h"

namespace hearken::train {

/// A clip whose sound is known to decode.
struct PreparedClip {
  TrainingClip clip;
  CachedSound sound;
  std::int64_t first = 0, samples = 0;  // the part that is meant, at the cache's rate; at least one sample
};

struct PreparedClips {
  std::vector<PreparedClip> clips;   // in their order, without those that failed
  std::vector<std::string> remarks;  // "PATH: …", a line for each that failed or is damaged
};

/// Decodes what the cache does not hold, so that nothing fails, and nothing is missing, in the middle of training.
/// `progress` hears how many are done, in one thread at a time. threads 0: all cores.
PreparedClips prepare_clips(std::vector<TrainingClip> clips, SamplesCache& cache, int threads = 0,
                            const std::function<void(std::size_t done, std::size_t all)>& progress = {});

/// Hex digest of sounds and captions in their order: the same draws of the same fingerprint are the same batches.
std::string fingerprint(std::span<const PreparedClip> clips);

enum class CaptionSampling {
  once,   // each clip has one caption, drawn with the seed
  epoch,  // drawn anew each epoch
};

struct LoaderOptions {
  int batch = 16;  // clips, at least 2 for training
  double window_seconds = 10;
  CaptionSampling captions = CaptionSampling::epoch;
  Augmentation augmentation;
  std::uint64_t seed = 0;
  int threads = 0;  // batches made ahead, each by a thread; 0: two, more where there are many cores
  /// False: for validation. Clips in their order, each once, captions as `once` draws them; nothing is augmented; the
  /// middle of each clip; a last batch of one clip is kept.
  bool training = true;
};

struct LoadedBatch {
  std::size_t epoch = 0, place = 0;
  std::vector<std::size_t> clips;                // [items], places in the loader's clips
  std::vector<std::string> captions;             // [items]
  std::vector<float> features;                   // [items, feature count]
  std::vector<std::vector<std::int32_t>> texts;  // [items]
  std::vector<float> targets;                    // [items, items]
  std::vector<std::uint8_t> left_out;            // [items, items]

  /// Points into this object.
  Batch view() const;
};

/// An epoch's batches hold each clip once, in an order drawn anew; the last one is smaller, and is left out where it
/// would be a single clip. Whatever is drawn (order, caption, crop, augmentation) depends on seed, epoch and the clip's
/// or batch's place alone: any epoch can be begun anew at any batch, and threads change nothing.
///
/// left_out is 1 where a text is among the other clip's own captions too (case and white space aside), as is so for
/// clips of one label, or where both are from one file. Mixed clips are pairs (i, j) of a batch that share λ:
/// i is λ · i + (1 - λ) · j, j the same of j and i; targets are λ and 1 - λ; neither is a wrong answer for what either
/// may be called. A window longer than the clip repeats it whole as often as it fits, the rest is zero
/// (audio/windows.h).
///
/// One thread at a time. Source, encoders, clips and cache outlive it.
class Loader {
 public:
  /// Throws Error(invalid_argument): options out of range, a window the tower does not take; for training also fewer
  /// than two clips, or all clips with the same captions.
  Loader(std::span<const PreparedClip> clips, const model::ModelSource& source, const model::AudioEncoder& audio,
         const model::TextEncoder& text, const SamplesCache& cache, LoaderOptions options);
  ~Loader();
  Loader(const Loader&) = delete;
  Loader& operator=(const Loader&) = delete;

  std::size_t clips() const noexcept { return clips_.size(); }
  std::size_t feature_count() const noexcept { return feature_count_; }  // of a clip
  std::size_t batches() const noexcept;                                  // in an epoch
  std::size_t items() const noexcept;                                    // in an epoch's batches together

  /// What a clip is called in the epoch.
  const std::string& caption(std::size_t clip) const;

  /// Goes to a batch of an epoch; epochs count from wherever the caller likes.
  void start(std::size_t epoch, std::size_t batch = 0);

  /// The next batch; nothing behind an epoch's last. Throws what SamplesCache::read() throws.
  std::optional<LoadedBatch> next();

 private:
  struct Mix {
    std::size_t with = 0;  // an item of the batch; itself: none
    double kept = 1;
  };
  void number_captions();
  LoadedBatch make(std::size_t place) const;
  int caption_of(std::size_t clip) const;
  std::vector<Mix> mixes(std::size_t place, const std::vector<std::uint8_t>& alike) const;
  void read_features(const std::vector<Mix>& mixed, LoadedBatch& out) const;
  void read_window(std::size_t clip, std::span<float> out) const;

  std::span<const PreparedClip> clips_;
  const model::TowerPlan& plan_;
  const model::AudioEncoder& audio_;
  const model::TextEncoder& text_;
  const SamplesCache& cache_;
  LoaderOptions options_;
  std::size_t window_samples_ = 0, feature_count_ = 0, ahead_most_ = 0;
  std::vector<std::vector<int>> numbers_;       // of each clip's captions
  std::size_t epoch_ = 0, next_ = 0;            // next_: the batch that next() gives
  std::vector<std::size_t> order_;              // of the epoch's clips
  std::deque<std::future<LoadedBatch>> ahead_;  // next_ and those behind it; last, since they read all of the above
};

}  // namespace hearken::train

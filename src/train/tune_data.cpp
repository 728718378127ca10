// From a folder to batches.
#include "train/tune_data.h"

#include <fmt/format.h>

#include "core/paths.h"
#include "hearken/error.h"
#include "train/tune_options.h"

namespace hearken::train {

namespace {

// Too few clips are easier to understand together with what was left out of them.
Error too_few(const TuneOptions& options, const std::string& why, const std::vector<std::string>& skipped) {
  std::string text = display(options.data) + ": " + why;
  if (!skipped.empty()) text += "; left out: " + skipped.front();
  if (skipped.size() > 1) text += fmt::format(" (and {} more)", skipped.size() - 1);
  return Error(ErrorCode::invalid_argument, text);
}

ClipSplit split(const TrainingClips& read, const TuneOptions& options) {
  SplitOptions how;
  how.training = options.split;
  how.own_split = how.by_group = options.by_group;
  how.limit = options.limit;
  how.drawn = options.sample;
  how.seed = options.seed;
  try {
    return split_clips(read.clips, how);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::invalid_argument) throw;
    throw too_few(options, error.what(), read.remarks);
  }
}

}  // namespace

TuneData read_tune_data(const TuneOptions& options, SamplesCache& cache,
                        const std::function<void(const TuneProgress&)>& progress) {
  const auto say = [&](const char* doing, std::size_t done, std::size_t total) {
    TuneProgress now;
    now.doing = doing;
    now.done = done;
    now.total = total;
    if (progress) progress(now);
  };
  say("reading", 0, 0);
  TrainingClips read = read_training_clips(options.data, options.templates);
  const ClipSplit sides = split(read, options);

  TuneData data;
  data.skipped = std::move(read.remarks);
  data.remarks = sides.remarks;
  const std::size_t all = sides.training.size() + sides.validation.size();
  std::size_t before = 0;
  const auto prepared = [&](const std::vector<std::size_t>& places) {
    std::vector<TrainingClip> clips;
    for (const std::size_t place : places) clips.push_back(std::move(read.clips[place]));
    PreparedClips out = prepare_clips(std::move(clips), cache, options.threads,
                                      [&](std::size_t done, std::size_t) { say("preparing", before + done, all); });
    before += places.size();
    data.skipped.insert(data.skipped.end(), out.remarks.begin(), out.remarks.end());
    return std::move(out.clips);
  };
  data.training = prepared(sides.training);
  data.validation = prepared(sides.validation);
  if (std::string note = cache.note(); !note.empty()) data.remarks.push_back(std::move(note));
  if (data.training.size() < 2 || data.validation.size() < 2)
    throw too_few(options,
                  fmt::format("{} clips to train on and {} to validate with; both need two or more",
                              data.training.size(), data.validation.size()),
                  data.skipped);
  return data;
}

LoaderOptions loader_options(const TuneOptions& options, bool training) {
  LoaderOptions out;
  out.batch = options.batch;
  out.window_seconds = options.seconds;
  out.captions = options.caption_each_epoch ? CaptionSampling::epoch : CaptionSampling::once;
  out.augmentation = augmentation(options.augment);
  out.seed = options.seed;
  out.training = training;
  return out;
}

ValidationCaptions validation_captions(const Loader& validation, std::span<const PreparedClip> clips) {
  ValidationCaptions out;
  for (std::size_t clip = 0; clip < clips.size(); ++clip) {
    out.asked.push_back(validation.caption(clip));
    out.of_clip.push_back(clips[clip].clip.captions);
  }
  return out;
}

}  // namespace hearken::train

// Training: a model fine-tuned on one's own pairs of sound and text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "hearken/run.h"

namespace hearken {

// ── what is asked for ──

enum class TuneLoss {
  infonce,  // of a batch, which caption belongs to which sound (Radford et al. 2021)
  sigmoid,  // of each pair, whether it belongs together (Zhai et al. 2023)
};

/// What is learned from.
struct TuneDataOptions {
  std::filesystem::path data;       // a CSV, a dataset's folder, a folder of tagged music, a library (docs/TUNE.md)
  std::filesystem::path templates;  // a file of caption templates, one a line; empty: the built-in ones
  bool caption_each_epoch = true;   // else one caption for each clip, drawn once
  std::size_t limit = 0;            // only the first so many clips; 0: all
  std::size_t sample = 0;           // of those, so many drawn with the seed; 0: all
  double split = 0.8;               // the share that is trained on where the data says nothing itself
  bool by_group = true;             // clips of one artist or recording stay on one side of the split
  double seconds = 10;              // of a clip, cut at random in training and in the middle in validation
  std::string augment = "crop,gain,masks";  // some of crop, gain, masks and mix, or "none" (docs/TUNE.md)
};

/// How it is learned.
struct TuneStepOptions {
  int epochs = 10;
  int batch = 16;
  int accumulate = 1;  // batches whose gradients make one step
  double learning_rate = 3e-5;
  double warmup = 0.1;  // share of all steps in which the rate rises; then it falls along a cosine
  double weight_decay = 0.01;
  double clip_norm = 1;  // of all gradients together; 0: not clipped
  TuneLoss loss = TuneLoss::infonce;
  /// "all", "heads" (what follows the towers), "projections" (of the heads, the products that begin at random),
  /// "audio", "text", or "last:N" (the last N blocks of both towers, and the heads).
  std::string train = "all";
  int lora = 0;       // rank of low-rank additions to attention and MLPs; 0: none
  bool bf16 = false;  // products in bf16; else float32
  int patience = 2;   // epochs without a better one until it stops; 0: never
  std::uint64_t seed = 0;
};

/// Where it is done: of the result only the last bits depend on it.
struct TuneRunOptions : RunOptions {
  std::string device = "cpu";
  int save_steps = 0;   // the state is saved every so many steps; 0: every five minutes. And after each epoch
  std::string command;  // as it was typed, for the model's README.md
};

struct TuneOptions : TuneDataOptions, TuneStepOptions, TuneRunOptions {
  // The model, by a name that Model::load takes, and where the tuned one goes: a directory that is not there, an empty
  // one, or one that a run with the same options has begun.
  std::string model = "starter";
  std::filesystem::path directory;
};

/// A published experiment, and what came of it there.
struct TuneRecipe {
  std::string_view name;
  TuneOptions options;
  double r1 = 0, r5 = 0, r10 = 0;  // of its best epoch, captions asking for sounds
  int best = 0;                    // that epoch
};

/// "fma-small": the first 500 tracks of FMA small, 100 of them drawn, 80/20 clip by clip, 5 s, batches of 16, rate
/// 3e-5, 3 epochs, laion/clap-htsat-unfused. Throws Error(invalid_argument) for another name.
TuneRecipe tune_recipe(std::string_view name);

// ── what comes of it ──

/// Of validation clips: how well captions find their sounds, or sounds their captions.
struct Recall {
  double r1 = 0, r5 = 0, r10 = 0;  // share of queries with a right answer among the first 1, 5 and 10
  double median_place = 0;         // of the first right answer, from 1

  double mean() const noexcept { return (r1 + r5 + r10) / 3; }
};

/// What a validation clip finds among the captions.
struct FoundCaption {
  std::string caption;
  double score = 0;      // its cosine
  double own_score = 0;  // of the clip's own caption
  bool right = false;    // it is the clip's own, or equal to one of the clip's
};

struct TuneEpoch {
  int epoch = 0;             // 0: before training
  double loss = 0;           // mean over the epoch's pairs; NaN before training
  double learning_rate = 0;  // of its last step
  double validation_loss = 0;
  Recall text_to_audio, audio_to_text;
  double logit_scale = 0;
  int refused = 0;  // steps that were not taken because loss or gradient was no number
  double seconds = 0;
  std::vector<FoundCaption> found;  // of TuneRun::watched, in that order

  /// What decides which epoch is best: the mean of R@1, R@5 and R@10 both ways; of equal ones the lower validation
  /// loss.
  double score() const noexcept { return (text_to_audio.mean() + audio_to_text.mean()) / 2; }
};

struct WatchedClip {
  std::filesystem::path path;
  std::string caption;
};

/// What a run is, once its data and its model are there.
struct TuneRun {
  std::string model;
  std::size_t training_clips = 0, validation_clips = 0;
  std::int64_t parameters = 0, trained_parameters = 0;
  int epochs = 0, steps_per_epoch = 0;
  Recall random_text_to_audio, random_audio_to_text;  // of rankings drawn at random: k / N where no captions are equal
  std::vector<WatchedClip> watched;                   // up to 12 validation clips
  std::vector<std::string> skipped;  // clips that were left out or are damaged; one line each, with file
  std::vector<std::string> remarks;  // what else is to be said of the data
  int resumed_steps = 0;             // steps that an earlier call had done; 0: begun now
};

struct TuneProgress {
  std::string doing;  // "reading", "preparing", "training", "validating"
  int epoch = 0, epochs = 0;
  std::size_t done = 0, total = 0;  // files, steps of the epoch
  double loss = 0;                  // of late
  double learning_rate = 0;
  double items_per_second = 0;
  double left_seconds = 0;  // of the whole run, unless it stops early; 0: not known yet
};

/// Called from the thread that called tune().
struct TuneListener {
  std::function<void(const TuneRun&)> begun;
  std::function<void(const TuneProgress&)> progress;  // at most some ten times a second
  std::function<void(const TuneEpoch&)> epoch;        // of a run that goes on, those before it too
};

struct TuneReport {
  TuneRun run;
  std::vector<TuneEpoch> epochs;  // from 0 on
  int best = 0;                   // the epoch whose weights the directory holds
  bool stopped_early = false;
  bool finished_before = false;  // an earlier call had done it all, and nothing was left to do
};

/// Trains until the last epoch, or until `patience` epochs brought nothing better. The directory then holds the best
/// epoch's weights as a model (of the layout of the model it began with), and training/ in it: metrics.jsonl,
/// curves.html, and the state from which a call with the same options goes on, to the same bits, after whatever ended
/// this one.
/// Throws Error: invalid_argument (options that make no sense, fewer than two clips to train on or to validate on, a
/// directory that holds something else), mismatch (a directory begun with other options; names the first that
/// differs), busy (another process trains into the directory), unsupported (no libtorch, no such device; a loss that
/// is no number three steps in a row: the best epoch so far is kept), io (disk full), and what reading the data and
/// the model throw.
TuneReport tune(const TuneOptions& options, const TuneListener& listener = {});

}  // namespace hearken

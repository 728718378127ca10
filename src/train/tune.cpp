// The trainer's loop: epochs of steps, a validation after each, the best kept, and all of it resumable.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <optional>
#include <system_error>

#include "core/files/new_file.h"
#include "core/paths.h"
#include "core/threads/threads.h"
#include "hearken/error.h"
#include "hearken/train.h"
#include "model/layouts/encoders.h"
#include "model/layouts/locate.h"
#include "model/making/write_model.h"
#include "train/engine.h"
#include "train/record/curves.h"
#include "train/record/metrics_log.h"
#include "train/record/run_state.h"
#include "train/schedule.h"
#include "train/tune_data.h"
#include "train/tune_options.h"
#include "train/validation.h"

namespace hearken {
namespace train {
namespace {

namespace fs = std::filesystem;

constexpr double kSaveSeconds = 300;  // between states where nothing else is asked for
constexpr double kProgressSeconds = 0.1;
constexpr int kMostRefused = 3;                       // steps in a row
constexpr std::size_t kWatched = 12;                  // validation clips whose captions are shown
constexpr std::int64_t kCacheBytes = 40'000'000'000;  // of decoded sound
constexpr const char* kFolder = "training";           // in the model's directory

double nan() { return std::numeric_limits<double>::quiet_NaN(); }

// An own directory, or one that can become one.
void check_directory(const fs::path& directory) {
  std::error_code error;
  if (!fs::exists(directory) || fs::exists(directory / kFolder / "state.json")) return;
  if (!fs::is_directory(directory))
    throw Error(ErrorCode::invalid_argument, display(directory) + ": is a file; the tuned model is a directory");
  for (const auto& entry : fs::directory_iterator(directory, error))
    if (entry.path().filename() != kFolder)
      throw Error(ErrorCode::invalid_argument,
                  display(directory) + ": is there already, not empty, and no training was begun in it");
  if (error) throw os_error(directory, "read the directory", error.value());
}

/// One run. Not shared between threads.
class Trainer {
 public:
  Trainer(const TuneOptions& options, const TuneListener& listener);
  TuneReport run();

 private:
  void open();
  void begin();
  void train_epoch();
  void train_step(int epoch);
  void end_epoch(double loss);
  TuneEpoch validated();
  void keep(const TuneEpoch& epoch);
  model::ModelCard card(const TuneEpoch& epoch) const;
  void save();
  void tell(const StepLine& step);
  void draw_curves() const;

  int steps_per_epoch() const { return (batches() + options_.accumulate - 1) / options_.accumulate; }
  int batches() const { return static_cast<int>(training_->batches()); }
  int steps() const { return options_.epochs * steps_per_epoch(); }

  const TuneOptions options_;
  const TuneListener listener_;
  std::unique_ptr<model::ModelSource> source_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<model::AudioEncoder> audio_;  // for features and tokens; the engine has towers of its own
  std::unique_ptr<model::TextEncoder> text_;
  std::optional<SamplesCache> cache_;
  TuneData data_;
  std::optional<Loader> training_, validation_;
  ValidationCaptions captions_;
  std::vector<std::uint8_t> right_;   // [validation clips]²
  std::vector<std::size_t> watched_;  // validation clips
  std::optional<RunState> state_;
  std::optional<MetricsLog> metrics_;
  RunPoint point_;
  TuneRun run_;
  double saved_at_ = 0, told_at_ = 0;
  // Of this call, for what is left to do.
  int steps_here_ = 0;
  double step_seconds_ = 0, validation_seconds_ = 0;
  std::size_t pairs_here_ = 0;
};

Trainer::Trainer(const TuneOptions& options, const TuneListener& listener) : options_(options), listener_(listener) {
  check(options_);
  check_directory(options_.directory);
}

TuneReport Trainer::run() {
  open();
  TuneReport report;
  report.finished_before = point_.finished;
  if (listener_.begun) listener_.begun(run_);
  if (listener_.epoch)
    for (const TuneEpoch& epoch : metrics_->epochs()) listener_.epoch(epoch);
  if (!point_.began) begin();
  while (!point_.finished) train_epoch();
  draw_curves();
  report.run = run_;
  report.epochs = metrics_->epochs();
  report.best = point_.best;
  report.stopped_early = point_.stopped_early;
  return report;
}

// Everything that may fail for the data's, the model's or the options' sake comes before the first step.
void Trainer::open() {
  source_ = model::open_model(model::locate(options_.model).path);
  engine_ = make_engine(source_->plan(), *model::weights_of(*source_), engine_options(options_, source_->plan()));
  audio_ = source_->load_audio(nn::ProductType::f32);
  text_ = source_->load_text(nn::ProductType::f32);
  cache_.emplace(default_samples_folder(), source_->info().sample_rate_hz, kCacheBytes);
  data_ = read_tune_data(options_, *cache_, listener_.progress);
  training_.emplace(data_.training, *source_, *audio_, *text_, *cache_, loader_options(options_, true));
  validation_.emplace(data_.validation, *source_, *audio_, *text_, *cache_, loader_options(options_, false));
  captions_ = validation_captions(*validation_, data_.validation);
  right_ = right_pairs(captions_);

  state_.emplace(options_.directory / kFolder, settings(options_, source_->fingerprint(), fingerprint(data_.training),
                                                        fingerprint(data_.validation)));
  point_ = state_->point();
  metrics_.emplace(state_->folder() / "metrics.jsonl", point_.metrics_bytes);
  if (const auto tensors = state_->tensors(); !tensors.empty()) engine_->restore(tensors);
  saved_at_ = monotonic_seconds();

  const std::size_t n = data_.validation.size();
  for (std::size_t i = 0; i < std::min(kWatched, n); ++i) watched_.push_back(i * n / std::min(kWatched, n));
  run_.model = options_.model;
  run_.training_clips = data_.training.size();
  run_.validation_clips = n;
  run_.parameters = engine_->parameters();
  run_.trained_parameters = engine_->trained_parameters();
  run_.epochs = options_.epochs;
  run_.steps_per_epoch = steps_per_epoch();
  run_.random_text_to_audio = random_text_to_audio(right_, n);
  run_.random_audio_to_text = random_audio_to_text(right_, n);
  for (const std::size_t i : watched_) run_.watched.push_back({data_.validation[i].clip.path, captions_.asked[i]});
  run_.skipped = data_.skipped;
  run_.remarks = data_.remarks;
  run_.resumed_steps = point_.step;
}

// The model as it is: what every epoch is held against, and what is kept where none is better.
void Trainer::begin() {
  point_.began = true;
  point_.best_score = -1;
  end_epoch(nan());
}

void Trainer::train_epoch() {
  const int epoch = point_.epochs_done + 1, begun = point_.step - (epoch - 1) * steps_per_epoch();
  training_->start(static_cast<std::size_t>(epoch), static_cast<std::size_t>(begun * options_.accumulate));
  for (int step = begun; step < steps_per_epoch(); ++step) {
    train_step(epoch);
    const bool last = step + 1 == steps_per_epoch();
    const bool due = options_.save_steps > 0 ? point_.step % options_.save_steps == 0
                                             : monotonic_seconds() - saved_at_ > kSaveSeconds;
    if (due && !last) save();
  }
  ++point_.epochs_done;
  end_epoch(point_.epoch_loss / static_cast<double>(point_.epoch_pairs));
}

void Trainer::train_step(int epoch) {
  const double began = monotonic_seconds();
  const int first = (point_.step - (epoch - 1) * steps_per_epoch()) * options_.accumulate;
  const int group = std::min(options_.accumulate, batches() - first);
  double loss = 0;
  std::size_t pairs = 0;
  for (int i = 0; i < group; ++i) {
    const auto batch = training_->next();
    const double items = static_cast<double>(batch->clips.size());
    loss += engine_->accumulate(batch->view(), 1.0 / group) * items;
    pairs += batch->clips.size();
  }
  StepLine line{epoch, point_.step + 1, loss / static_cast<double>(pairs), 0, 0, static_cast<int>(pairs)};
  const int warmup = static_cast<int>(std::lround(options_.warmup * steps()));
  line.learning_rate = learning_rate(options_.learning_rate, point_.step, warmup, steps());
  const Step step = engine_->update(line.learning_rate);
  line.gradient_norm = step.gradient_norm;
  metrics_->add(line);
  ++point_.step;
  if (step.applied) {
    point_.epoch_loss += loss;
    point_.epoch_pairs += static_cast<std::int64_t>(pairs);
    point_.refused_in_a_row = 0;
  } else {
    ++point_.epoch_refused;
    if (++point_.refused_in_a_row == kMostRefused) {
      draw_curves();
      throw Error(
          ErrorCode::unsupported,
          fmt::format("step {} in epoch {}: loss or gradient is no number, {} times in a row; a lower --lr{} may "
                      "help. {} holds epoch {}, the best so far",
                      point_.step, epoch, kMostRefused, options_.bf16 ? " or --precision fp32" : "",
                      display(options_.directory), point_.best));
    }
  }
  const double seconds = monotonic_seconds() - began;
  point_.epoch_seconds += seconds;
  step_seconds_ += seconds;
  pairs_here_ += pairs;
  ++steps_here_;
  tell(line);
}

TuneEpoch Trainer::validated() {
  const double began = monotonic_seconds();
  const auto dimension = static_cast<std::size_t>(source_->info().dimension);
  const std::size_t n = data_.validation.size();
  std::vector<float> audio(n * dimension), texts(n * dimension);
  TuneProgress progress;
  progress.doing = "validating";
  progress.epoch = point_.epochs_done;
  progress.epochs = options_.epochs;
  progress.total = n;
  validation_->start(0);
  while (const auto batch = validation_->next()) {
    const std::size_t items = batch->clips.size(), at = progress.done * dimension;
    engine_->embed_audio(batch->features, static_cast<int>(items), std::span(audio).subspan(at, items * dimension));
    engine_->embed_texts(batch->texts, std::span(texts).subspan(at, items * dimension));
    progress.done += items;
    if (listener_.progress && progress.done < n) listener_.progress(progress);
  }
  TuneEpoch out;
  out.logit_scale = engine_->logit_scale();
  const ValidationFigures figures =
      validate(audio, texts, dimension, right_, out.logit_scale, static_cast<std::size_t>(options_.batch));
  out.epoch = point_.epochs_done;
  out.validation_loss = figures.loss;
  out.text_to_audio = figures.text_to_audio;
  out.audio_to_text = figures.audio_to_text;
  for (const std::size_t i : watched_)
    out.found.push_back({captions_.asked[figures.found[i]], figures.found_score[i], figures.own_score[i],
                         right_[i * n + figures.found[i]] == 1});
  validation_seconds_ = monotonic_seconds() - began;
  return out;
}

// Validates, keeps the best, writes down how it went, and ends the run where it is over.
void Trainer::end_epoch(double loss) {
  TuneEpoch epoch = validated();
  epoch.loss = loss;
  epoch.learning_rate = metrics_->steps().empty() ? 0 : metrics_->steps().back().learning_rate;
  epoch.refused = point_.epoch_refused;
  epoch.seconds = point_.epoch_seconds + validation_seconds_;
  metrics_->add(epoch);
  const bool better = epoch.score() > point_.best_score ||
                      (epoch.score() == point_.best_score && epoch.validation_loss < point_.best_loss);
  if (better) keep(epoch);
  point_.epoch_loss = point_.epoch_seconds = 0;
  point_.epoch_pairs = point_.epoch_refused = 0;
  point_.stopped_early = options_.patience > 0 && point_.epochs_done < options_.epochs &&
                         point_.epochs_done - point_.best >= options_.patience;
  point_.finished = point_.stopped_early || point_.epochs_done == options_.epochs;
  save();
  draw_curves();
  if (listener_.epoch) listener_.epoch(epoch);
}

void Trainer::keep(const TuneEpoch& epoch) {
  point_.best = epoch.epoch;
  point_.best_score = epoch.score();
  point_.best_loss = epoch.validation_loss;
  std::vector<model::ChangedTensor> changed;
  for (const EngineTensor& tensor : engine_->tensors()) {
    if (!tensor.trained || point_.step == 0) continue;
    std::int64_t elements = 1;
    for (const std::int64_t extent : tensor.shape) elements *= extent;
    changed.push_back({tensor.name, tensor.shape, std::vector<float>(static_cast<std::size_t>(elements))});
    engine_->read(tensor.name, changed.back().values);
  }
  model::write_model(*source_, changed, card(epoch), options_.directory, true);
}

model::ModelCard Trainer::card(const TuneEpoch& epoch) const {
  const auto recall = [](const Recall& r) { return fmt::format("{:.3f} / {:.3f} / {:.3f}", r.r1, r.r5, r.r10); };
  const TuneEpoch& start = metrics_->epochs().front();
  model::ModelCard out;
  out.title = display(fs::absolute(options_.directory).lexically_normal().filename());
  out.from = options_.model;
  out.command = options_.command;
  out.facts = {
      fmt::format("Tuned on {} clips and validated on {} others.", run_.training_clips, run_.validation_clips),
      fmt::format("These are the weights of epoch {} of {}; training/metrics.jsonl and training/curves.html tell how "
                  "it went.",
                  epoch.epoch, options_.epochs),
      fmt::format("R@1 / R@5 / R@10 of captions asking for sounds: {}; before training {}; at random {}.",
                  recall(epoch.text_to_audio), recall(start.text_to_audio), recall(run_.random_text_to_audio)),
      fmt::format("Of sounds asking for captions: {}; before training {}; at random {}.", recall(epoch.audio_to_text),
                  recall(start.audio_to_text), recall(run_.random_audio_to_text))};
  return out;
}

void Trainer::save() {
  point_.metrics_bytes = metrics_->sync();
  const bool tensors = point_.step > 0 && !point_.finished;
  state_->save(point_, tensors ? engine_->state() : std::vector<StateTensor>());
  saved_at_ = monotonic_seconds();
}

void Trainer::tell(const StepLine& step) {
  if (!listener_.progress || monotonic_seconds() - told_at_ < kProgressSeconds) return;
  told_at_ = monotonic_seconds();
  TuneProgress progress;
  progress.doing = "training";
  progress.epoch = step.epoch;
  progress.epochs = options_.epochs;
  progress.done = static_cast<std::size_t>(step.step - (step.epoch - 1) * steps_per_epoch());
  progress.total = static_cast<std::size_t>(steps_per_epoch());
  progress.loss = step.loss;
  progress.learning_rate = step.learning_rate;
  progress.items_per_second = static_cast<double>(pairs_here_) / step_seconds_;
  progress.left_seconds =
      step_seconds_ / steps_here_ * (steps() - step.step) + validation_seconds_ * (options_.epochs - step.epoch + 1);
  listener_.progress(progress);
}

void Trainer::draw_curves() const {
  NewFile file(state_->folder() / "curves.html");
  file.write(curves_page(run_, metrics_->steps(), metrics_->epochs(), point_.best));
  file.finish();
  file.appear();
}

}  // namespace
}  // namespace train

TuneReport tune(const TuneOptions& options, const TuneListener& listener) {
  return train::Trainer(options, listener).run();
}

}  // namespace hearken

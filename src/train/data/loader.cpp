// Batches: what is drawn, what is read, and what goes on while the engine computes.
#include "train/data/loader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>
#include <variant>

#include "core/paths.h"
#include "core/threads/threads.h"
#include "text/tokenizer/fold.h"
#include "train/data/pair_sources.h"
#include "train/random.h"

namespace hearken::train {
namespace {

constexpr double kShortestWindow = 0.5;  // seconds, as hearken/model.h takes them

// The features' layout [spectrograms, mel bins, frames].
struct Layout {
  std::size_t spectrograms = 1;
  int mel_bins = 0, frames = 0;
};

Layout layout_of(const model::TowerPlan& plan, std::size_t features) {
  Layout out;
  if (const auto* htsat = std::get_if<model::HtsatConfig>(&plan.audio)) {
    out.mel_bins = model::HtsatConfig::kMelBins;
    // One spectrogram fills at most the picture that it is folded into.
    constexpr std::size_t kMost = model::HtsatConfig::kPicture * model::HtsatConfig::kPicture;
    out.spectrograms = htsat->fused && features > kMost ? 4 : 1;
  } else {
    out.mel_bins = std::get<model::CedConfig>(plan.audio).mel_bins;
  }
  out.frames = static_cast<int>(features / out.spectrograms / static_cast<std::size_t>(out.mel_bins));
  return out;
}

void check_loader(const LoaderOptions& options, const ModelInfo& info) {
  const auto refuse = [](const std::string& why) { throw Error(ErrorCode::invalid_argument, why); };
  const Augmentation& a = options.augmentation;
  if (options.batch < (options.training ? 2 : 1))
    refuse(fmt::format("a batch of {}: a clip is told apart from others, so there must be two", options.batch));
  if (!(options.window_seconds >= kShortestWindow && options.window_seconds <= info.max_window_seconds))
    refuse(fmt::format("window of {} s: the model takes {} to {} s", options.window_seconds, kShortestWindow,
                       info.max_window_seconds));
  if (!(a.gain_db >= 0 && a.gain_db <= 60)) refuse(fmt::format("a gain of {} dB: expected 0 to 60", a.gain_db));
  if (!(a.mix_share >= 0 && a.mix_share <= 1)) refuse(fmt::format("a share of {} mixed: expected 0 to 1", a.mix_share));
  if (!(a.mix_beta > 0 && a.mix_beta <= 1)) refuse(fmt::format("mix-up with beta {}: expected up to 1", a.mix_beta));
  if (std::min({a.time_masks, a.time_mask_frames, a.mel_masks, a.mel_mask_bins}) < 0) refuse("less than no masks");
}

}  // namespace

Batch LoadedBatch::view() const { return {static_cast<int>(clips.size()), features, texts, targets, left_out}; }

Loader::Loader(std::span<const PreparedClip> clips, const model::ModelSource& source, const model::AudioEncoder& audio,
               const model::TextEncoder& text, const SamplesCache& cache, LoaderOptions options)
    : clips_(clips), plan_(source.plan()), audio_(audio), text_(text), cache_(cache), options_(options) {
  check_loader(options_, source.info());
  if (!options_.training) options_.augmentation = no_augmentation();
  if (clips_.empty() || (options_.training && clips_.size() < 2))
    throw Error(
        ErrorCode::invalid_argument,
        fmt::format("{} clips to train on: a clip is told apart from others, so there must be two", clips_.size()));
  window_samples_ = static_cast<std::size_t>(std::lround(options_.window_seconds * source.info().sample_rate_hz));
  feature_count_ = audio_.feature_count(window_samples_);
  number_captions();
  const int cores = thread_count(0);
  ahead_most_ = static_cast<std::size_t>(options_.threads > 0 ? options_.threads
                                         : cores <= 4         ? 2
                                                              : std::min(8, cores / 2));
  start(0);
}

Loader::~Loader() = default;  // futures of std::async wait

// Equal captions, case and white space aside, get one number.
void Loader::number_captions() {
  std::map<std::string, int> numbers;
  for (const PreparedClip& clip : clips_) {
    std::vector<int>& own = numbers_.emplace_back();
    for (const std::string& caption : clip.clip.captions)
      own.push_back(
          numbers.emplace(text::fold_case(one_line(caption)), static_cast<int>(numbers.size())).first->second);
    if (own.empty()) throw Error(ErrorCode::invalid_argument, display(clip.clip.path) + ": has no caption");
  }
  const auto sorted = [](std::vector<int> own) {
    std::sort(own.begin(), own.end());
    return own;
  };
  const std::vector<int> first = sorted(numbers_.front());
  if (options_.training &&
      std::all_of(numbers_.begin(), numbers_.end(), [&](const std::vector<int>& own) { return sorted(own) == first; }))
    throw Error(ErrorCode::invalid_argument,
                fmt::format("all {} clips to train on are called the same, '{}': there is nothing to tell apart",
                            clips_.size(), display(clips_.front().clip.captions.front())));
}

std::size_t Loader::batches() const noexcept {
  const auto batch = static_cast<std::size_t>(options_.batch);
  const std::size_t rest = clips_.size() % batch;
  return clips_.size() / batch + (rest >= (options_.training ? 2U : 1U) ? 1 : 0);
}

std::size_t Loader::items() const noexcept {
  return std::min(clips_.size(), batches() * static_cast<std::size_t>(options_.batch));
}

void Loader::start(std::size_t epoch, std::size_t batch) {
  ahead_.clear();
  epoch_ = epoch;
  next_ = batch;
  std::vector<std::size_t> order(clips_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (options_.training) order = shuffled(clips_.size(), Draws(options_.seed, Purpose::order, {epoch}));
  order_ = std::move(order);
}

std::optional<LoadedBatch> Loader::next() {
  if (next_ >= batches()) return std::nullopt;
  while (ahead_.size() < ahead_most_ && next_ + ahead_.size() < batches())
    ahead_.push_back(std::async(std::launch::async, [this, place = next_ + ahead_.size()] { return make(place); }));
  std::future<LoadedBatch> first = std::move(ahead_.front());
  ahead_.pop_front();
  ++next_;
  return first.get();
}

// The clip's window: anywhere in it or its middle; a shorter clip repeated.
void Loader::read_window(std::size_t clip, std::span<float> out) const {
  const PreparedClip& c = clips_[clip];
  const auto window = static_cast<std::int64_t>(out.size());
  if (c.samples >= window) {
    const auto spare = static_cast<std::uint64_t>(c.samples - window);
    const std::uint64_t at =
        options_.augmentation.crop ? Draws(options_.seed, Purpose::crop, {epoch_, clip}).below(spare + 1) : spare / 2;
    return cache_.read(c.sound, c.first + static_cast<std::int64_t>(at), out);
  }
  const auto length = static_cast<std::size_t>(c.samples);
  cache_.read(c.sound, c.first, out.first(length));
  std::size_t filled = length;
  for (; filled + length <= out.size(); filled += length) std::copy_n(out.begin(), length, out.begin() + filled);
  std::fill(out.begin() + static_cast<std::ptrdiff_t>(filled), out.end(), 0.0F);
}

int Loader::caption_of(std::size_t clip) const {
  const bool once = !options_.training || options_.captions == CaptionSampling::once;
  Draws draws(options_.seed, Purpose::caption, {once ? 0 : epoch_ + 1, clip});
  return static_cast<int>(draws.below(clips_[clip].clip.captions.size()));
}

const std::string& Loader::caption(std::size_t clip) const {
  return clips_[clip].clip.captions[static_cast<std::size_t>(caption_of(clip))];
}

// Which items of a batch are mixed with which, and how much of itself each keeps: neighbours share their sounds.
std::vector<Loader::Mix> Loader::mixes(std::size_t place, const std::vector<std::uint8_t>& alike) const {
  const std::size_t n = static_cast<std::size_t>(std::lround(std::sqrt(static_cast<double>(alike.size()))));
  std::vector<Mix> out(n);
  for (std::size_t i = 0; i < n; ++i) out[i].with = i;
  const Augmentation& how = options_.augmentation;
  if (how.mix_share <= 0) return out;
  for (std::size_t i = 0; i + 1 < n; i += 2) {
    Draws draws(options_.seed, Purpose::mix, {epoch_, place, i});
    if (draws.unit() >= how.mix_share || alike[i * n + i + 1] != 0 || alike[(i + 1) * n + i] != 0) continue;
    out[i].kept = out[i + 1].kept = mix_share_kept(how.mix_beta, draws);
    std::swap(out[i].with, out[i + 1].with);
  }
  return out;
}

LoadedBatch Loader::make(std::size_t place) const {
  LoadedBatch out;
  out.epoch = epoch_, out.place = place;
  const std::size_t first = place * static_cast<std::size_t>(options_.batch);
  const std::size_t n = std::min(static_cast<std::size_t>(options_.batch), order_.size() - first);
  std::vector<int> texts;  // numbers
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t clip = order_[first + i];
    const auto caption = static_cast<std::size_t>(caption_of(clip));
    out.clips.push_back(clip);
    out.captions.push_back(clips_[clip].clip.captions[caption]);
    out.texts.push_back(text_.tokens(out.captions.back()));
    texts.push_back(numbers_[clip][caption]);
  }
  // Whether text j is true of clip i, or may be.
  std::vector<std::uint8_t> alike(n * n, 0);
  for (std::size_t i = 0; i < n; ++i) {
    const std::vector<int>& own = numbers_[out.clips[i]];
    for (std::size_t j = 0; j < n; ++j)
      alike[i * n + j] = std::find(own.begin(), own.end(), texts[j]) != own.end() ||
                         clips_[out.clips[i]].sound.key == clips_[out.clips[j]].sound.key;
  }
  const std::vector<Mix> mixed = mixes(place, alike);
  out.targets.assign(n * n, 0);
  out.left_out.assign(n * n, 0);
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t with = mixed[i].with;
    out.targets[i * n + i] = static_cast<float>(mixed[i].kept);
    if (with != i) out.targets[i * n + with] = static_cast<float>(1 - mixed[i].kept);
    for (std::size_t j = 0; j < n; ++j)
      out.left_out[i * n + j] = j != i && j != with && (alike[i * n + j] != 0 || alike[with * n + j] != 0);
  }
  read_features(mixed, out);
  return out;
}

void Loader::read_features(const std::vector<Mix>& mixed, LoadedBatch& out) const {
  const std::size_t n = out.clips.size();
  std::vector<float> sounds(n * window_samples_), mixture(window_samples_);
  const auto sound = [&](std::size_t i) { return std::span(sounds).subspan(i * window_samples_, window_samples_); };
  for (std::size_t i = 0; i < n; ++i) {
    read_window(out.clips[i], sound(i));
    change_gain(sound(i), options_.augmentation.gain_db, Draws(options_.seed, Purpose::gain, {epoch_, out.clips[i]}));
  }
  const Layout layout = layout_of(plan_, feature_count_);
  out.features.resize(n * feature_count_);
  for (std::size_t i = 0; i < n; ++i) {
    std::span<const float> heard = sound(i);
    if (mixed[i].with != i) {
      const std::span<const float> other = sound(mixed[i].with);
      const auto kept = static_cast<float>(mixed[i].kept), rest = static_cast<float>(1 - mixed[i].kept);
      for (std::size_t s = 0; s < window_samples_; ++s) mixture[s] = kept * heard[s] + rest * other[s];
      heard = mixture;
    }
    const std::span<float> features = std::span(out.features).subspan(i * feature_count_, feature_count_);
    audio_.features(heard, features);
    mask(features, layout.mel_bins, layout.frames, options_.augmentation,
         Draws(options_.seed, Purpose::masks, {epoch_, out.clips[i]}));
  }
}

}  // namespace hearken::train

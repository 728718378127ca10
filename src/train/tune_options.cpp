// Options, read and checked.
#include "train/tune_options.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <numeric>
#include <variant>

#include "core/paths.h"
#include "core/threads/threads.h"
#include "hearken/error.h"

namespace hearken::train {
namespace {

Error wrong(std::string_view what) { return Error(ErrorCode::invalid_argument, std::string(what)); }

void check_range(bool good, std::string_view option, double value, std::string_view expected) {
  if (!good) throw wrong(fmt::format("{} {:g}: expected {}", option, value, expected));
}

// A number that the name has after `prefix`, as in "audio.stages.2.blocks.5.norm1.weight"; -1: it does not begin so.
int number_after(std::string_view name, std::string_view prefix) {
  if (!name.starts_with(prefix)) return -1;
  int number = -1;
  const char* const from = name.data() + prefix.size();
  std::from_chars(from, name.data() + name.size(), number);
  return number;
}

// From how many blocks on a tower's are trained, and the place of a name's block among all of the tower.
struct AudioBlocks {
  std::vector<int> depths;  // of each stage; of a plain transformer one stage
  bool stages = false;

  int count() const { return std::accumulate(depths.begin(), depths.end(), 0); }
  int place(std::string_view name) const {
    if (!stages) return number_after(name, "audio.blocks.");
    const int stage = number_after(name, "audio.stages.");
    if (stage < 0) return -1;
    const int block = number_after(name, fmt::format("audio.stages.{}.blocks.", stage));
    int before = 0;
    for (int s = 0; s < stage && s < static_cast<int>(depths.size()); ++s)
      before += depths[static_cast<std::size_t>(s)];
    // A merge stands behind its stage's blocks.
    return block >= 0 ? before + block : before + depths[static_cast<std::size_t>(stage)] - 1;
  }
};

AudioBlocks audio_blocks(const model::TowerPlan& plan) {
  if (const auto* htsat = std::get_if<model::HtsatConfig>(&plan.audio)) {
    AudioBlocks out;
    out.stages = true;
    out.depths = htsat->depth;
    return out;
  }
  return {{std::get<model::CedConfig>(plan.audio).depth}, false};
}

bool of_head(std::string_view name) {
  return model::of_head(name) || name.starts_with("logit_scale") || name.starts_with("logit_bias");
}

}  // namespace

void check(const TuneOptions& o) {
  if (o.data.empty()) throw wrong("no data to train on is named");
  if (o.directory.empty()) throw wrong("no directory for the tuned model is named");
  check_range(o.epochs >= 1 && o.epochs <= 100'000, "--epochs", o.epochs, "1 to 100000");
  check_range(o.batch >= 2 && o.batch <= 65'536, "--batch", o.batch, "2 to 65536");
  check_range(o.accumulate >= 1 && o.accumulate <= 65'536, "--accumulate", o.accumulate, "1 to 65536");
  check_range(o.learning_rate > 0 && std::isfinite(o.learning_rate), "--lr", o.learning_rate, "a number above 0");
  check_range(o.warmup >= 0 && o.warmup <= 1, "--warmup", o.warmup, "0 to 1");
  check_range(o.weight_decay >= 0 && o.weight_decay <= 1, "--weight-decay", o.weight_decay, "0 to 1");
  check_range(o.clip_norm >= 0 && std::isfinite(o.clip_norm), "--clip-norm", o.clip_norm, "0 or more");
  check_range(o.split > 0 && o.split < 1, "--split", o.split, "more than 0 and less than 1");
  check_range(o.seconds > 0 && std::isfinite(o.seconds), "--seconds", o.seconds, "a number above 0");
  check_range(o.lora >= 0 && o.lora <= 1024, "--lora", o.lora, "0 to 1024");
  check_range(o.patience >= 0, "--patience", o.patience, "0 or more");
  check_range(o.save_steps >= 0, "--save-steps", o.save_steps, "0 or more");
  augmentation(o.augment);
}

std::function<bool(std::string_view)> trained_tensors(std::string_view train, const model::TowerPlan& plan) {
  if (train == "all") return [](std::string_view) { return true; };
  if (train == "heads") return of_head;
  if (train == "projections")
    return [](std::string_view name) {
      return name.starts_with("audio.projection.") || name.starts_with("text.projection.") ||
             name.starts_with("logit_");
    };
  if (train == "audio" || train == "text")
    return [side = std::string(train) + "."](std::string_view name) {
      return name.starts_with(side) || name.starts_with("logit_");
    };
  int last = 0;
  const std::string_view number = train.substr(std::min(train.size(), std::string_view("last:").size()));
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), last);
  if (!train.starts_with("last:") || error != std::errc() || end != number.data() + number.size() || last < 1)
    throw wrong("--train " + display(train) +
                ": expected all, heads, projections, audio, text, or last:N with N of 1 or more");
  return [last, audio = audio_blocks(plan), texts = plan.text.depth](std::string_view name) {
    if (of_head(name) || name.starts_with("audio.norm.") || name.starts_with("text.pooler.")) return true;
    return audio.place(name) >= std::max(0, audio.count() - last) ||
           number_after(name, "text.blocks.") >= std::max(0, texts - last);
  };
}

Augmentation augmentation(std::string_view list) {
  Augmentation all, out = no_augmentation();
  if (list == "none") return out;
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    const std::string_view word = list.substr(0, comma);
    list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
    if (word == "crop") {
      out.crop = true;
    } else if (word == "gain") {
      out.gain_db = all.gain_db;
    } else if (word == "masks") {
      out.time_masks = all.time_masks;
      out.mel_masks = all.mel_masks;
    } else if (word == "mix") {
      out.mix_share = 0.5;
    } else {
      throw wrong("--augment " + display(word) + ": expected none, or some of crop, gain, masks and mix, with commas");
    }
  }
  return out;
}

EngineOptions engine_options(const TuneOptions& options, const model::TowerPlan& plan) {
  EngineOptions out;
  out.device = options.device;
  out.threads = thread_count(options.threads);
  out.bf16 = options.bf16;
  out.loss = options.loss == TuneLoss::sigmoid ? Loss::sigmoid : Loss::infonce;
  out.lora.rank = options.lora;
  out.trained = trained_tensors(options.train, plan);
  out.weight_decay = options.weight_decay;
  out.clip_norm = options.clip_norm;
  out.seed = options.seed;
  return out;
}

nlohmann::ordered_json settings(const TuneOptions& o, std::string_view model_fingerprint,
                                std::string_view training_clips, std::string_view validation_clips) {
  return {{"the model", model_fingerprint},
          {"the sounds and captions to train on", training_clips},
          {"those to validate on", validation_clips},
          {"--batch", o.batch},
          {"--epochs", o.epochs},
          {"--lr", o.learning_rate},
          {"--accumulate", o.accumulate},
          {"--warmup", o.warmup},
          {"--weight-decay", o.weight_decay},
          {"--clip-norm", o.clip_norm},
          {"--loss", o.loss == TuneLoss::sigmoid ? "sigmoid" : "infonce"},
          {"--train", o.train},
          {"--lora", o.lora},
          {"--precision", o.bf16 ? "bf16" : "fp32"},
          {"--patience", o.patience},
          {"--seed", o.seed},
          {"--seconds", o.seconds},
          {"--caption-sampling", o.caption_each_epoch ? "epoch" : "once"},
          {"--augment", o.augment},
          {"--device", o.device},
          {"--threads", o.device == "cpu" ? thread_count(o.threads) : 0}};
}

}  // namespace hearken::train

// The training engine on libtorch: towers, loss, gradients, optimizer.
#include "train/torch/torch_engine.h"

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <utility>

#include "core/threads/threads.h"
#include "hearken/error.h"
#include "nn/torch/errors.h"
#include "train/torch/lora.h"

namespace hearken::train {
namespace {

using nn::guarded;

constexpr double kHighestScale = 100;  // Radford et al. 2021, section 2.5
constexpr const char* kBias = "logit_bias";
constexpr const char* kSteps = "steps";

const EngineOptions& checked(const EngineOptions& o) {
  const auto refuse = [](const char* reason) { throw Error(ErrorCode::invalid_argument, reason); };
  if (!(o.beta1 >= 0 && o.beta1 < 1) || !(o.beta2 >= 0 && o.beta2 < 1)) refuse("AdamW's betas are from 0 to below 1");
  if (!(o.epsilon > 0)) refuse("AdamW's epsilon is above 0");
  if (!(o.weight_decay >= 0) || !(o.clip_norm >= 0)) refuse("weight decay and clipping norm are not below 0");
  if (o.lora.rank < 0 || o.lora.rank > 4096) refuse("LoRA's rank is from 0 to 4096");
  if (!(o.lora.alpha > 0)) refuse("LoRA's alpha is above 0");
  return o;
}

// laion_clap's choice: matrices, but no biases, Swin's tables of them among those.
bool is_decayed(const std::string& name, const std::vector<std::int64_t>& shape) {
  return shape.size() >= 2 && !name.ends_with("bias");
}

std::int64_t elements(const std::vector<std::int64_t>& shape) {
  std::int64_t n = 1;
  for (const std::int64_t size : shape) n *= size;
  return n;
}

void copy_out(const at::Tensor& from, std::span<float> out) {
  const at::Tensor host = from.detach().cpu().contiguous();
  if (static_cast<std::int64_t>(out.size()) != host.numel())
    throw Error(ErrorCode::invalid_argument,
                "room for " + std::to_string(out.size()) + " numbers where there are " + std::to_string(host.numel()));
  std::memcpy(out.data(), host.data_ptr<float>(), out.size_bytes());
}

StateTensor state_tensor(std::string name, const at::Tensor& values) {
  StateTensor out{std::move(name), values.sizes().vec(), std::vector<float>(static_cast<std::size_t>(values.numel()))};
  copy_out(values, out.values);
  return out;
}

// What is remembered of a trained tensor, by the ends of the names.
template <class Each>
void for_memories(const Trained& t, Each each) {
  each(t.name, t.value());
  each(t.name + ":mean", t.mean);
  each(t.name + ":variance", t.variance);
}

}  // namespace

TorchEngine::TorchEngine(const model::TowerPlan& plan, const WeightSource& weights, EngineOptions options)
    : options_(checked(options)),
      adamw_{options_.beta1, options_.beta2, options_.epsilon, options_.weight_decay, options_.clip_norm},
      threads_(thread_count(options_.threads)),
      towers_(plan, weights, nn::open_device(options_.device), options_.bf16) {
  model::Parameters& parameters = towers_.parameters();
  scale_audio_ = parameters.vector("logit_scale.audio", 1).value;
  scale_text_ = weights.contains("logit_scale.text") ? parameters.vector("logit_scale.text", 1).value : scale_audio_;
  for (auto& [name, parameter] : parameters.all()) choose_trained(name, parameter);
  if (trained_.empty()) throw Error(ErrorCode::invalid_argument, "all tensors are frozen: there is nothing to train");
}

void TorchEngine::choose_trained(const std::string& name, model::Parameter& parameter) {
  bool any = false;
  for (const auto& part : parameter.parts) {
    const bool trained = options_.trained(part.name);
    places_.emplace(part.name, Place{&parameter, &part, trained});
    if (trained && !model::of_head(part.name)) {
      audio_frozen_ = audio_frozen_ && !part.name.starts_with("audio.");
      text_frozen_ = text_frozen_ && !part.name.starts_with("text.");
    }
    any = any || trained;
  }
  const bool added = any && options_.lora.rank > 0 && parameter.addition != nullptr && takes_addition(name);
  parameter.value.requires_grad_(any && !added);
  if (added) {
    attach(*parameter.addition, parameter.value, options_.lora, options_.seed, name);
    trained_.emplace_back(name + ":down", parameter.addition->down, 0, options_.lora.rank, true);
  }
  for (const auto& part : parameter.parts) {
    if (!places_.at(part.name).trained) continue;
    if (added)
      trained_.emplace_back(part.name + ":up", parameter.addition->up, part.first_row, part.rows, true);
    else
      trained_.emplace_back(part.name, parameter.value, part.first_row, part.rows, is_decayed(part.name, part.shape));
  }
}

// OpenMP's number of threads belongs to the calling thread.
void TorchEngine::use_threads() const {
  if (at::get_num_threads() != threads_) at::set_num_threads(threads_);
}

namespace {

template <class T>
std::string_view bytes_of(std::span<const T> values) {
  return {reinterpret_cast<const char*>(values.data()), values.size_bytes()};
}

}  // namespace

at::Tensor TorchEngine::audio_vectors(std::span<const float> features, int items) {
  const auto count = static_cast<std::size_t>(std::max(items, 0));
  if (!audio_frozen_ || count == 0 || features.size() % count != 0) return towers_.audio_vectors(features, items);
  const std::size_t size = features.size() / count;
  std::vector<std::string_view> bytes;
  for (std::size_t i = 0; i < count; ++i) bytes.push_back(bytes_of(features.subspan(i * size, size)));
  return towers_.audio_head(sounds_.rows(bytes, [&](std::size_t i) {
    const at::NoGradGuard no_gradients;
    return towers_.audio_pooled(features.subspan(i * size, size), 1);
  }));
}

at::Tensor TorchEngine::text_vectors(std::span<const std::vector<std::int32_t>> texts) {
  if (!text_frozen_ || texts.empty()) return towers_.text_vectors(texts);
  std::vector<std::string_view> bytes;
  for (const auto& tokens : texts) bytes.push_back(bytes_of(std::span<const std::int32_t>(tokens)));
  return towers_.text_head(texts_.rows(bytes, [&](std::size_t i) {
    const at::NoGradGuard no_gradients;
    return towers_.text_pooled(texts.subspan(i, 1));
  }));
}

at::Tensor TorchEngine::loss(const Batch& batch) {
  const Pairing pairing = pair_up(batch.targets, batch.left_out, batch.items, towers_.parameters().device());
  const at::Tensor sounds = towers_.audio_unit(audio_vectors(batch.features, batch.items));
  const at::Tensor texts = towers_.text_scored(text_vectors(batch.texts));
  const at::Tensor scores = at::matmul(sounds, texts.t());
  alone_ += pairing.alone;
  if (options_.loss == Loss::infonce) return infonce(scores * scale_audio_.exp(), scores * scale_text_.exp(), pairing);
  const at::Tensor logits = scores * scale_audio_.exp();
  if (!bias_.defined()) begin_bias(calibrated_bias(logits, pairing));
  return sigmoid_loss(logits + bias_, pairing);
}

void TorchEngine::begin_bias(double value) {
  bias_ = at::full({1}, value, scale_audio_.options().requires_grad(false)).set_requires_grad(true);
  trained_.emplace_back(kBias, bias_, 0, 1, false);
}

double TorchEngine::accumulate(const Batch& batch, double share) {
  if (batch.texts.size() != static_cast<std::size_t>(std::max(batch.items, 0)))
    throw Error(ErrorCode::invalid_argument, "batch: as many texts as sounds are needed");
  use_threads();
  try {
    return guarded("training step", [&] {
      const at::Tensor value = loss(batch);
      const double number = value.item<double>();
      accumulated_ = true;
      losses_finite_ = losses_finite_ && std::isfinite(number);
      if (losses_finite_ && value.requires_grad()) (value * share).backward();
      return number;
    });
  } catch (...) {
    clear_gradients();  // what is half accumulated is of no use
    throw;
  }
}

Step TorchEngine::update(double learning_rate) {
  if (!accumulated_) throw Error(ErrorCode::invalid_argument, "update: no batch was accumulated");
  use_threads();
  const Step step = guarded("optimizer", [&] {
    const double norm = gradient_norm(trained_);
    const bool applied = losses_finite_ && std::isfinite(norm);
    if (applied) {
      adamw_step(trained_, adamw_, learning_rate, norm, ++steps_);
      const at::NoGradGuard no_gradients;
      for (at::Tensor& scale : {std::ref(scale_audio_), std::ref(scale_text_)})
        if (scale.requires_grad()) scale.clamp_(0, std::log(kHighestScale));
    }
    return Step{.gradient_norm = norm, .applied = applied, .alone = alone_};
  });
  clear_gradients();
  return step;
}

void TorchEngine::clear_gradients() {
  for (Trained& t : trained_) t.leaf.mutable_grad().reset();
  accumulated_ = false;
  losses_finite_ = true;
  alone_ = 0;
}

void TorchEngine::embed_audio(std::span<const float> features, int items, std::span<float> out) {
  use_threads();
  guarded("embedding sounds", [&] {
    const at::NoGradGuard no_gradients;
    copy_out(towers_.audio_unit(audio_vectors(features, items)), out);
  });
}

void TorchEngine::embed_texts(std::span<const std::vector<std::int32_t>> texts, std::span<float> out) {
  use_threads();
  guarded("embedding texts", [&] {
    const at::NoGradGuard no_gradients;
    copy_out(towers_.text_scored(text_vectors(texts)), out);
  });
}

double TorchEngine::logit_scale() const {
  return std::exp(guarded("logit scale", [&] { return scale_audio_.item<double>(); }));
}

std::vector<EngineTensor> TorchEngine::tensors() const {
  std::vector<EngineTensor> out;
  for (const auto& [name, at] : places_) out.push_back({name, at.part->shape, at.trained});
  return out;
}

const TorchEngine::Place& TorchEngine::place(std::string_view name) const {
  const auto found = places_.find(name);
  if (found == places_.end()) throw Error(ErrorCode::not_found, "tensor " + std::string(name) + ": not in the model");
  return found->second;
}

void TorchEngine::read(std::string_view name, std::span<float> out) const {
  const auto& [leaf, part, trained] = place(name);
  guarded("reading weights", [&, leaf = leaf, part = part] {
    copy_out(leaf->addition != nullptr ? merged(leaf->value, *leaf->addition, part->first_row, part->rows)
                                       : leaf->value.narrow(0, part->first_row, part->rows),
             out);
  });
}

std::vector<StateTensor> TorchEngine::state() const {
  return guarded("training state", [&] {
    std::vector<StateTensor> out;
    for (const Trained& t : trained_)
      for_memories(
          t, [&](const std::string& name, const at::Tensor& values) { out.push_back(state_tensor(name, values)); });
    out.push_back({kSteps, {}, {static_cast<float>(steps_)}});  // exact to 2^24
    return out;
  });
}

void TorchEngine::restore(std::span<const StateTensor> state) {
  std::map<std::string_view, const StateTensor*> by_name;
  for (const StateTensor& tensor : state) by_name.emplace(tensor.name, &tensor);
  const auto find = [&](const std::string& name, std::int64_t size) -> const StateTensor& {
    const auto found = by_name.find(name);
    if (found == by_name.end())
      throw Error(ErrorCode::mismatch, "training state: has no " + name + ", so it is another run's");
    if (static_cast<std::int64_t>(found->second->values.size()) != size || elements(found->second->shape) != size)
      throw Error(ErrorCode::mismatch, "training state: " + name + " is of another size, so it is another run's");
    return *found->second;
  };
  const float steps = find(kSteps, 1).values[0];
  if (!(steps >= 0) || steps != std::floor(steps))
    throw Error(ErrorCode::mismatch, "training state: steps is not a number of steps");
  const bool biased = by_name.contains(kBias);
  const std::size_t expected = 3 * (trained_.size() + (biased && !bias_.defined() ? 1 : 0)) + 1;
  if (state.size() != expected || (biased && options_.loss != Loss::sigmoid) || (!biased && bias_.defined()))
    throw Error(ErrorCode::mismatch, "training state: has other tensors than this run trains");
  for (const Trained& t : trained_)
    for_memories(t, [&](const std::string& name, const at::Tensor& values) { find(name, values.numel()); });
  if (biased)
    for (const char* kind : {"", ":mean", ":variance"}) find(std::string(kBias) + kind, 1);

  guarded("training state", [&] {
    const at::NoGradGuard no_gradients;
    if (biased && !bias_.defined()) begin_bias(0);
    for (Trained& t : trained_)
      for_memories(t, [&](const std::string& name, at::Tensor values) {
        const std::vector<float>& stored = find(name, values.numel()).values;
        values.copy_(at::from_blob(const_cast<float*>(stored.data()), values.sizes(), at::kFloat));
      });
  });
  steps_ = static_cast<std::int64_t>(steps);
  clear_gradients();
}

std::int64_t TorchEngine::trained_parameters() const {
  std::int64_t n = 0;
  for (const Trained& t : trained_) n += t.value().numel();
  return n;
}

std::int64_t TorchEngine::parameters() const {
  std::int64_t n = 0;
  for (const auto& [name, at] : places_) n += elements(at.part->shape);
  return n;
}

at::Tensor TorchEngine::gradient(std::string_view name) const {
  const auto& [leaf, part, trained] = place(name);
  return leaf->value.grad().defined() ? part->of(leaf->value.grad()) : at::Tensor();
}

}  // namespace hearken::train

// Embedding on a device: the towers on libtorch, without gradients.
#include "model/device_towers.h"

#include <algorithm>
#include <limits>

#include "model/torch/towers.h"
#include "nn/torch/errors.h"

namespace hearken::model {
namespace {

class TorchDevice final : public DeviceTowers {
 public:
  TorchDevice(const TowerPlan& plan, const WeightSource& weights, const std::string& device)
      : device_(device), towers_(plan, weights, nn::open_device(device), false) {}

  void embed_audio(std::span<const float> features, int windows, EmbeddingForm form, std::span<float> out) override {
    nn::guarded(device_, [&] {
      const at::NoGradGuard no_gradients;
      copy(form == EmbeddingForm::pooled ? towers_.audio_pooled(features, windows)
                                         : towers_.audio_vectors(features, windows),
           form, out);
    });
  }

  void embed_texts(std::span<const std::vector<std::int32_t>> texts, EmbeddingForm form,
                   std::span<float> out) override {
    nn::guarded(device_, [&] {
      const at::NoGradGuard no_gradients;
      copy(form == EmbeddingForm::pooled ? towers_.text_pooled(texts) : towers_.text_vectors(texts), form, out);
    });
  }

 private:
  static void copy(at::Tensor rows, EmbeddingForm form, std::span<float> out) {
    if (form == EmbeddingForm::unit)  // a zero row stays zero
      rows = rows / rows.norm(2, 1, true).clamp_min(std::numeric_limits<float>::min());
    const at::Tensor host = rows.to(at::kCPU, at::kFloat).contiguous();
    std::copy_n(host.data_ptr<float>(), out.size(), out.data());
  }

  std::string device_;
  TorchTowers towers_;
};

}  // namespace

// The module's entry; what it throws is an Error.
extern "C" DeviceTowers* hearken_open_on_device(const TowerPlan& plan, const WeightSource& weights,
                                                const std::string& device) {
  return nn::guarded(device, [&] { return new TorchDevice(plan, weights, device); });
}

}  // namespace hearken::model

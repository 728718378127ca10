// Embedding on a device: the towers on libtorch, without gradients.
#include "model/towers/device_towers.h"

#include <algorithm>

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
      switch (form) {
        case EmbeddingForm::pooled: return copy(towers_.audio_pooled(features, windows), out);
        case EmbeddingForm::projected: return copy(towers_.audio_vectors(features, windows), out);
        case EmbeddingForm::unit:
        case EmbeddingForm::scored: return copy(towers_.audio_unit(towers_.audio_vectors(features, windows)), out);
      }
    });
  }

  void embed_texts(std::span<const std::vector<std::int32_t>> texts, EmbeddingForm form,
                   std::span<float> out) override {
    nn::guarded(device_, [&] {
      const at::NoGradGuard no_gradients;
      switch (form) {
        case EmbeddingForm::pooled: return copy(towers_.text_pooled(texts), out);
        case EmbeddingForm::projected: return copy(towers_.text_vectors(texts), out);
        case EmbeddingForm::unit: return copy(towers_.text_unit(towers_.text_vectors(texts)), out);
        case EmbeddingForm::scored: return copy(towers_.text_scored(towers_.text_vectors(texts)), out);
      }
    });
  }

 private:
  static void copy(const at::Tensor& rows, std::span<float> out) {
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

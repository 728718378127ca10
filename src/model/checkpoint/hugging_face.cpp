// Buffers computed, names looked up.
#include "model/checkpoint/hugging_face.h"

#include <cstddef>
#include <numeric>
#include <span>
#include <string_view>
#include <utility>

#include "model/checkpoint/names.h"

namespace hearken::model {
namespace {

Tensor view(const std::vector<std::int64_t>& numbers, std::vector<std::int64_t> shape) {
  const auto bytes = std::as_bytes(std::span(numbers));
  return {TensorType::i64, std::move(shape), bytes.data(), bytes.size(), {}};
}

}  // namespace

HuggingFaceBuffers::HuggingFaceBuffers(int window, int positions)
    : window_(window), positions_(static_cast<std::size_t>(positions)), types_(static_cast<std::size_t>(positions)) {
  const int places = window * window, row = 2 * window - 1;
  for (int a = 0; a < places; ++a)
    for (int b = 0; b < places; ++b)
      bias_index_.push_back((a / window - b / window + window - 1) * row + a % window - b % window + window - 1);
  std::iota(positions_.begin(), positions_.end(), 0);
}

Tensor HuggingFaceBuffers::bias_index() const {
  const std::int64_t places = static_cast<std::int64_t>(window_) * window_;
  return view(bias_index_, {places, places});
}

Tensor HuggingFaceBuffers::positions() const {
  return view(positions_, {1, static_cast<std::int64_t>(positions_.size())});
}

Tensor HuggingFaceBuffers::token_types() const { return view(types_, {1, static_cast<std::int64_t>(types_.size())}); }

std::map<std::string, Tensor> hugging_face_tensors(const std::map<std::string, Tensor>& weights,
                                                   const HuggingFaceBuffers& buffers) {
  constexpr std::string_view kTable = "relative_position_bias_table";
  std::map<std::string, Tensor> out;
  for (const auto& [tower_name, tensor] : weights) {
    std::string name = hugging_face_name(tower_name);
    if (name.ends_with(kTable))
      out.emplace(name.substr(0, name.size() - kTable.size()) + "relative_position_index", buffers.bias_index());
    out.insert_or_assign(std::move(name), tensor);
  }
  out.emplace("text_model.embeddings.position_ids", buffers.positions());
  out.emplace("text_model.embeddings.token_type_ids", buffers.token_types());
  return out;
}

}  // namespace hearken::model

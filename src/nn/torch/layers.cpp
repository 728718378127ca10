// The layers with products in them, on libtorch.
#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "nn/torch/permuted_rows.h"
#include "nn/torch/torch.h"

namespace hearken::nn {

using Tensor = Torch::Tensor;

namespace {

at::Tensor normalized(const at::Tensor& x, const Torch::Norm& norm) {
  return at::layer_norm(x, {x.size(1)}, norm.gamma, norm.beta, norm.epsilon);
}

at::Tensor activated(const at::Tensor& x, Activation activation) {
  switch (activation) {
    case Activation::none: break;
    case Activation::gelu: return at::gelu(x);
    case Activation::relu: return at::relu(x);
    case Activation::tanh: return at::tanh(x);
  }
  return x;
}

// q, k, v [groups, heads, tokens, width]; added [heads, tokens, tokens] or broadcastable to the scores, or undefined.
at::Tensor attend(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const at::Tensor& added) {
  auto scores = at::matmul(q / std::sqrt(static_cast<double>(q.size(-1))), k.transpose(-2, -1));
  if (added.defined()) scores = scores + added;
  return at::matmul(at::softmax(scores, -1), v);
}

// [groups · tokens, 3·d] as q|k|v -> q, k, v [groups, heads, tokens, d / heads].
std::array<at::Tensor, 3> heads_of(const at::Tensor& qkv, std::int64_t groups, int heads) {
  const auto tokens = qkv.size(0) / groups, width = qkv.size(1) / 3 / heads;
  const auto parts = qkv.view({groups, tokens, 3, heads, width}).permute({2, 0, 3, 1, 4});
  return {parts[0], parts[1], parts[2]};
}

// [groups, heads, tokens, width] -> [groups · tokens, d]
at::Tensor rows_of(const at::Tensor& heads) {
  return heads.transpose(1, 2).reshape({heads.size(0) * heads.size(2), heads.size(1) * heads.size(3)});
}

}  // namespace

at::Tensor Torch::matrix_product(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                                 bool rounded) const {
  if (!rounded) return at::linear(x, weight, bias);
  const auto narrow = [](const at::Tensor& t) { return t.defined() ? t.to(at::kBFloat16) : t; };
  return at::linear(narrow(x), narrow(weight), narrow(bias)).to(at::kFloat);
}

at::Tensor Torch::product(const at::Tensor& x, const Linear& w) const {
  auto weight = w.transposed ? w.weight.t() : w.weight;
  auto bias = w.bias;
  if (w.norm != nullptr) {
    const auto scale = w.norm->weight / w.norm->deviation;
    weight = weight * scale.unsqueeze(1);
    bias = (bias - w.norm->mean) * scale + w.norm->bias;
  }
  const bool rounded = bf16_ && !w.always_f32;
  const auto y = matrix_product(x, weight, bias, rounded);
  if (w.addition == nullptr || !w.addition->down.defined()) return y;
  const auto low = matrix_product(x, w.addition->down, {}, rounded);
  return y + w.addition->scale * matrix_product(low, w.addition->up, {}, rounded);
}

Tensor Torch::linear(const Tensor& x, const Linear& w, Activation activation) {
  return of_items(activated(product(*x.value, w), activation), x.batch);
}

void Torch::add_linear(const Tensor& sum, const Tensor& x, const Linear& w) {
  *sum.value = *sum.value + product(*x.value, w);
}

void Torch::add_mlp(const Tensor& x, const Norm& norm, const Linear& fc1, const Linear& fc2) {
  *x.value = *x.value + product(at::gelu(product(normalized(*x.value, norm), fc1)), fc2);
}

Tensor Torch::layer_norm(const Tensor& x, const Norm& norm) { return of_items(normalized(*x.value, norm), x.batch); }

Tensor Torch::self_attention(const Tensor& qkv, int heads) {
  const auto [q, k, v] = heads_of(*qkv.value, qkv.batch, heads);
  return of_items(rows_of(attend(q, k, v, {})), qkv.batch);
}

// Texts are laid side by side at the longest one's length for the scores alone; no key beyond a text's end counts.
Tensor Torch::self_attention(const Tensor& qkv, int heads, std::span<const int> lengths) {
  const auto texts = static_cast<std::int64_t>(lengths.size());
  const int longest = *std::max_element(lengths.begin(), lengths.end());
  if (longest * texts == qkv.rows) {
    const auto [q, k, v] = heads_of(*qkv.value, texts, heads);
    return of_items(rows_of(attend(q, k, v, {})), 1);
  }
  std::vector<std::int32_t> padded, kept;  // row of each padded place, padded place of each row
  auto mask = at::zeros({texts, 1, 1, longest}, at::kFloat);
  int first = 0;
  for (std::int64_t text = 0; text < texts; ++text) {
    const int length = lengths[static_cast<std::size_t>(text)];
    for (int i = 0; i < longest; ++i) padded.push_back(first + std::min(i, length - 1));
    for (int i = 0; i < length; ++i) kept.push_back(static_cast<std::int32_t>(text) * longest + i);
    mask[text].narrow(-1, length, longest - length).fill_(-std::numeric_limits<float>::infinity());
    first += length;
  }
  const auto side_by_side = qkv.value->index_select(0, indices(padded));
  const auto [q, k, v] = heads_of(side_by_side, texts, heads);
  return of_items(rows_of(attend(q, k, v, mask.to(device_))).index_select(0, indices(kept)), 1);
}

void Torch::add_window_attention(const Tensor& x, Grid grid, const Norm& norm, const Linear& qkv,
                                 const WindowBias& bias, bool rolled, const Linear& projection) {
  const Windows& windows = windows_of(grid, bias.window, rolled);
  const int heads = static_cast<int>(bias.table.size(1));
  const std::int64_t tokens = std::int64_t{bias.window} * bias.window, per_item = x.item_rows() / tokens;
  const auto by_windows = permuted_rows(normalized(*x.value, norm), windows.order, windows.back, x.batch);
  const auto [q, k, v] = heads_of(product(by_windows, qkv), x.batch * per_item, heads);
  // The biases of all pairs, as a product with ones and zeros: its gradient needs no scattering.
  const auto pairs = at::mm(bias.table.t(), windows.pairs).view({heads, tokens, tokens});
  auto added = pairs.unsqueeze(0);
  if (rolled) added = (added + windows.mask.unsqueeze(1)).repeat({x.batch, 1, 1, 1});
  const auto context = rows_of(attend(q, k, v, added));
  *x.value = *x.value + permuted_rows(product(context, projection), windows.back, windows.order, x.batch);
}

Tensor Torch::merge_patches(const Tensor& x, Grid grid, const Norm& norm, const Linear& reduction) {
  const auto four = x.value->view({x.batch, grid.rows / 2, 2, grid.cols / 2, 2, x.cols})
                        .permute({0, 1, 3, 4, 2, 5})
                        .reshape({x.rows / 4, 4 * x.cols});
  return of_items(product(normalized(four, norm), reduction), x.batch);
}

}  // namespace hearken::nn

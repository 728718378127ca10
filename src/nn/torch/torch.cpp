// The small layers on libtorch: rows, sums, gates, tables.
#include "nn/torch/torch.h"

#include <limits>
#include <numeric>

namespace hearken::nn {

using Tensor = Torch::Tensor;

Torch::Torch(at::Device device, bool bf16) : device_(device), bf16_(bf16) {}

Tensor Torch::input(MatrixView host, int batch) {
  // from_blob takes what it may not change as if it could.
  const auto view = at::from_blob(const_cast<float*>(host.data), {host.rows, host.cols}, at::kFloat);
  return of_items(device_.is_cpu() ? view.clone() : view.to(device_), batch);
}

Tensor Torch::stack(std::span<const Tensor> items) {
  std::vector<at::Tensor> values;
  for (const Tensor& item : items) values.push_back(*item.value);
  return of_items(at::cat(values), static_cast<int>(items.size()));
}

void Torch::add_grid_positions(const Tensor& x, const Table& by_row, const Table& by_col) {
  const auto down = by_row.size(0), across = x.item_rows() / down;
  const auto grid = x.value->view({x.batch, down, across, x.cols});
  const auto places = by_col.narrow(0, 0, across) + by_row.unsqueeze(1);  // [down, across, cols]
  *x.value = (grid + places).view({x.rows, x.cols});
}

Tensor Torch::token_embedding(std::span<const std::int32_t> ids, std::span<const std::int32_t> positions,
                              const Table& word, const Table& position, const Table& type) {
  return of_items(at::embedding(word, indices(ids)) + type[0] + at::embedding(position, indices(positions)), 1);
}

Tensor Torch::mean_rows(const Tensor& x) {
  return of_items(x.value->view({x.batch, x.item_rows(), x.cols}).mean(1), x.batch);
}

// As a product with each text's shares: its gradient needs no scattering.
Tensor Torch::mean_rows(const Tensor& x, std::span<const int> lengths) {
  const auto texts = static_cast<std::int64_t>(lengths.size());
  auto shares = at::zeros({texts, x.rows}, at::kFloat);
  std::int64_t first = 0;
  for (std::int64_t text = 0; text < texts; ++text) {
    const int length = lengths[static_cast<std::size_t>(text)];
    shares[text].narrow(0, first, length).fill_(1.0 / length);
    first += length;
  }
  return of_items(at::mm(shares.to(device_), *x.value), static_cast<int>(texts));
}

Tensor Torch::first_rows(const Tensor& x, std::span<const int> lengths) {
  std::vector<std::int32_t> firsts(lengths.size());
  std::exclusive_scan(lengths.begin(), lengths.end(), firsts.begin(), 0);
  return of_items(x.value->index_select(0, indices(firsts)), static_cast<int>(lengths.size()));
}

Tensor Torch::zeros(int rows, int cols) { return of_items(at::zeros({rows, cols}, device_), 1); }

void Torch::assign(const Tensor& x, const Tensor& y) { *x.value = *y.value; }

Tensor Torch::sum(const Tensor& x, const Tensor& y) { return of_items(*x.value + *y.value, x.batch); }

void Torch::add_row(const Tensor& x, const Tensor& row) { *x.value = *x.value + *row.value; }

Tensor Torch::gated_sum(const Tensor& x, const Tensor& y, const Tensor& gate) {
  const auto share = at::sigmoid(*gate.value);
  return of_items(2 * *x.value * share + 2 * *y.value * (1 - share), x.batch);
}

namespace {

at::Tensor standardised(const at::Tensor& x, const Torch::Affine& affine, at::IntArrayRef shape) {
  const auto scale = affine.scale.view(shape), shift = affine.shift.view(shape);
  if (!affine.mean.defined()) return x * scale + shift;
  return (x - affine.mean.view(shape)) / affine.deviation.view(shape) * scale + shift;
}

}  // namespace

void Torch::affine_rows(const Tensor& x, const Affine& affine) {
  const auto items = x.value->view({x.batch, x.item_rows(), x.cols});
  *x.value = standardised(items, affine, {x.item_rows(), 1}).view({x.rows, x.cols});
}

void Torch::affine_cols(const Tensor& x, const Affine& affine) {
  *x.value = standardised(*x.value, affine, {1, x.cols});
}

void Torch::clip(const Tensor& x, float limit) { *x.value = at::clamp(*x.value, -limit, limit); }

void Torch::softmax_rows(const Tensor& x, float beta) { *x.value = at::softmax(*x.value * beta, -1); }

void Torch::fade_rows(const Tensor& x, const Tensor& by, float from, float to) {
  const auto ahead = at::amax(by.value->slice(1, 0, by.cols - 1), {1}, true) - by.value->slice(1, by.cols - 1);
  *x.value = *x.value * at::clamp((ahead - from) / (to - from), kLeastFade, 1);
}

void Torch::normalize_rows(const Tensor& x) {
  constexpr double kSmallest = 1e-12;  // keeps zero rows zero, and their gradients numbers
  *x.value = *x.value / at::norm(*x.value, 2, {1}, true).clamp_min(kSmallest);
}

Tensor Torch::leaned_rows(const Tensor& x, const Tensor& to, float strength) {
  const auto part = strength * (1 - at::amax(x.value->slice(1, 0, x.cols - 1), {1}, true)).clamp_min(0);
  return of_items((*x.value + part * *to.value) / (1 + part), x.batch);
}

Tensor Torch::greatest_products(const Tensor& x, const Table& table, std::span<const std::int32_t> groups, int count) {
  const auto products = at::linear(*x.value, table);
  const auto group = indices(groups).unsqueeze(0).expand_as(products);
  const auto lowest = at::full({x.rows, count}, std::numeric_limits<float>::lowest(), x.value->options());
  return of_items(lowest.scatter_reduce(1, group, products, "amax"), x.batch);
}

void Torch::lift_rows(const Tensor& x, const Tensor& direction) {
  constexpr double kSmallest = 1e-12;  // keeps the gradient of a square root a number
  const auto flat = *x.value - (*x.value * *direction.value).sum({1}, true) * *direction.value;
  const auto length = at::norm(flat, 2, {1}, true);
  // A row that was cut has no height, and none that rounding makes.
  const auto height = at::where(length < 1, (1 - length * length).clamp_min(kSmallest).sqrt(), at::zeros_like(length));
  *x.value = flat / length.clamp_min(1) + height * *direction.value;
}

Tensor Torch::of_items(at::Tensor value, int batch) const {
  const auto rows = static_cast<int>(value.size(0)), cols = static_cast<int>(value.size(1));
  return {std::make_shared<at::Tensor>(std::move(value)), rows, cols, batch};
}

at::Tensor Torch::indices(std::span<const std::int32_t> values) const {
  const auto view =
      at::from_blob(const_cast<std::int32_t*>(values.data()), {static_cast<std::int64_t>(values.size())}, at::kInt);
  return view.to(at::TensorOptions(device_).dtype(at::kLong));
}

}  // namespace hearken::nn

// The CPU's small layers, without products: plain loops whose order of summation is fixed.
#include "nn/cpu/cpu.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>

#include "nn/cpu/kernels.h"

namespace hearken::nn {
namespace {

// Sums in sixteen lanes: what a compiler can vectorise and still one fixed order on every machine.
template <class Term>
float lane_sum(int n, Term term) {
  constexpr int kLanes = 16;
  std::array<float, kLanes> lanes{};
  int i = 0;
  for (; i + kLanes <= n; i += kLanes)
    for (int l = 0; l < kLanes; ++l) lanes[static_cast<std::size_t>(l)] += term(i + l);
  float sum = 0;
  for (; i < n; ++i) sum += term(i);
  for (float lane : lanes) sum += lane;
  return sum;
}

}  // namespace

Cpu::Norm Cpu::make_norm(std::span<const float> gamma, std::span<const float> beta, float epsilon) {
  return {{gamma.begin(), gamma.end()}, {beta.begin(), beta.end()}, epsilon};
}

Cpu::Affine Cpu::make_affine(std::span<const float> scale, std::span<const float> shift) {
  return {{scale.begin(), scale.end()}, {shift.begin(), shift.end()}};
}

Cpu::Cpu(int threads) : team_(threads), arenas_(static_cast<std::size_t>(team_.threads())) {}

Cpu::Tensor Cpu::make(int rows, int cols, int batch) {
  return {arenas_[0].allocate(static_cast<std::size_t>(rows) * static_cast<std::size_t>(cols)), rows, cols, batch};
}

void Cpu::note(Tensor x, const Linear& w) const {
  if (products != nullptr) products->push_back({x.item_rows(), w.in(), w.out(), w.type()});
}

Cpu::Tensor Cpu::input(MatrixView host, int batch) {
  const Tensor x = make(host.rows, host.cols, batch);
  std::memcpy(x.data, host.data, x.size() * sizeof(float));
  return x;
}

Cpu::Tensor Cpu::stack(std::span<const Tensor> items) {
  const int n = static_cast<int>(items.size());
  const Tensor x = make(n * items[0].rows, items[0].cols, n);
  for (int i = 0; i < n; ++i) assign(x.item(i), items[static_cast<std::size_t>(i)]);
  return x;
}

void Cpu::assign(Tensor x, Tensor y) { std::memcpy(x.data, y.data, x.size() * sizeof(float)); }

void Cpu::add_grid_positions(Tensor x, const Table& by_row, const Table& by_col) {
  const Scope scope(*this);
  const int across = x.item_rows() / by_row.rows;
  const Tensor position = make(1 + across, x.cols, 1);
  for (int c = 0; c < across; ++c) by_col.read_row(c, position.row(1 + c));
  for (int r = 0; r < by_row.rows; ++r) {
    by_row.read_row(r, position.row(0));
    for (int item = 0; item < x.batch; ++item)
      for (int c = 0; c < across; ++c) {
        float* out = x.item(item).row(r * across + c);
        // The reference adds the column's embedding first; sums in its order.
        for (int i = 0; i < x.cols; ++i) out[i] = (out[i] + position.row(1 + c)[i]) + position.row(0)[i];
      }
  }
}

Cpu::Tensor Cpu::token_embedding(std::span<const std::int32_t> ids, std::span<const std::int32_t> positions,
                                 const Table& word, const Table& position, const Table& type) {
  const Tensor x = make(static_cast<int>(ids.size()), word.cols, 1);
  const Scope scope(*this);
  const Tensor row = make(2, word.cols, 1);
  type.read_row(0, row.row(0));
  for (int t = 0; t < x.rows; ++t) {
    word.read_row(ids[static_cast<std::size_t>(t)], x.row(t));
    position.read_row(positions[static_cast<std::size_t>(t)], row.row(1));
    for (int i = 0; i < x.cols; ++i) x.row(t)[i] = (x.row(t)[i] + row.row(0)[i]) + row.row(1)[i];
  }
  return x;
}

namespace {

// Calls write(rows, place) for the rows of every text and their place in `out`.
template <class Write>
Cpu::Tensor for_texts(Cpu::Tensor x, std::span<const int> lengths, Cpu::Tensor out, Write write) {
  int first = 0, text = 0;
  for (const int length : lengths) {
    write(Cpu::Tensor{x.row(first), length, x.cols, 1}, out.row(text++));
    first += length;
  }
  return out;
}

void write_mean(Cpu::Tensor rows, float* out) {
  std::fill_n(out, rows.cols, 0.0F);
  for (int r = 0; r < rows.rows; ++r)
    for (int i = 0; i < rows.cols; ++i) out[i] += rows.row(r)[i];
  for (int i = 0; i < rows.cols; ++i) out[i] /= static_cast<float>(rows.rows);
}

}  // namespace

Cpu::Tensor Cpu::mean_rows(Tensor x) {
  const Tensor y = make(x.batch, x.cols, x.batch);
  for (int item = 0; item < x.batch; ++item) write_mean(x.item(item), y.row(item));
  return y;
}

Cpu::Tensor Cpu::one_row_each(Tensor x, std::span<const int> texts) {
  const int rows = static_cast<int>(texts.size());
  return make(rows, x.cols, rows);
}

Cpu::Tensor Cpu::mean_rows(Tensor x, std::span<const int> lengths) {
  return for_texts(x, lengths, one_row_each(x, lengths), write_mean);
}

Cpu::Tensor Cpu::first_rows(Tensor x, std::span<const int> lengths) {
  return for_texts(x, lengths, one_row_each(x, lengths),
                   [](Tensor rows, float* out) { std::copy_n(rows.row(0), rows.cols, out); });
}

Cpu::Tensor Cpu::zeros(int rows, int cols) {
  const Tensor x = make(rows, cols, 1);
  std::fill_n(x.data, x.size(), 0.0F);
  return x;
}

Cpu::Tensor Cpu::sum(Tensor x, Tensor y) {
  const Tensor out = make(x.rows, x.cols, x.batch);
  for (std::size_t i = 0; i < x.size(); ++i) out.data[i] = x.data[i] + y.data[i];
  return out;
}

void Cpu::add_row(Tensor x, Tensor row) {
  for (int r = 0; r < x.rows; ++r)
    for (int i = 0; i < x.cols; ++i) x.row(r)[i] += row.data[i];
}

Cpu::Tensor Cpu::gated_sum(Tensor x, Tensor y, Tensor gate) {
  const Tensor out = make(x.rows, x.cols, x.batch);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const float g = 1.0F / (1.0F + std::exp(-gate.data[i]));
    out.data[i] = 2.0F * x.data[i] * g + 2.0F * y.data[i] * (1.0F - g);
  }
  return out;
}

void Cpu::affine_rows(Tensor x, const Affine& affine) {
  for (int r = 0; r < x.rows; ++r) {
    const auto of_item = static_cast<std::size_t>(r % x.item_rows());
    const float scale = affine.scale[of_item], shift = affine.shift[of_item];
    for (int i = 0; i < x.cols; ++i) x.row(r)[i] = x.row(r)[i] * scale + shift;
  }
}

void Cpu::affine_cols(Tensor x, const Affine& affine) {
  for (int r = 0; r < x.rows; ++r)
    for (int i = 0; i < x.cols; ++i) {
      const auto c = static_cast<std::size_t>(i);
      x.row(r)[i] = x.row(r)[i] * affine.scale[c] + affine.shift[c];
    }
}

void Cpu::clip(Tensor x, float limit) {
  for (std::size_t i = 0; i < x.size(); ++i) x.data[i] = std::clamp(x.data[i], -limit, limit);
}

void Cpu::softmax_rows(Tensor x, float beta) {
  for (int r = 0; r < x.rows; ++r) {
    float* row = x.row(r);
    const float highest = *std::max_element(row, row + x.cols);
    for (int i = 0; i < x.cols; ++i) row[i] = std::exp(beta * (row[i] - highest));
    const float sum = lane_sum(x.cols, [&](int i) { return row[i]; });
    for (int i = 0; i < x.cols; ++i) row[i] /= sum;
  }
}

void Cpu::fade_rows(Tensor x, Tensor by, float from, float to) {
  for (int r = 0; r < x.rows; ++r) {
    float* const last = by.row(r) + by.cols - 1;
    const float ahead = *std::max_element(by.row(r), last) - *last;
    const float share = std::clamp((ahead - from) / (to - from), kLeastFade, 1.0F);
    for (int i = 0; i < x.cols; ++i) x.row(r)[i] *= share;
  }
}

void Cpu::normalize_rows(Tensor x) {
  for (int r = 0; r < x.rows; ++r) {
    float* row = x.row(r);
    const float length = std::sqrt(lane_sum(x.cols, [&](int i) { return row[i] * row[i]; }));
    if (length > 0)
      for (int i = 0; i < x.cols; ++i) row[i] /= length;
  }
}

Cpu::Tensor Cpu::leaned_rows(Tensor x, Tensor to, float strength) {
  const Tensor out = make(x.rows, x.cols, x.batch);
  for (int r = 0; r < x.rows; ++r) {
    const float missing = 1 - *std::max_element(x.row(r), x.row(r) + x.cols - 1);
    const float part = strength * std::max(missing, 0.0F);
    for (int i = 0; i < x.cols; ++i) out.row(r)[i] = (x.row(r)[i] + part * to.row(r)[i]) / (1 + part);
  }
  return out;
}

// Rows are widened as they come, each once for all of x: a table of tens of megabytes is neither copied nor packed.
Cpu::Tensor Cpu::greatest_products(Tensor x, const Table& table, std::span<const std::int32_t> groups, int count) {
  constexpr int kRowsAtOnce = 256;
  const Tensor out = make(x.rows, count, x.batch);
  const Scope scope(*this);
  const Tensor rows = make(threads(), table.cols, 1);       // the worker's latest
  const Tensor found = make(threads() * x.rows, count, 1);  // each worker's greatest
  std::fill_n(found.data, found.size(), std::numeric_limits<float>::lowest());
  team_.run(static_cast<std::size_t>((table.rows + kRowsAtOnce - 1) / kRowsAtOnce), [&](std::size_t piece, int by) {
    const int first = static_cast<int>(piece) * kRowsAtOnce, end = std::min(first + kRowsAtOnce, table.rows);
    for (int r = first; r < end; ++r) {
      table.read_row(r, rows.row(by));
      const int group = groups[static_cast<std::size_t>(r)];
      for (int t = 0; t < x.rows; ++t) {
        float& greatest = found.row(by * x.rows + t)[group];
        greatest = std::max(greatest, kernels::dot(x.row(t), rows.row(by), table.cols));
      }
    }
  });
  std::copy_n(found.data, out.size(), out.data);
  for (int worker = 1; worker < threads(); ++worker)
    for (std::size_t i = 0; i < out.size(); ++i) out.data[i] = std::max(out.data[i], found.row(worker * x.rows)[i]);
  return out;
}

void Cpu::lift_rows(Tensor x, Tensor direction) {
  for (int r = 0; r < x.rows; ++r) {
    float* row = x.row(r);
    const float along = lane_sum(x.cols, [&](int i) { return row[i] * direction.data[i]; });
    for (int i = 0; i < x.cols; ++i) row[i] -= along * direction.data[i];
    float square = lane_sum(x.cols, [&](int i) { return row[i] * row[i]; });
    if (square > 1) {
      const float length = std::sqrt(square);
      for (int i = 0; i < x.cols; ++i) row[i] /= length;
      square = 1;
    }
    const float height = std::sqrt(1 - square);
    for (int i = 0; i < x.cols; ++i) row[i] += height * direction.data[i];
  }
}

}  // namespace hearken::nn

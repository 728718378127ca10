// The CPU's layers with products in them: block by block, each block through the whole layer.
#include <algorithm>
#include <cmath>
#include <cstddef>

#include "nn/cpu/cpu.h"
#include "nn/cpu/kernels.h"

namespace hearken::nn {
namespace {

// Rows of a block: enough that the weights' way from memory is hidden behind the products, few enough that a block's
// activations stay in a second-level cache of 1 MiB beside a panel of weights.
constexpr int kBlockRows = 128;
constexpr int kRowsAtOnce = 8;  // of a pass over rows, for one worker

std::size_t count(int rows, int cols) { return static_cast<std::size_t>(rows) * static_cast<std::size_t>(cols); }
int divided_up(int n, int by) { return (n + by - 1) / by; }

struct Block {
  int first, rows;
};

// Blocks never reach over an item's end, so what is in one does not depend on the batch.
struct Blocks {
  int items, item_rows;
  int per_item() const { return divided_up(item_rows, kBlockRows); }
  int count() const { return items * per_item(); }
  Block operator[](int i) const {
    const int in_item = i % per_item() * kBlockRows;
    return {i / per_item() * item_rows + in_item, std::min(kBlockRows, item_rows - in_item)};
  }
};

void normalize(const float* x, int n, const Cpu::Norm& norm, float* y) {
  kernels::layer_norm(x, n, norm.gamma.data(), norm.beta.data(), norm.epsilon, y);
}

}  // namespace

template <class Each>
void Cpu::Lane::run(int pieces, Each each) const {
  if (!spread) {
    for (int i = 0; i < pieces; ++i) {
      const ArenaScope scope(arena());
      each(i, arena());
    }
    return;
  }
  cpu.team_.run(static_cast<std::size_t>(pieces), [&](std::size_t i, int by) {
    Arena& arena = cpu.arenas_[static_cast<std::size_t>(by)];
    const ArenaScope scope(arena);
    each(static_cast<int>(i), arena);
  });
}

template <class Each>
void Cpu::for_blocks(int blocks, Each each) {
  const int threads = team_.threads();
  if (threads > 1 && (blocks % threads == 0 || blocks >= 4 * threads)) {
    team_.run(static_cast<std::size_t>(blocks), [&](std::size_t i, int by) {
      const Lane lane{*this, by, false};
      const ArenaScope scope(lane.arena());
      each(static_cast<int>(i), lane);
    });
    return;
  }
  const Lane lane{*this, 0, threads > 1};
  for (int i = 0; i < blocks; ++i) {
    const ArenaScope scope(lane.arena());
    each(i, lane);
  }
}

namespace {

// each(r, arena) for every row, some rows a piece.
template <class Lane, class Each>
void for_rows(const Lane& lane, int rows, Each each) {
  lane.run(divided_up(rows, kRowsAtOnce), [&](int piece, Arena& arena) {
    const int end = std::min(rows, (piece + 1) * kRowsAtOnce);
    for (int r = piece * kRowsAtOnce; r < end; ++r) each(r, arena);
  });
}

// fill(r, row) writes the float32 of each row of a new operand.
template <class Lane, class Fill>
Operand gather(const Lane& lane, ProductType type, int rows, int cols, Fill fill) {
  const Operand x(type, rows, cols, lane.arena());
  for_rows(lane, rows, [&](int r, Arena& arena) {
    const ArenaScope scope(arena);
    float* row = x.row(r, arena.allocate(static_cast<std::size_t>(cols)));
    fill(r, row);
    x.keep_row(r, row);
  });
  return x;
}

// x·Wᵀ, a panel a piece; put(r, panel, sums, bias, arena) takes a row of a panel.
template <class Lane, class Put>
void multiply(const Lane& lane, const Operand& x, int rows, const Linear& w, Put put) {
  lane.run(w.panels(), [&](int p, Arena& arena) {
    w.multiply(x, 0, rows, p, arena, [&](int r, const float* sums) { put(r, w.panel(p), sums, w.bias(p)); });
  });
}

// y(r) += x·Wᵀ + b.
template <class Lane, class Row>
void multiply_onto(const Lane& lane, const Operand& x, int rows, const Linear& w, Row y) {
  multiply(lane, x, rows, w, [&](int r, Linear::Panel panel, const float* sums, const float* bias) {
    kernels::accumulate(sums, bias, panel.cols, y(r) + panel.first);
  });
}

// y = act(x·Wᵀ + b), y [rows, out].
template <class Lane>
void multiply_into(const Lane& lane, const Operand& x, int rows, const Linear& w, Activation activation, float* y) {
  multiply(lane, x, rows, w, [&](int r, Linear::Panel panel, const float* sums, const float* bias) {
    kernels::add_bias(sums, bias, panel.cols, activation, y + std::ptrdiff_t{r} * w.out() + panel.first);
  });
}

// What a product takes of float32 rows that lie there, dense: themselves, where they can be.
template <class Lane>
Operand operand_of(const Lane& lane, float* x, int rows, const Linear& w) {
  if (Operand::can_view(w.inputs(), rows)) return Operand(x, w.in());
  return gather(lane, w.inputs(), rows, w.in(),
                [&](int r, float* row) { std::copy_n(x + std::ptrdiff_t{r} * w.in(), w.in(), row); });
}

}  // namespace

Cpu::Tensor Cpu::linear(Tensor x, const Linear& w, Activation activation) {
  note(x, w);
  const Tensor y = make(x.rows, w.out(), x.batch);
  const Blocks blocks{x.batch, x.item_rows()};
  for_blocks(blocks.count(), [&](int i, const Lane& lane) {
    const Block block = blocks[i];
    const Operand in = operand_of(lane, x.row(block.first), block.rows, w);
    multiply_into(lane, in, block.rows, w, activation, y.row(block.first));
  });
  return y;
}

void Cpu::add_linear(Tensor sum, Tensor x, const Linear& w) {
  note(x, w);
  const Blocks blocks{x.batch, x.item_rows()};
  for_blocks(blocks.count(), [&](int i, const Lane& lane) {
    const Block block = blocks[i];
    const Operand in = operand_of(lane, x.row(block.first), block.rows, w);
    multiply_onto(lane, in, block.rows, w, [&](int r) { return sum.row(block.first + r); });
  });
}

void Cpu::add_mlp(Tensor x, const Norm& norm, const Linear& fc1, const Linear& fc2) {
  note(x, fc1);
  note(x, fc2);
  const Blocks blocks{x.batch, x.item_rows()};
  for_blocks(blocks.count(), [&](int i, const Lane& lane) {
    const Block block = blocks[i];
    const Operand in = gather(lane, fc1.inputs(), block.rows, x.cols,
                              [&](int r, float* row) { normalize(x.row(block.first + r), x.cols, norm, row); });
    const Operand hidden(fc2.inputs(), block.rows, fc1.out(), lane.arena());
    lane.run(fc1.panels(), [&](int p, Arena& arena) {
      const Linear::Panel panel = fc1.panel(p);
      float* spare = arena.allocate(static_cast<std::size_t>(panel.cols));
      fc1.multiply(in, 0, block.rows, p, arena, [&](int r, const float* sums) {
        float* part = hidden.part(r, panel.first, spare);
        kernels::add_bias(sums, fc1.bias(p), panel.cols, Activation::gelu, part);
        hidden.keep_part(r, panel.first, panel.cols, part);
      });
    });
    if (hidden.needs_finish()) for_rows(lane, block.rows, [&](int r, Arena&) { hidden.finish_row(r); });
    multiply_onto(lane, hidden, block.rows, fc2, [&](int r) { return x.row(block.first + r); });
  });
}

Cpu::Tensor Cpu::self_attention(Tensor qkv, int heads) {
  const std::vector<int> lengths(static_cast<std::size_t>(qkv.batch), qkv.item_rows());
  Tensor y = self_attention(qkv, heads, lengths);
  y.batch = qkv.batch;
  return y;
}

Cpu::Tensor Cpu::self_attention(Tensor qkv, int heads, std::span<const int> lengths) {
  const Tensor y = make(qkv.rows, qkv.cols / 3, 1);
  const int width = y.cols / heads;
  std::vector<int> starts;
  for (int first = 0; const int length : lengths) {
    starts.push_back(first);
    first += length;
  }
  const Lane all{*this, 0, team_.threads() > 1};
  all.run(static_cast<int>(lengths.size()) * heads, [&](int i, Arena& arena) {
    const auto part = static_cast<std::size_t>(i / heads);
    const int tokens = lengths[part], column = i % heads * width;
    const float* q = qkv.row(starts[part]) + column;
    kernels::attend({.q = q,
                     .k = q + y.cols,
                     .v = q + 2 * y.cols,
                     .stride = qkv.cols,
                     .tokens = tokens,
                     .width = width,
                     .scale = 1.0F / std::sqrt(static_cast<float>(width)),
                     .bias = nullptr,
                     .mask = nullptr,
                     .out = y.row(starts[part]) + column,
                     .out_stride = y.cols},
                    arena.allocate(kernels::attend_scratch(tokens, width)));
  });
  return y;
}

void Cpu::add_window_attention(Tensor x, Grid grid, const Norm& norm, const Linear& qkv, const WindowBias& bias,
                               bool rolled, const Linear& projection) {
  note(x, qkv);
  note(x, projection);
  const Scope scope(*this);
  const WindowGrid windows(grid, bias.window(), rolled);
  const int tokens = windows.tokens(), heads = bias.heads(), width = x.cols / heads;
  float* masks = arenas_[0].allocate(count(WindowGrid::kMasks * tokens, tokens));
  windows.write_masks(masks);
  const int at_once = std::clamp(kBlockRows / tokens, 1, windows.count());  // windows of a block
  const int blocks_per_item = divided_up(windows.count(), at_once);
  for_blocks(x.batch * blocks_per_item, [&](int i, const Lane& lane) {
    const Tensor item = x.item(i / blocks_per_item);
    const int first = i % blocks_per_item * at_once, taken = std::min(at_once, windows.count() - first);
    const int rows = taken * tokens;
    const auto row_of = [&](int r) { return item.row(windows.place(first + r / tokens, r % tokens)); };
    const Operand in =
        gather(lane, qkv.inputs(), rows, x.cols, [&](int r, float* row) { normalize(row_of(r), x.cols, norm, row); });
    float* three = lane.arena().allocate(count(rows, qkv.out()));  // q, k and v side by side
    multiply_into(lane, in, rows, qkv, Activation::none, three);
    float* context = lane.arena().allocate(count(rows, x.cols));
    lane.run(taken * heads, [&](int piece, Arena& arena) {
      const int window = piece / heads, head = piece % heads;
      const float* q = three + std::ptrdiff_t{window} * tokens * qkv.out() + head * width;
      const int mask = windows.mask(first + window);
      kernels::attend({.q = q,
                       .k = q + x.cols,
                       .v = q + 2 * x.cols,
                       .stride = qkv.out(),
                       .tokens = tokens,
                       .width = width,
                       .scale = 1.0F / std::sqrt(static_cast<float>(width)),
                       .bias = bias.head(head),
                       .mask = mask < 0 ? nullptr : masks + count(mask * tokens, tokens),
                       .out = context + std::ptrdiff_t{window} * tokens * x.cols + head * width,
                       .out_stride = x.cols},
                      arena.allocate(kernels::attend_scratch(tokens, width)));
    });
    const Operand attended = operand_of(lane, context, rows, projection);
    multiply_onto(lane, attended, rows, projection, row_of);
  });
}

Cpu::Tensor Cpu::merge_patches(Tensor x, Grid grid, const Norm& norm, const Linear& reduction) {
  const Tensor y = make(x.rows / 4, reduction.out(), x.batch);
  if (products != nullptr) products->push_back({y.item_rows(), reduction.in(), reduction.out(), reduction.type()});
  const Blocks blocks{x.batch, y.item_rows()};
  const int across = grid.cols / 2;
  for_blocks(blocks.count(), [&](int i, const Lane& lane) {
    const Block block = blocks[i];
    const Operand in = gather(lane, reduction.inputs(), block.rows, reduction.in(), [&](int r, float* row) {
      const int token = (block.first + r) % y.item_rows();
      const float* first =
          x.item((block.first + r) / y.item_rows()).row(token / across * 2 * grid.cols + token % across * 2);
      const std::ptrdiff_t down = std::ptrdiff_t{grid.cols} * x.cols;
      float* to = row;
      for (const std::ptrdiff_t from : {std::ptrdiff_t{0}, down, std::ptrdiff_t{x.cols}, down + x.cols})  // by columns
        to = std::copy_n(first + from, x.cols, to);
      normalize(row, reduction.in(), norm, row);
    });
    multiply_into(lane, in, block.rows, reduction, Activation::none, y.row(block.first));
  });
  return y;
}

Cpu::Tensor Cpu::layer_norm(Tensor x, const Norm& norm) {
  const Tensor y = make(x.rows, x.cols, x.batch);
  const Lane all{*this, 0, team_.threads() > 1 && x.rows >= 4 * kRowsAtOnce};
  for_rows(all, x.rows, [&](int r, Arena&) { normalize(x.row(r), x.cols, norm, y.row(r)); });
  return y;
}

}  // namespace hearken::nn

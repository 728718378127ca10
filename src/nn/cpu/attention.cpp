// Gathers each head's tokens into dense matrices, multiplies them in batches, puts the result back.
#include "nn/cpu/attention.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>
#include <tuple>

#include "nn/cpu/onednn.h"

namespace hearken::nn {
namespace {

using namespace onednn;

// The products see every head as a dense matrix: for strided ones oneDNN 2.6 falls back to a slower kernel whose first
// use takes tens of milliseconds to generate.
struct Plan {
  dnnl::matmul scores, context;
  dnnl::softmax_forward softmax;
  memory::desc q, kt, v, s, s_rows, scores_scratch, softmax_scratch, context_scratch;
};

const Plan& plan_for(int matrices, int tokens, int head_width) {
  static std::mutex mutex;
  static std::map<std::tuple<int, int, int>, Plan> plans;  // nodes stay where they are
  std::lock_guard lock(mutex);
  const auto key = std::tuple(matrices, tokens, head_width);
  if (const auto found = plans.find(key); found != plans.end()) return found->second;

  const Dims::value_type t = tokens, n = matrices, d = head_width;
  Plan plan;
  plan.q = memory::desc({n, t, d}, kFloat, memory::format_tag::abc);
  plan.kt = memory::desc({n, d, t}, kFloat, memory::format_tag::abc);
  plan.v = memory::desc({n, t, d}, kFloat, memory::format_tag::abc);
  plan.s = memory::desc({n, t, t}, kFloat, memory::format_tag::abc);
  plan.s_rows = memory::desc({n * t, t}, kFloat, memory::format_tag::ab);
  const auto scores = describe_matmul(plan.q, plan.kt, memory::desc(), plan.s, {});
  const auto softmax = describe_softmax(plan.s_rows);
  const auto context = describe_matmul(plan.s, plan.v, memory::desc(), plan.q, {});
  plan.scores = dnnl::matmul(scores);
  plan.softmax = dnnl::softmax_forward(softmax);
  plan.context = dnnl::matmul(context);
  plan.scores_scratch = scores.scratchpad_desc();
  plan.softmax_scratch = softmax.scratchpad_desc();
  plan.context_scratch = context.scratchpad_desc();
  return plans.emplace(key, std::move(plan)).first->second;
}

struct Shape {
  int groups, tokens, width, heads;  // tokens of a group
};

// qkv and out: rows of 3·width and width, where row_of(group, token) says. bias(group, scores [heads, tokens, tokens])
// may change a group's scores before the softmax.
template <class RowOf, class Bias>
void attend(const float* qkv, const Shape& shape, float* out, Arena& arena, RowOf row_of, Bias bias) {
  const Arena::Mark mark = arena.mark();
  const auto g = static_cast<std::size_t>(shape.groups), t = static_cast<std::size_t>(shape.tokens),
             w = static_cast<std::size_t>(shape.width), h = static_cast<std::size_t>(shape.heads), d = w / h;
  float* q = arena.allocate(g * t * w);   // [groups, heads, tokens, d], scaled
  float* kt = arena.allocate(g * t * w);  // [groups, heads, d, tokens]
  float* v = arena.allocate(g * t * w);   // [groups, heads, tokens, d]
  float* s = arena.allocate(g * h * t * t);
  const float scale = 1.0F / std::sqrt(static_cast<float>(d));
  for (std::size_t group = 0; group < g; ++group)
    for (std::size_t token = 0; token < t; ++token) {
      const float* row = qkv + row_of(group, token) * 3 * w;
      for (std::size_t head = 0; head < h; ++head, row += d) {
        const std::size_t matrix = group * h + head;
        float* q_row = q + (matrix * t + token) * d;
        for (std::size_t i = 0; i < d; ++i) q_row[i] = row[i] * scale;
        std::copy_n(row + 2 * w, d, v + (matrix * t + token) * d);
        float* kt_column = kt + matrix * d * t + token;
        for (std::size_t i = 0; i < d; ++i) kt_column[i * t] = row[w + i];
      }
    }
  try {
    const Plan& plan = plan_for(shape.groups * shape.heads, shape.tokens, shape.width / shape.heads);
    plan.scores.execute(stream(), {{DNNL_ARG_SRC, wrap(plan.q, q)},
                                   {DNNL_ARG_WEIGHTS, wrap(plan.kt, kt)},
                                   {DNNL_ARG_DST, wrap(plan.s, s)},
                                   {DNNL_ARG_SCRATCHPAD, scratchpad(plan.scores_scratch, arena)}});
    stream().wait();
    for (std::size_t group = 0; group < g; ++group) bias(group, s + group * h * t * t);
    plan.softmax.execute(stream(), {{DNNL_ARG_SRC, wrap(plan.s_rows, s)},
                                    {DNNL_ARG_DST, wrap(plan.s_rows, s)},
                                    {DNNL_ARG_SCRATCHPAD, scratchpad(plan.softmax_scratch, arena)}});
    plan.context.execute(stream(), {{DNNL_ARG_SRC, wrap(plan.s, s)},
                                    {DNNL_ARG_WEIGHTS, wrap(plan.v, v)},
                                    {DNNL_ARG_DST, wrap(plan.q, q)},  // over q, which is done with
                                    {DNNL_ARG_SCRATCHPAD, scratchpad(plan.context_scratch, arena)}});
    stream().wait();
  } catch (const dnnl::error& error) {
    throw failed("attention", error);
  }
  for (std::size_t group = 0; group < g; ++group)
    for (std::size_t token = 0; token < t; ++token)
      for (std::size_t head = 0; head < h; ++head)
        std::copy_n(q + ((group * h + head) * t + token) * d, d, out + row_of(group, token) * w + head * d);
  arena.release(mark);
}

}  // namespace

void attention(const float* qkv, int tokens, int width, int heads, float* out, Arena& arena) {
  attend(
      qkv, {1, tokens, width, heads}, out, arena, [](std::size_t, std::size_t token) { return token; },
      [](std::size_t, float*) {});
}

WindowBias::WindowBias(const WeightView& table, int window) : window_(window), heads_(table.cols) {
  const std::vector<float> entries = table.floats();
  const auto w = static_cast<std::size_t>(window), t = w * w, heads = static_cast<std::size_t>(heads_);
  pairs_.resize(heads * t * t);
  for (std::size_t i = 0; i < t; ++i)
    for (std::size_t j = 0; j < t; ++j) {
      const std::size_t down = i / w + w - 1 - j / w, across = i % w + w - 1 - j % w;  // i minus j, from 0 up
      for (std::size_t head = 0; head < heads; ++head)
        pairs_[(head * t + i) * t + j] = entries[(down * (2 * w - 1) + across) * heads + head];
    }
}

void window_attention(const float* qkv, Grid grid, int width, const WindowBias& bias, int shift, float* out,
                      Arena& arena) {
  constexpr float kApart = -100.0F;
  constexpr int kMatricesAtOnce = 32;  // their scores stay in the cache between the products
  const auto rows = static_cast<std::size_t>(grid.rows), cols = static_cast<std::size_t>(grid.cols),
             window = static_cast<std::size_t>(bias.window()), roll = static_cast<std::size_t>(shift);
  const std::size_t across = cols / window, tokens = window * window;
  // Tokens that the roll brought together from the two ends of a side are of different regions.
  const auto region = [&](std::size_t at, std::size_t side) {
    return at < side - window ? 0 : at < side - roll ? 1 : 2;
  };

  const int groups = grid.rows * grid.cols / (bias.window() * bias.window());
  const int at_once = std::clamp(kMatricesAtOnce / bias.heads(), 1, groups);
  for (int first = 0; first < groups; first += at_once) {
    const auto row_of_rolled = [&](std::size_t group, std::size_t token) {
      const std::size_t number = static_cast<std::size_t>(first) + group;
      return std::pair(number / across * window + token / window, number % across * window + token % window);
    };
    const auto row_of = [&](std::size_t group, std::size_t token) {
      const auto [r, c] = row_of_rolled(group, token);
      return (r + roll) % rows * cols + (c + roll) % cols;
    };
    const auto add_bias = [&](std::size_t group, float* scores) {
      const std::size_t all = static_cast<std::size_t>(bias.heads()) * tokens * tokens;
      for (std::size_t i = 0; i < all; ++i) scores[i] += bias.data()[i];
      const std::size_t number = static_cast<std::size_t>(first) + group;
      if (roll == 0 || ((number / across + 1) * window < rows && (number % across + 1) * window < cols)) return;
      std::vector<int> regions(tokens);
      for (std::size_t token = 0; token < tokens; ++token) {
        const auto [r, c] = row_of_rolled(group, token);
        regions[token] = 3 * region(r, rows) + region(c, cols);
      }
      for (std::size_t i = 0; i < all; ++i)
        if (regions[i / tokens % tokens] != regions[i % tokens]) scores[i] += kApart;
    };
    attend(qkv, {std::min(at_once, groups - first), static_cast<int>(tokens), width, bias.heads()}, out, arena, row_of,
           add_bias);
  }
}

}  // namespace hearken::nn

// oneDNN's matmul and softmax behind two calls; written for oneDNN 2.6 and 3.x.
#include "nn/cpu/matmul.h"

#include <omp.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>
#include <oneapi/dnnl/dnnl.hpp>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "hearken/error.h"

namespace hearken::nn {
namespace {

using dnnl::memory;
using Dims = memory::dims;
constexpr auto kFloat = memory::data_type::f32;

const dnnl::engine& engine() {
  static const dnnl::engine cpu(dnnl::engine::kind::cpu, 0);
  return cpu;
}

// A stream is cheap, but not free, and must not be shared between threads.
dnnl::stream& stream() {
  thread_local dnnl::stream cpu_stream(engine());
  return cpu_stream;
}

memory wrap(const memory::desc& desc, const float* data) {
  return memory(desc, engine(), const_cast<float*>(data));  // oneDNN has no const memory
}

Error failed(const char* what, const dnnl::error& error) {
  return Error(ErrorCode::internal, std::string("matrix product (") + what + ") failed", error.message);
}

void append_eltwise(dnnl::post_ops& ops, dnnl::algorithm algorithm, float alpha) {
#if DNNL_VERSION_MAJOR >= 3
  ops.append_eltwise(algorithm, alpha, 0.0F);
#else
  ops.append_eltwise(1.0F, algorithm, alpha, 0.0F);
#endif
}

dnnl::matmul::primitive_desc describe_matmul(const memory::desc& x, const memory::desc& w, const memory::desc& bias,
                                             const memory::desc& y, dnnl::post_ops ops) {
  dnnl::primitive_attr attr;
  attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);  // so that one plan serves many threads
  attr.set_post_ops(ops);
#if DNNL_VERSION_MAJOR >= 3
  return bias.is_zero() ? dnnl::matmul::primitive_desc(engine(), x, w, y, attr)
                        : dnnl::matmul::primitive_desc(engine(), x, w, bias, y, attr);
#else
  return bias.is_zero() ? dnnl::matmul::primitive_desc(dnnl::matmul::desc(x, w, y), attr, engine())
                        : dnnl::matmul::primitive_desc(dnnl::matmul::desc(x, w, bias, y), attr, engine());
#endif
}

dnnl::softmax_forward::primitive_desc describe_softmax(const memory::desc& x) {
  dnnl::primitive_attr attr;
  attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  constexpr int axis = 1;
#if DNNL_VERSION_MAJOR >= 3
  return dnnl::softmax_forward::primitive_desc(engine(), dnnl::prop_kind::forward_inference,
                                               dnnl::algorithm::softmax_accurate, x, x, axis, attr);
#else
  return dnnl::softmax_forward::primitive_desc(dnnl::softmax_forward::desc(dnnl::prop_kind::forward_inference, x, axis),
                                               attr, engine());
#endif
}

memory scratchpad(const memory::desc& desc, Arena& arena) {
  return wrap(desc, arena.allocate(desc.get_size() / sizeof(float) + 1));
}

}  // namespace

SingleThreaded::SingleThreaded() : threads_before_(omp_get_max_threads()) { omp_set_num_threads(1); }
SingleThreaded::~SingleThreaded() { omp_set_num_threads(threads_before_); }

struct PackedLinear::Impl {
  struct Plan {
    dnnl::matmul product;
    memory::desc x, y, scratch;
    memory weights;
  };

  int in = 0, out = 0;
  memory::desc bias_desc;
  std::vector<float> bias;
  memory packed;  // in the layout the first plan asked for, which later ones then share
  mutable std::mutex mutex;
  mutable std::map<std::pair<int, Epilogue>, Plan> plans;  // nodes stay where they are

  Plan make_plan(int rows, Epilogue epilogue, const memory& weights, bool any_layout) const {
    dnnl::post_ops ops;
    if (epilogue == Epilogue::gelu) append_eltwise(ops, dnnl::algorithm::eltwise_gelu_erf, 0.0F);
    if (epilogue == Epilogue::add) ops.append_sum(1.0F);
    const memory::desc x({rows, in}, kFloat, memory::format_tag::ab);
    const memory::desc y({rows, out}, kFloat, memory::format_tag::ab);
    const memory::desc w = any_layout ? memory::desc({in, out}, kFloat, memory::format_tag::any) : weights.get_desc();
    const auto pd = describe_matmul(x, w, bias_desc, y, ops);
    Plan plan{dnnl::matmul(pd), x, y, pd.scratchpad_desc(), weights};
    if (pd.weights_desc() != weights.get_desc()) {
      plan.weights = memory(pd.weights_desc(), engine());
      memory from = weights;
      dnnl::reorder(from, plan.weights).execute(stream(), from, plan.weights);
      stream().wait();
    }
    return plan;
  }

  const Plan& plan(int rows, Epilogue epilogue) const {
    std::lock_guard lock(mutex);
    const auto key = std::pair(rows, epilogue);
    auto found = plans.find(key);
    if (found == plans.end()) found = plans.emplace(key, make_plan(rows, epilogue, packed, false)).first;
    return found->second;
  }
};

PackedLinear::PackedLinear() : impl_(std::make_unique<Impl>()) {}

PackedLinear::PackedLinear(MatrixView weight, std::span<const float> bias) : impl_(std::make_unique<Impl>()) {
  // The layout that suits this many rows is taken for every number of rows: on the CPUs tried it depends on the
  // weight's own shape only.
  constexpr int kTypicalRows = 248;
  impl_->in = weight.cols;
  impl_->out = weight.rows;
  impl_->bias.assign(bias.begin(), bias.end());
  if (!bias.empty()) impl_->bias_desc = memory::desc({1, weight.rows}, kFloat, memory::format_tag::ab);
  const SingleThreaded single;
  try {
    // W [out, in] row-major is W^T [in, out] in the layout "ba": no transposition of our own.
    const memory plain = wrap(memory::desc({weight.cols, weight.rows}, kFloat, memory::format_tag::ba), weight.data);
    impl_->packed = impl_->make_plan(kTypicalRows, Epilogue::none, plain, true).weights;
    if (impl_->packed.get_data_handle() == plain.get_data_handle()) {  // already as it likes it: still our own copy
      impl_->packed = memory(plain.get_desc(), engine());
      memory from = plain;
      dnnl::reorder(from, impl_->packed).execute(stream(), from, impl_->packed);
      stream().wait();
    }
  } catch (const dnnl::error& error) {
    throw failed("packing", error);
  }
}

PackedLinear::~PackedLinear() = default;
PackedLinear::PackedLinear(PackedLinear&&) noexcept = default;
PackedLinear& PackedLinear::operator=(PackedLinear&&) noexcept = default;
int PackedLinear::in() const noexcept { return impl_->in; }
int PackedLinear::out() const noexcept { return impl_->out; }

void PackedLinear::run(const float* x, int rows, float* y, Epilogue epilogue, Arena& arena) const {
  const Arena::Mark mark = arena.mark();
  try {
    const Impl::Plan& plan = impl_->plan(rows, epilogue);
    std::unordered_map<int, memory> arguments{{DNNL_ARG_SRC, wrap(plan.x, x)},
                                              {DNNL_ARG_WEIGHTS, plan.weights},
                                              {DNNL_ARG_DST, wrap(plan.y, y)},
                                              {DNNL_ARG_SCRATCHPAD, scratchpad(plan.scratch, arena)}};
    if (!impl_->bias.empty()) arguments.emplace(DNNL_ARG_BIAS, wrap(impl_->bias_desc, impl_->bias.data()));
    plan.product.execute(stream(), arguments);
    stream().wait();
  } catch (const dnnl::error& error) {
    throw failed("linear", error);
  }
  arena.release(mark);
}

namespace {

// The products see every head as a dense matrix: for strided ones oneDNN 2.6 falls back to a slower kernel whose first
// use takes tens of milliseconds to generate.
struct AttentionPlan {
  dnnl::matmul scores, context;
  dnnl::softmax_forward softmax;
  memory::desc q, kt, v, s, s_rows, scores_scratch, softmax_scratch, context_scratch;
};

const AttentionPlan& attention_plan(int tokens, int width, int heads) {
  static std::mutex mutex;
  static std::map<std::tuple<int, int, int>, AttentionPlan> plans;
  std::lock_guard lock(mutex);
  const auto key = std::tuple(tokens, width, heads);
  if (const auto found = plans.find(key); found != plans.end()) return found->second;

  const Dims::value_type t = tokens, h = heads, d = width / heads;
  AttentionPlan plan;
  plan.q = memory::desc({h, t, d}, kFloat, memory::format_tag::abc);
  plan.kt = memory::desc({h, d, t}, kFloat, memory::format_tag::abc);
  plan.v = memory::desc({h, t, d}, kFloat, memory::format_tag::abc);
  plan.s = memory::desc({h, t, t}, kFloat, memory::format_tag::abc);
  plan.s_rows = memory::desc({h * t, t}, kFloat, memory::format_tag::ab);
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

}  // namespace

void attention(const float* qkv, int tokens, int width, int heads, float* out, Arena& arena) {
  const Arena::Mark mark = arena.mark();
  const auto t = static_cast<std::size_t>(tokens), w = static_cast<std::size_t>(width),
             h = static_cast<std::size_t>(heads), d = w / h;
  float* q = arena.allocate(t * w);   // [heads, tokens, d], scaled
  float* kt = arena.allocate(t * w);  // [heads, d, tokens]
  float* v = arena.allocate(t * w);   // [heads, tokens, d]
  float* s = arena.allocate(h * t * t);
  const float scale = 1.0F / std::sqrt(static_cast<float>(d));
  for (std::size_t head = 0; head < h; ++head)
    for (std::size_t token = 0; token < t; ++token) {
      const float* row = qkv + token * 3 * w + head * d;
      float* q_row = q + (head * t + token) * d;
      for (std::size_t i = 0; i < d; ++i) q_row[i] = row[i] * scale;
      std::copy_n(row + 2 * w, d, v + (head * t + token) * d);
      float* kt_column = kt + head * d * t + token;
      for (std::size_t i = 0; i < d; ++i) kt_column[i * t] = row[w + i];
    }
  try {
    const AttentionPlan& plan = attention_plan(tokens, width, heads);
    plan.scores.execute(stream(), {{DNNL_ARG_SRC, wrap(plan.q, q)},
                                   {DNNL_ARG_WEIGHTS, wrap(plan.kt, kt)},
                                   {DNNL_ARG_DST, wrap(plan.s, s)},
                                   {DNNL_ARG_SCRATCHPAD, scratchpad(plan.scores_scratch, arena)}});
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
  for (std::size_t head = 0; head < h; ++head)
    for (std::size_t token = 0; token < t; ++token)
      std::copy_n(q + (head * t + token) * d, d, out + token * w + head * d);
  arena.release(mark);
}

}  // namespace hearken::nn

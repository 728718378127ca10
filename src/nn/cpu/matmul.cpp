// Linear layers on oneDNN's matmul.
#include "nn/cpu/matmul.h"

#include <omp.h>
#include <sys/mman.h>

#include <bit>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "nn/cpu/onednn.h"

namespace hearken::nn {
namespace {

using namespace onednn;

// To nearest, ties to even. Infinities stay; activations are never NaN unless the weights are.
const std::uint16_t* rounded_to_bf16(const float* x, std::size_t count, Arena& arena) {
  auto* out = reinterpret_cast<std::uint16_t*>(arena.allocate(count / 2 + 1));
  for (std::size_t i = 0; i < count; ++i) {
    const auto bits = std::bit_cast<std::uint32_t>(x[i]);
    out[i] = static_cast<std::uint16_t>((bits + 0x7FFFU + ((bits >> 16) & 1U)) >> 16);
  }
  return out;
}

}  // namespace

namespace {

struct Unmap {
  std::size_t size = 0;
  void operator()(void* p) const noexcept { ::munmap(p, size); }
};
using Pages = std::unique_ptr<void, Unmap>;

// In large pages where the system has them: to fault in small ones takes longer than to fill them.
Pages fresh_pages(std::size_t size) {
  void* p = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (p == MAP_FAILED) throw std::bad_alloc();
  ::madvise(p, size, MADV_HUGEPAGE);
  return {p, {size}};
}

// Weights in another layout or type, in memory of their own.
struct Packed {
  Pages pages;
  memory weights;
};

Packed pack(memory from, const memory::desc& desc) {
  Packed packed{fresh_pages(desc.get_size()), {}};
  packed.weights = wrap(desc, packed.pages.get());
  dnnl::reorder(from, packed.weights).execute(stream(), from, packed.weights);
  stream().wait();
  return packed;
}

}  // namespace

bool has_bf16_products() {
  // The names are sets of instructions, a bit each.
  constexpr auto kWanted = static_cast<unsigned>(dnnl::cpu_isa::avx512_core_bf16);
  return (static_cast<unsigned>(dnnl::get_effective_cpu_isa()) & kWanted) == kWanted;
}

SingleThreaded::SingleThreaded() : threads_before_(omp_get_max_threads()) { omp_set_num_threads(1); }
SingleThreaded::~SingleThreaded() { omp_set_num_threads(threads_before_); }

struct PackedLinear::Impl {
  using PlanKey = std::tuple<int, Activation, bool>;  // rows, activation, add
  struct Plan {
    dnnl::matmul product;
    memory::desc x, y, weights, scratch;
  };

  int in = 0, out = 0;
  memory::data_type type = kFloat;  // of weights and inputs
  memory::desc bias_desc;
  std::vector<float> bias;
  Packed packed;  // in the layout the first plan asked for, which later ones then share
  mutable std::mutex mutex;
  mutable std::map<PlanKey, Plan> plans;  // nodes stay where they are

  Plan make_plan(const PlanKey& key) const {
    const auto [rows, activation, add] = key;
    dnnl::post_ops ops;
    switch (activation) {
      case Activation::none: break;
      case Activation::gelu: append_eltwise(ops, dnnl::algorithm::eltwise_gelu_erf); break;
      case Activation::relu: append_eltwise(ops, dnnl::algorithm::eltwise_relu); break;
      case Activation::tanh: append_eltwise(ops, dnnl::algorithm::eltwise_tanh); break;
    }
    if (add) ops.append_sum(1.0F);
    const memory::desc x({rows, in}, type, memory::format_tag::ab);
    const memory::desc y({rows, out}, kFloat, memory::format_tag::ab);
    const memory::desc w =
        packed.weights ? packed.weights.get_desc() : memory::desc({in, out}, type, memory::format_tag::any);
    const auto pd = describe_matmul(x, w, bias_desc, y, ops);
    return {dnnl::matmul(pd), x, y, pd.weights_desc(), pd.scratchpad_desc()};
  }

  const Plan& plan(const PlanKey& key) const {
    std::lock_guard lock(mutex);
    auto found = plans.find(key);
    if (found == plans.end()) found = plans.emplace(key, make_plan(key)).first;
    return found->second;
  }
};

PackedLinear::PackedLinear() : impl_(std::make_unique<Impl>()) {}

PackedLinear::PackedLinear(MatrixView weight, std::span<const float> bias, ProductType type)
    : impl_(std::make_unique<Impl>()) {
  // The layout that suits this many rows is taken for every number of rows: on the CPUs tried it depends on the
  // weight's own shape only.
  constexpr int kTypicalRows = 248;
  if (type == ProductType::bf16 && !has_bf16_products())
    throw Error(ErrorCode::unsupported, "precision bf16: this CPU has no bfloat16 products");
  impl_->type = type == ProductType::bf16 ? kBfloat : kFloat;
  impl_->in = weight.cols;
  impl_->out = weight.rows;
  impl_->bias.assign(bias.begin(), bias.end());
  if (!bias.empty()) impl_->bias_desc = memory::desc({1, weight.rows}, kFloat, memory::format_tag::ab);
  const SingleThreaded single;
  try {
    // W [out, in] row-major is W^T [in, out] in the layout "ba": no transposition of our own.
    const memory plain = wrap(memory::desc({weight.cols, weight.rows}, kFloat, memory::format_tag::ba), weight.data);
    impl_->packed = pack(plain, impl_->make_plan({kTypicalRows, Activation::none, false}).weights);
  } catch (const dnnl::error& error) {
    throw failed("packing", error);
  }
}

PackedLinear::~PackedLinear() = default;
PackedLinear::PackedLinear(PackedLinear&&) noexcept = default;
PackedLinear& PackedLinear::operator=(PackedLinear&&) noexcept = default;
int PackedLinear::in() const noexcept { return impl_->in; }
int PackedLinear::out() const noexcept { return impl_->out; }

void PackedLinear::run(const float* x, int rows, float* y, Activation activation, bool add, Arena& arena) const {
  const Arena::Mark mark = arena.mark();
  try {
    const Impl::Plan& plan = impl_->plan({rows, activation, add});
    const void* in = x;
    if (impl_->type == kBfloat)
      in = rounded_to_bf16(x, static_cast<std::size_t>(rows) * static_cast<std::size_t>(impl_->in), arena);
    std::unordered_map<int, memory> arguments{{DNNL_ARG_SRC, wrap(plan.x, in)},
                                              {DNNL_ARG_WEIGHTS, impl_->packed.weights},
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

}  // namespace hearken::nn

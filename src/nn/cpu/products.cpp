// Packing, and the products' plans.
#include "nn/cpu/products.h"

#include <omp.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <mutex>
#include <new>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "nn/cpu/kernels.h"
#include "nn/cpu/onednn.h"

namespace hearken::nn {
namespace {

using namespace onednn;

// A panel of weights stays in a core's second-level cache while it meets a block of rows.
constexpr std::size_t kPanelBytes = 512U << 10;
constexpr int kPanelStep = 64;  // columns: a multiple of what the kernels take at once

struct Shape {
  ProductType type;
  int rows, in, cols;
  auto operator<=>(const Shape&) const = default;
};

struct Plan {
  dnnl::matmul product;
  memory::desc x, w, y, scratch;
};

// Few rows are multiplied as the next multiple of eight: a text of any length then finds its plan made.
int rows_planned(int rows) { return rows == 1 ? 1 : (rows + 7) / 8 * 8; }

// oneDNN 2.6 writes machine code through a null pointer where the system has no memory for it, which ends the process.
// So there is to be more than it takes. What another thread takes meanwhile can still be too much.
void need_room_for_code() {
  constexpr std::size_t kRoom = std::size_t{8} << 20;
  void* const room = ::mmap(nullptr, kRoom, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (room == MAP_FAILED) throw std::bad_alloc();
  ::munmap(room, kRoom);
}

// One plan for each shape, whatever weights it is used with. The weights' layout is the one that suits a block of
// typical size: on the CPUs tried it depends on the weights' own shape only.
const Plan& plan_for(const Shape& shape) {
  constexpr int kTypicalRows = 128;
  static std::mutex mutex;
  static std::map<Shape, Plan> plans;  // nodes stay where they are
  std::lock_guard lock(mutex);
  if (const auto found = plans.find(shape); found != plans.end()) return found->second;
  need_room_for_code();
  const auto t = types(shape.type);
  const auto describe = [&](int rows, const memory::desc& w) {
    return describe_matmul(memory::desc({rows, shape.in}, t.x, memory::format_tag::ab), w,
                           memory::desc({rows, shape.cols}, t.y, memory::format_tag::ab));
  };
  const auto liked =
      describe(kTypicalRows, memory::desc({shape.in, shape.cols}, t.w, memory::format_tag::any)).weights_desc();
  const auto pd = describe(shape.rows, liked);
  Plan plan{dnnl::matmul(pd), pd.src_desc(), pd.weights_desc(), pd.dst_desc(), pd.scratchpad_desc()};
  return plans.emplace(shape, std::move(plan)).first->second;
}

// A plan with this thread's own handles on memory, so that a product allocates nothing.
struct Bound {
  const Plan* plan;
  memory x, y, scratch;
  memory w;                 // for weights that are widened first
  bool multiplied = false;  // the first time may write machine code
};

Bound& bound_for(const Shape& shape) {
  struct Hash {
    std::size_t operator()(const Shape& s) const noexcept {
      std::size_t h = static_cast<std::size_t>(s.type);
      for (const int n : {s.rows, s.in, s.cols}) h = h * 1000003U + static_cast<std::size_t>(n);
      return h;
    }
  };
  thread_local std::unordered_map<Shape, Bound, Hash> all;
  if (const auto found = all.find(shape); found != all.end()) return found->second;
  const Plan& plan = plan_for(shape);
  const auto handle = [](const memory::desc& desc) { return memory(desc, engine(), nullptr); };
  return all.emplace(shape, Bound{&plan, handle(plan.x), handle(plan.y), handle(plan.scratch), handle(plan.w)})
      .first->second;
}

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

// While one lives, oneDNN's products on this thread use this thread only; then the caller's setting is back.
class SingleThreaded {
 public:
  SingleThreaded() : threads_before_(omp_get_max_threads()) { omp_set_num_threads(1); }
  ~SingleThreaded() { omp_set_num_threads(threads_before_); }
  SingleThreaded(const SingleThreaded&) = delete;
  SingleThreaded& operator=(const SingleThreaded&) = delete;

 private:
  int threads_before_;
};

std::size_t index(int i) { return static_cast<std::size_t>(i); }

// The names are sets of instructions, a bit each.
bool has(dnnl::cpu_isa wanted) {
  const auto bits = static_cast<unsigned>(wanted);
  return (static_cast<unsigned>(effective_isa()) & bits) == bits;
}

}  // namespace

namespace {

// AMX multiplies bfloat16 at many times the speed of float32, AMD's vector units at twice; Intel's vector units alone
// at 0.6 times (measured: docs/SPEED.md).
bool multiplies_bf16_fast() {
  if (!has(dnnl::cpu_isa::avx512_core_bf16)) return false;
#if defined(__x86_64__)
  if (__builtin_cpu_is("amd")) return true;
#endif
  return has(dnnl::cpu_isa::avx512_core_amx);
}

}  // namespace

bool has_products(ProductType type) {
  switch (type) {
    case ProductType::f32:
    case ProductType::bf16: return true;
    // Without VNNI the byte products saturate, and are no faster.
    case ProductType::int8: return has(dnnl::cpu_isa::avx512_core_vnni) || has(dnnl::cpu_isa::avx2_vnni);
  }
  return false;
}

void require_products(ProductType type) {
  if (!has_products(type))
    throw Error(ErrorCode::unsupported,
                "precision int8: this CPU has no VNNI instructions; ask for auto, fp32 or bf16");
}

bool rows_stand_alone() { return has(dnnl::cpu_isa::avx512_core); }

ProductType fastest_exact_type() { return multiplies_bf16_fast() ? ProductType::bf16 : ProductType::f32; }

Operand::Operand(ProductType type, int rows, int cols, Arena& arena) : type_(type), cols_(cols) {
  // Products may read up to the next planned number of rows, whose sums nobody looks at.
  const std::size_t planned = index(rows_planned(rows)), size = planned * index(cols);
  const std::size_t floats = (size * types(type).bytes + sizeof(float) - 1) / sizeof(float);
  float* memory = arena.allocate(floats);
  if (planned > index(rows)) std::fill_n(memory, floats, 0.0F);
  values_ = memory;
  if (type == ProductType::int8) {
    scales_ = arena.allocate(planned);
    parts_ = arena.allocate(size);
  }
}

bool Operand::can_view(ProductType type, int rows) noexcept {
  return type == ProductType::f32 && rows_planned(rows) == rows;
}

float* Operand::row(int r, float* spare) const noexcept {
  return type_ == ProductType::f32 ? static_cast<float*>(values_) + std::ptrdiff_t{r} * cols_ : spare;
}

void Operand::keep_row(int r, const float* row) const {
  const std::ptrdiff_t at = std::ptrdiff_t{r} * cols_;
  switch (type_) {
    case ProductType::f32: break;
    case ProductType::bf16: kernels::to_bf16(row, cols_, static_cast<std::uint16_t*>(values_) + at); break;
    case ProductType::int8: scales_[r] = kernels::quantize(row, cols_, static_cast<std::uint8_t*>(values_) + at); break;
  }
}

float* Operand::part(int r, int first, float* spare) const noexcept {
  const std::ptrdiff_t at = std::ptrdiff_t{r} * cols_ + first;
  switch (type_) {
    case ProductType::f32: return static_cast<float*>(values_) + at;
    case ProductType::bf16: return spare;
    case ProductType::int8: return parts_ + at;
  }
  return spare;
}

void Operand::keep_part(int r, int first, int n, const float* part) const {
  if (type_ == ProductType::bf16)
    kernels::to_bf16(part, n, static_cast<std::uint16_t*>(values_) + std::ptrdiff_t{r} * cols_ + first);
}

void Operand::finish_row(int r) const {
  if (type_ == ProductType::int8) keep_row(r, parts_ + std::ptrdiff_t{r} * cols_);
}

const void* Operand::data(int r) const noexcept {
  return static_cast<const std::byte*>(values_) + index(r) * index(cols_) * types(type_).bytes;
}

struct Linear::Impl {
  ProductType type = ProductType::f32;    // of the weights
  ProductType inputs = ProductType::f32;  // and of the products: f32 also for bf16 weights that are widened
  int in = 0, out = 0, panel_cols = 0;
  std::vector<float> bias;
  std::vector<float> col_scale;              // [out], int8 only
  std::vector<std::int32_t> col_sum;         // [out], int8 only
  Pages pages;                               // of all panels
  std::vector<memory> panels;                // as the products take them
  std::vector<const std::uint16_t*> narrow;  // or in their order and bfloat16, to be widened

  int cols(int p) const noexcept { return std::min(panel_cols, out - p * panel_cols); }
};

namespace {

// Each output's weights as round(w / scale), scale = max|w| / 127.
struct Int8Weights {
  std::vector<std::uint8_t> values;  // the bits of int8
  std::vector<float> scale;
  std::vector<std::int32_t> sum;
};

Int8Weights quantized(MatrixView weight) {
  const std::size_t cols = index(weight.cols);
  Int8Weights q{std::vector<std::uint8_t>(index(weight.rows) * cols), {}, {}};
  for (std::size_t r = 0; r < index(weight.rows); ++r) {
    const auto row = std::span(q.values).subspan(r * cols, cols);
    q.scale.push_back(kernels::quantize(weight.data + r * cols, weight.cols, row.data()));
    std::int32_t sum = 0;
    for (std::uint8_t& v : row) {
      sum += v - 128;
      v ^= 0x80U;  // minus 128
    }
    q.sum.push_back(sum);
  }
  return q;
}

int panel_cols(int in, int out, std::size_t element_bytes) {
  const auto fit = static_cast<int>(kPanelBytes / (index(in) * element_bytes)) / kPanelStep * kPanelStep;
  return std::min(out, std::max(fit, kPanelStep));
}

}  // namespace

Linear::Linear() : impl_(std::make_unique<Impl>()) {}

Linear::Linear(MatrixView weight, std::span<const float> bias, ProductType type) : impl_(std::make_unique<Impl>()) {
  require_products(type);
  Impl& m = *impl_;
  m.type = type;
  m.in = weight.cols;
  m.out = weight.rows;
  m.bias.assign(bias.begin(), bias.end());
  m.inputs = type == ProductType::bf16 && !multiplies_bf16_fast() ? ProductType::f32 : type;
  const bool widen_later = m.inputs != type;
  m.panel_cols = panel_cols(m.in, m.out, types(m.inputs).bytes);
  Int8Weights q;
  if (type == ProductType::int8) {
    q = quantized(weight);
    m.col_scale = std::move(q.scale);
    m.col_sum = std::move(q.sum);
  }
  const SingleThreaded single;
  try {
    constexpr std::size_t kAlign = 4096;
    std::vector<std::pair<memory::desc, std::size_t>> places;
    std::size_t size = 0;
    for (int first = 0; first < m.out; first += m.panel_cols) {
      const int cols = std::min(m.panel_cols, m.out - first);
      const memory::desc& desc = plan_for({m.inputs, 128, m.in, cols}).w;
      places.emplace_back(desc, size);
      size += (desc.get_size() / (widen_later ? 2 : 1) + kAlign - 1) / kAlign * kAlign;
    }
    m.pages = fresh_pages(size);
    thread_local std::vector<float> wide;  // kept, because fresh memory costs more than the copying
    for (std::size_t p = 0; p < places.size(); ++p) {
      const auto& [desc, at] = places[p];
      const std::ptrdiff_t from = static_cast<std::ptrdiff_t>(p) * m.panel_cols * m.in;
      // Rows of W [out, in] are columns of W^T [in, out] in the layout "ba": no transposition of our own.
      const memory::desc plain({m.in, m.cols(static_cast<int>(p))}, type == ProductType::int8 ? types(type).w : kFloat,
                               memory::format_tag::ba);
      memory source = wrap(
          plain, type == ProductType::int8 ? static_cast<const void*>(q.values.data() + from) : weight.data + from);
      std::byte* place = static_cast<std::byte*>(m.pages.get()) + at;
      if (widen_later) wide.resize(desc.get_size() / sizeof(float));
      memory packed = wrap(desc, widen_later ? static_cast<void*>(wide.data()) : place);
      need_room_for_code();
      dnnl::reorder(source, packed).execute(stream(), source, packed);
      stream().wait();
      if (widen_later) {
        auto* narrow = reinterpret_cast<std::uint16_t*>(place);
        kernels::to_bf16(wide.data(), static_cast<int>(wide.size()), narrow);
        m.narrow.push_back(narrow);
      } else {
        m.panels.push_back(std::move(packed));
      }
    }
  } catch (const dnnl::error& error) {
    throw failed("packing", error);
  }
}

Linear::~Linear() = default;
Linear::Linear(Linear&&) noexcept = default;
Linear& Linear::operator=(Linear&&) noexcept = default;
int Linear::in() const noexcept { return impl_->in; }
int Linear::out() const noexcept { return impl_->out; }
ProductType Linear::type() const noexcept { return impl_->type; }
ProductType Linear::inputs() const noexcept { return impl_->inputs; }
int Linear::panels() const noexcept { return static_cast<int>(impl_->panels.size() + impl_->narrow.size()); }
Linear::Panel Linear::panel(int p) const noexcept { return {p * impl_->panel_cols, impl_->cols(p)}; }
const float* Linear::bias(int p) const noexcept {
  return impl_->bias.empty() ? nullptr : impl_->bias.data() + std::ptrdiff_t{p} * impl_->panel_cols;
}

const void* Linear::product(const Operand& x, int first, int rows, int p, Arena& arena) const {
  const Panel columns = panel(p);
  const SingleThreaded single;
  try {
    Bound& b = bound_for({impl_->inputs, rows_planned(rows), impl_->in, columns.cols});
    float* sums = arena.allocate(b.plan->y.get_size() / sizeof(float));
    b.x.set_data_handle(const_cast<void*>(x.data(first)));  // oneDNN has no const memory
    b.y.set_data_handle(sums);
    b.scratch.set_data_handle(arena.allocate(b.plan->scratch.get_size() / sizeof(float) + 1));
    if (!impl_->narrow.empty()) {
      const std::size_t weights = b.plan->w.get_size() / sizeof(float);
      float* wide = arena.allocate(weights);
      kernels::from_bf16(impl_->narrow[index(p)], static_cast<int>(weights), wide);
      b.w.set_data_handle(wide);
    }
    const memory& weights = impl_->narrow.empty() ? impl_->panels[index(p)] : b.w;
    const dnnl_exec_arg_t arguments[] = {{DNNL_ARG_SRC, b.x.get()},
                                         {DNNL_ARG_WEIGHTS, weights.get()},
                                         {DNNL_ARG_DST, b.y.get()},
                                         {DNNL_ARG_SCRATCHPAD, b.scratch.get()}};
    if (!b.multiplied) need_room_for_code();
    b.multiplied = true;
    dnnl::error::wrap_c_api(dnnl_primitive_execute(b.plan->product.get(), stream().get(),
                                                   static_cast<int>(std::size(arguments)), arguments),
                            "could not execute a product");
    return sums;
  } catch (const dnnl::error& error) {
    throw failed("linear", error);
  }
}

void Linear::widen(const std::int32_t* sums, float row_scale, int p, float* row) const {
  const Panel columns = panel(p);
  kernels::dequantize(sums, row_scale, impl_->col_scale.data() + columns.first, impl_->col_sum.data() + columns.first,
                      columns.cols, row);
}

}  // namespace hearken::nn

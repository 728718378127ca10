// The inner loop, once with Highway. foreach_target.h compiles this file for every instruction set.
#include "core/numerics/products.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/numerics/products.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace hearken::numerics::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Four rows of the sums by two registers at a time: eight sums, which fit into the registers of every target.
void add(const double* left, const double* right, std::size_t steps, double* sums) {
  const hn::CappedTag<double, 8> d;
  const std::size_t width = hn::Lanes(d);
  for (std::size_t i = 0; i < kPanel; i += 4)
    for (std::size_t j = 0; j < kPanel; j += 2 * width) {
      double* const to = sums + i * kPanel + j;
      auto a0 = hn::LoadU(d, to), a1 = hn::LoadU(d, to + width);
      auto b0 = hn::LoadU(d, to + kPanel), b1 = hn::LoadU(d, to + kPanel + width);
      auto c0 = hn::LoadU(d, to + 2 * kPanel), c1 = hn::LoadU(d, to + 2 * kPanel + width);
      auto e0 = hn::LoadU(d, to + 3 * kPanel), e1 = hn::LoadU(d, to + 3 * kPanel + width);
      const double* l = left + i;
      const double* r = right + j;
      for (std::size_t k = 0; k < steps; ++k, l += kPanel, r += kPanel) {
        const auto r0 = hn::LoadU(d, r), r1 = hn::LoadU(d, r + width);
        const auto x = hn::Set(d, l[0]), y = hn::Set(d, l[1]), z = hn::Set(d, l[2]), w = hn::Set(d, l[3]);
        a0 = hn::MulAdd(x, r0, a0), a1 = hn::MulAdd(x, r1, a1);
        b0 = hn::MulAdd(y, r0, b0), b1 = hn::MulAdd(y, r1, b1);
        c0 = hn::MulAdd(z, r0, c0), c1 = hn::MulAdd(z, r1, c1);
        e0 = hn::MulAdd(w, r0, e0), e1 = hn::MulAdd(w, r1, e1);
      }
      hn::StoreU(a0, d, to), hn::StoreU(a1, d, to + width);
      hn::StoreU(b0, d, to + kPanel), hn::StoreU(b1, d, to + kPanel + width);
      hn::StoreU(c0, d, to + 2 * kPanel), hn::StoreU(c1, d, to + 2 * kPanel + width);
      hn::StoreU(e0, d, to + 3 * kPanel), hn::StoreU(e1, d, to + 3 * kPanel + width);
    }
}

}  // namespace hearken::numerics::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace hearken::numerics {

HWY_EXPORT(add);

void add_products(const double* left, const double* right, std::size_t steps, double* sums) {
  HWY_DYNAMIC_DISPATCH(add)(left, right, steps, sums);
}

}  // namespace hearken::numerics
#endif

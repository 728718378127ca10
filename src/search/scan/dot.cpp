// The scan's inner loops, once with Highway. foreach_target.h compiles this file for every instruction set.
#include "search/scan/dot.h"

#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "search/scan/dot.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace hearken::search::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET == HWY_SCALAR

void dot(const std::uint8_t* codes, std::size_t panels, std::size_t steps, const QueryGroup& group,
         std::int32_t* sums) {
  const std::size_t rows = panels * kPanelRows;
  for (std::size_t q = 0; q < group.queries; ++q)
    for (std::size_t r = 0; r < rows; ++r) {
      std::int32_t sum = 0;
      for (std::size_t i = 0; i < steps * 4; ++i)
        sum += (codes[code_at(r, i, steps * 4)] - kZeroCode) * group.values[(i / 4 * group.queries + q) * 4 + i % 4];
      sums[q * rows + r] = sum;
    }
}

#else

// A byte's two neighbours in 16 bits: the one in front (even) and the one behind (odd), each with its sign.
template <class V>
HWY_INLINE V evens(V pairs) {
  return hn::ShiftRight<8>(hn::ShiftLeft<8>(pairs));
}
template <class V>
HWY_INLINE V odds(V pairs) {
  return hn::ShiftRight<8>(pairs);
}

// Two queries with as many rows as a register has 32-bit lanes.
void dot(const std::uint8_t* codes, std::size_t panels, std::size_t steps, const QueryGroup& group,
         std::int32_t* sums) {
  const hn::CappedTag<std::uint8_t, 64> bytes;
  const hn::Repartition<std::int16_t, decltype(bytes)> halves;
  const hn::Repartition<std::int32_t, decltype(bytes)> ints;
  const std::size_t width = hn::Lanes(bytes), rows = panels * kPanelRows, stride = group.queries * 4;
  const auto sign = hn::Set(bytes, kZeroCode);
  for (std::size_t p = 0; p < panels; ++p)
    for (std::size_t column = 0; column < 64; column += width)
      for (std::size_t q = 0; q < group.queries; q += 2) {
        const std::uint8_t* code = codes + p * steps * 64 + column;
        const std::int8_t* query = group.values + q * 4;
        auto a = hn::Zero(ints), a_more = a, b = a, b_more = a;
        for (std::size_t s = 0; s < steps; ++s, code += 64, query += stride) {
          const auto four = hn::BitCast(halves, hn::Xor(hn::Load(bytes, code), sign));
          const auto even = evens(four), odd = odds(four);
          std::int32_t first = 0, second = 0;
          std::memcpy(&first, query, 4);
          std::memcpy(&second, query + 4, 4);
          const auto x = hn::BitCast(halves, hn::Set(ints, first)), y = hn::BitCast(halves, hn::Set(ints, second));
          a = hn::ReorderWidenMulAccumulate(ints, even, evens(x), a, a_more);
          a = hn::ReorderWidenMulAccumulate(ints, odd, odds(x), a, a_more);
          b = hn::ReorderWidenMulAccumulate(ints, even, evens(y), b, b_more);
          b = hn::ReorderWidenMulAccumulate(ints, odd, odds(y), b, b_more);
        }
        std::int32_t* const to = sums + q * rows + p * kPanelRows + column / 4;
        hn::Store(hn::RearrangeToOddPlusEven(a, a_more), ints, to);
        hn::Store(hn::RearrangeToOddPlusEven(b, b_more), ints, to + rows);
      }
}

#endif

// VNNI where the CPU has it, unless Highway is held to less than AVX-512.
void best_dot(const std::uint8_t* codes, std::size_t panels, std::size_t steps, const QueryGroup& group,
              std::int32_t* sums) {
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3
  if (has_vnni()) return dot_panels_vnni(codes, panels, steps, group, sums);
#endif
  dot(codes, panels, steps, group, sums);
}

bool passing(const std::int32_t* sums, std::size_t panels, int planes, const Bar* bars, std::size_t queries,
             const RowNumbers& rows, std::uint16_t* masks) {
  const hn::CappedTag<float, kPanelRows> floats;
  const hn::RebindToSigned<decltype(floats)> ints;
  const std::size_t lanes = hn::Lanes(floats), count = panels * kPanelRows;
  unsigned any = 0;
  for (std::size_t q = 0; q < queries; ++q) {
    const Bar& bar = bars[q];
    const std::int32_t* const first = sums + q * static_cast<std::size_t>(planes) * count;
    const auto high = hn::Set(floats, bar.high), low = hn::Set(floats, bar.low), a = hn::Set(floats, bar.a),
               b = hn::Set(floats, bar.b), least = hn::Set(floats, bar.least);
    for (std::size_t p = 0; p < panels; ++p) {
      unsigned mask = 0;
      for (std::size_t r = 0; r < kPanelRows; r += lanes) {
        const std::size_t at = p * kPanelRows + r;
        auto product = hn::Mul(hn::ConvertTo(floats, hn::LoadU(ints, first + at)), high);
        if (planes == 2) product = hn::MulAdd(hn::ConvertTo(floats, hn::LoadU(ints, first + count + at)), low, product);
        const auto slack =
            hn::MulAdd(a, hn::LoadU(floats, rows.residual + at), hn::Mul(b, hn::LoadU(floats, rows.norm + at)));
        const auto upper = hn::MulAdd(product, hn::LoadU(floats, rows.scale + at), slack);
        std::uint8_t bits[8] = {};
        hn::StoreMaskBits(floats, hn::Lt(upper, least), bits);
        const unsigned below = bits[0] | static_cast<unsigned>(bits[1]) << 8U;
        mask |= (~below & ((1U << lanes) - 1U)) << r;
      }
      masks[q * panels + p] = static_cast<std::uint16_t>(mask);
      any |= mask;
    }
  }
  return any != 0;
}

std::uint64_t read_once(const std::uint8_t* bytes, std::size_t size) {
  const hn::ScalableTag<std::uint64_t> words;
  const std::size_t lanes = hn::Lanes(words), n = size / sizeof(std::uint64_t);
  const auto* from = reinterpret_cast<const std::uint64_t*>(bytes);
  auto a = hn::Zero(words), b = a, c = a, d = a;
  std::size_t i = 0;
  for (; i + 4 * lanes <= n; i += 4 * lanes) {
    a = hn::Or(a, hn::LoadU(words, from + i));
    b = hn::Or(b, hn::LoadU(words, from + i + lanes));
    c = hn::Or(c, hn::LoadU(words, from + i + 2 * lanes));
    d = hn::Or(d, hn::LoadU(words, from + i + 3 * lanes));
  }
  return hn::GetLane(hn::Or(hn::Or(a, b), hn::Or(c, d)));
}

}  // namespace hearken::search::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace hearken::search {

HWY_EXPORT(dot);
HWY_EXPORT(best_dot);
HWY_EXPORT(passing);
HWY_EXPORT(read_once);

void dot_panels_portable(const std::uint8_t* codes, std::size_t panels, std::size_t steps, const QueryGroup& group,
                         std::int32_t* sums) {
  HWY_DYNAMIC_DISPATCH(dot)(codes, panels, steps, group, sums);
}

void dot_panels(const std::uint8_t* codes, std::size_t panels, std::size_t steps, const QueryGroup& group,
                std::int32_t* sums) {
  HWY_DYNAMIC_DISPATCH(best_dot)(codes, panels, steps, group, sums);
}

bool passing(const std::int32_t* sums, std::size_t panels, int planes, const Bar* bars, std::size_t queries,
             const RowNumbers& rows, std::uint16_t* masks) {
  return HWY_DYNAMIC_DISPATCH(passing)(sums, panels, planes, bars, queries, rows, masks);
}

std::uint64_t read_once(const std::uint8_t* bytes, std::size_t size) {
  return HWY_DYNAMIC_DISPATCH(read_once)(bytes, size);
}

}  // namespace hearken::search
#endif

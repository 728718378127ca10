// The scan's products by AVX-512 VNNI, which Highway 1.0.3 does not know. 4 × 64 products an instruction.
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "core/cpu/isa.h"
#include "search/scan/dot.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define HEARKEN_VNNI __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni")))

namespace hearken::search {
namespace {

constexpr std::size_t kAhead = 1024;  // bytes

// All sums of Q queries with P panels stay in registers; a step's four numbers of a query go to all lanes.
template <std::size_t Q, std::size_t P>
HEARKEN_VNNI void dot(const std::uint8_t* codes, std::size_t steps, const QueryGroup& group, std::int32_t* sums) {
  __m512i sum[Q][P];
#pragma GCC unroll 16
  for (std::size_t q = 0; q < Q; ++q)
#pragma GCC unroll 16
    for (std::size_t p = 0; p < P; ++p) sum[q][p] = _mm512_set1_epi32(group.starts[q]);
  const std::int8_t* query = group.values;
  const std::size_t panel = steps * 64;
  for (std::size_t s = 0; s < steps; ++s, codes += 64, query += 4 * Q) {
    __m512i code[P];
#pragma GCC unroll 16
    for (std::size_t p = 0; p < P; ++p) {
      code[p] = _mm512_load_si512(codes + p * panel);
      // Few queries wait for memory; asking ahead gained 8 % where reading alone is the limit.
      if constexpr (P == 4) _mm_prefetch(reinterpret_cast<const char*>(codes + p * panel + kAhead), _MM_HINT_T0);
    }
#pragma GCC unroll 16
    for (std::size_t q = 0; q < Q; ++q) {
      std::int32_t four = 0;
      std::memcpy(&four, query + 4 * q, 4);
      const __m512i all = _mm512_set1_epi32(four);
#pragma GCC unroll 16
      for (std::size_t p = 0; p < P; ++p) sum[q][p] = _mm512_dpbusd_epi32(sum[q][p], code[p], all);
    }
  }
#pragma GCC unroll 16
  for (std::size_t q = 0; q < Q; ++q)
#pragma GCC unroll 16
    for (std::size_t p = 0; p < P; ++p) _mm512_store_si512(sums + (q * P + p) * kPanelRows, sum[q][p]);
}

}  // namespace

bool has_vnni() {
  static const bool has = isa_cap() >= Isa::avx512_vnni && __builtin_cpu_supports("avx512f") &&
                          __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
                          __builtin_cpu_supports("avx512vnni");
  return has;
}

void dot_panels_vnni(const std::uint8_t* codes, std::size_t panels, std::size_t steps, const QueryGroup& group,
                     std::int32_t* sums) {
  const bool four = panels == 4;
  switch (group.queries) {
    case 2: return four ? dot<2, 4>(codes, steps, group, sums) : dot<2, 2>(codes, steps, group, sums);
    case 4: return four ? dot<4, 4>(codes, steps, group, sums) : dot<4, 2>(codes, steps, group, sums);
    case 8: return dot<8, 2>(codes, steps, group, sums);
    default: return dot<12, 2>(codes, steps, group, sums);
  }
}

}  // namespace hearken::search

#else

namespace hearken::search {

bool has_vnni() { return false; }
void dot_panels_vnni(const std::uint8_t* codes, std::size_t panels, std::size_t steps, const QueryGroup& group,
                     std::int32_t* sums) {
  dot_panels_portable(codes, panels, steps, group, sums);
}

}  // namespace hearken::search

#endif

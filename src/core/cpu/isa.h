// The instruction sets this process may use: what the CPU has, or less where HEARKEN_ISA says so.
#pragma once

namespace hearken {

/// From the least to the most; a CPU of another family than x86 has `baseline` and `native` only.
enum class Isa {
  baseline,     // what every CPU of the family has: SSE2, NEON
  avx2,         // AVX2 and FMA
  avx512,       // AVX-512 F, BW, CD, DQ, VL
  avx512_vnni,  // and products of int8
  avx512_bf16,  // and of bfloat16
  native,       // all there is
};

/// The cap: HEARKEN_ISA, one of the names above; `native` when it is not set. The first call reads the environment and
/// keeps Highway's kernels within the cap; later calls cost nothing. Whoever makes an object that runs vector code
/// (a front end, packed weights) calls it first. Throws Error(invalid_argument) for a name that is none.
Isa isa_cap();

}  // namespace hearken

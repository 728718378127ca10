// IEEE 754 half precision, the element type of stored vectors: conversion by bits, round to nearest even.
#pragma once

#include <bit>
#include <cstdint>

namespace hearken::library {

/// Beyond 65504 (after rounding) gives an infinity; a NaN stays a NaN.
inline std::uint16_t half_from_float(float value) noexcept {
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t sign = (bits >> 16) & 0x8000U, x = bits & 0x7FFFFFFFU;
  std::uint32_t kept, dropped, tie;
  if (x > 0x7F800000U) return static_cast<std::uint16_t>(sign | 0x7E00U);
  if (x >= 0x477FF000U) return static_cast<std::uint16_t>(sign | 0x7C00U);
  if (x >= 0x38800000U) {  // 2^-14 and up: a normal half; the exponents' biases differ by 112
    kept = (x - 0x38000000U) >> 13;
    dropped = x & 0x1FFFU;
    tie = 0x1000U;
  } else if (x > 0x33000000U) {  // above 2^-25: a multiple of 2^-24
    const std::uint32_t shift = 126U - (x >> 23), mantissa = (x & 0x7FFFFFU) | 0x800000U;
    kept = mantissa >> shift;
    dropped = mantissa & ((1U << shift) - 1U);
    tie = 1U << (shift - 1U);
  } else {
    return static_cast<std::uint16_t>(sign);
  }
  if (dropped > tie || (dropped == tie && (kept & 1U) != 0)) ++kept;  // a carry runs into the exponent as it should
  return static_cast<std::uint16_t>(sign | kept);
}

/// Exact.
inline float float_from_half(std::uint16_t half) noexcept {
  const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000U) << 16;
  const std::uint32_t exponent = (half >> 10) & 0x1FU, mantissa = half & 0x3FFU;
  if (exponent == 0) {
    const float magnitude = static_cast<float>(mantissa) * 0x1p-24F;
    return std::bit_cast<float>(std::bit_cast<std::uint32_t>(magnitude) | sign);
  }
  const std::uint32_t wide = exponent == 31 ? 255U : exponent + 112U;
  return std::bit_cast<float>(sign | (wide << 23) | (mantissa << 13));
}

}  // namespace hearken::library

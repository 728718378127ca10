// Base64 (RFC 4648, 4) and float32 in little-endian order.
#include "server/vectors.h"

#include <fmt/format.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "hearken/error.h"
#include "search/arithmetic.h"

namespace hearken::server {
namespace {

static_assert(std::endian::native == std::endian::little);
constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

const std::array<int, 256>& values() {
  static const std::array<int, 256> table = [] {
    std::array<int, 256> out{};
    out.fill(-1);
    for (std::size_t i = 0; i < kDigits.size(); ++i) out[static_cast<unsigned char>(kDigits[i])] = static_cast<int>(i);
    return out;
  }();
  return table;
}

Error wrong(const std::string& name, const std::string& reason) {
  return Error(ErrorCode::invalid_argument, name + ": " + reason);
}

}  // namespace

std::string to_base64(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j)
      group = group << 8 | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    for (std::size_t j = 0; j < 4; ++j) out += i + j <= bytes.size() ? kDigits[group >> (18 - 6 * j) & 63] : '=';
  }
  return out;
}

std::optional<std::string> from_base64(std::string_view text) {
  while (text.ends_with('=')) text.remove_suffix(1);
  if (text.size() % 4 == 1) return std::nullopt;
  std::string out;
  out.reserve(text.size() / 4 * 3 + 2);
  std::uint32_t group = 0;
  int bits = 0;
  for (const char c : text) {
    const int value = values()[static_cast<unsigned char>(c)];
    if (value < 0) return std::nullopt;
    group = group << 6 | static_cast<std::uint32_t>(value);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out += static_cast<char>(group >> bits & 0xFF);
    }
  }
  return out;
}

json vector_json(std::span<const float> vector, bool base64) {
  if (base64) return to_base64({reinterpret_cast<const char*>(vector.data()), vector.size_bytes()});
  json out = json::array();
  for (const float x : vector) out.push_back(x);
  return out;
}

std::vector<float> vector_from(const json& value, std::size_t dimension, const std::string& name) {
  std::vector<float> out;
  if (value.is_string()) {
    const auto bytes = from_base64(value.get_ref<const std::string&>());
    if (!bytes) throw wrong(name, "is no base64");
    if (bytes->size() != dimension * sizeof(float))
      throw wrong(name, fmt::format("has {} bytes, {} numbers of 4 were expected", bytes->size(), dimension));
    out.resize(dimension);
    std::memcpy(out.data(), bytes->data(), bytes->size());
  } else {
    if (!value.is_array()) throw wrong(name, "a list of numbers or base64 was expected");
    if (value.size() != dimension)
      throw wrong(name, fmt::format("has {} numbers, {} were expected", value.size(), dimension));
    for (const json& x : value) {
      if (!x.is_number()) throw wrong(name, "a list of numbers was expected");
      out.push_back(x.get<float>());
    }
  }
  double square = 0;
  for (const float x : out) square += static_cast<double>(x) * static_cast<double>(x);
  if (!std::isfinite(square) || square <= 0) throw wrong(name, "has no direction: all zeros, or not finite");
  search::scale_to_unit(out, dimension);
  return out;
}

}  // namespace hearken::server

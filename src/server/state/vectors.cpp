// Float32 in little-endian order.
#include "server/state/vectors.h"

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <cstring>

#include "core/numerics/vectors.h"
#include "core/text.h"
#include "hearken/error.h"

namespace hearken::server {
namespace {

static_assert(std::endian::native == std::endian::little);

Error bad_vector(const std::string& name, const std::string& reason) {
  return Error(ErrorCode::invalid_argument, name + ": " + reason);
}

}  // namespace

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
    if (!bytes) throw bad_vector(name, "is no base64");
    if (bytes->size() != dimension * sizeof(float))
      throw bad_vector(name, fmt::format("has {} bytes, {} numbers of 4 were expected", bytes->size(), dimension));
    out.resize(dimension);
    std::memcpy(out.data(), bytes->data(), bytes->size());
  } else {
    if (!value.is_array()) throw bad_vector(name, "a list of numbers or base64 was expected");
    if (value.size() != dimension)
      throw bad_vector(name, fmt::format("has {} numbers, {} were expected", value.size(), dimension));
    for (const json& x : value) {
      if (!x.is_number()) throw bad_vector(name, "a list of numbers was expected");
      out.push_back(x.get<float>());
    }
  }
  double square = 0;
  for (const float x : out) square += static_cast<double>(x) * static_cast<double>(x);
  if (!std::isfinite(square) || square <= 0) throw bad_vector(name, "has no direction: all zeros, or not finite");
  numerics::scale_to_unit(out, dimension);
  return out;
}

}  // namespace hearken::server

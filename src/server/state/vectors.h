// Vectors in JSON: lists of numbers, or float32 in base64.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "server/http/json.h"

namespace hearken::server {

json vector_json(std::span<const float> vector, bool base64);

/// Scaled to length 1. Throws Error(invalid_argument) beginning with `name` for another number of elements, numbers
/// that are not finite, and zeros.
std::vector<float> vector_from(const json& value, std::size_t dimension, const std::string& name);

}  // namespace hearken::server

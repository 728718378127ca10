// What read_labels() makes of a file's bytes.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string_view>

#include "hearken/labels.h"

namespace hearken::data {

inline constexpr std::size_t kMostWordings = 10'000;  // of a set; likewise labels
inline constexpr std::size_t kDeepest = 32;           // labels under each other

/// `path` is what errors name.
LabelSet parse_labels(std::string_view bytes, const std::filesystem::path& path);

/// What a name says when nobody words it: underscores read as spaces.
std::string wording_of(std::string_view name);

}  // namespace hearken::data

// Texts and wordings as a person writes them into a file: the readers behind read_texts() and read_synonyms().
#pragma once

#include <cstddef>
#include <filesystem>
#include <string_view>
#include <vector>

#include "hearken/score.h"

namespace hearken::search {

inline constexpr std::size_t kMostTexts = 10'000;  // of a file, wordings counted each

/// What read_texts() makes of a file's bytes; `path` is what errors name.
std::vector<Question> parse_texts(std::string_view bytes, const std::filesystem::path& path);

/// What read_synonyms() makes of them.
std::vector<Question> parse_synonyms(std::string_view bytes, const std::filesystem::path& path);

}  // namespace hearken::search

// A tokenizer.json as JSON, with its vocabulary kept apart.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace hearken::text {

/// A vocabulary has tens of thousands of entries: as a JSON tree it takes ten times as long to read as the rest of a
/// first search. So `root` has everything but model.vocab, whose entries stand in `vocabulary`, in the file's order.
struct TokenizerJson {
  nlohmann::json root;
  bool has_vocabulary = false;
  std::vector<std::pair<std::string, std::int64_t>> vocabulary;  // piece, id

  /// Throws Error: not_found, permission_denied, io, corrupt (not JSON, too large, a vocabulary entry without a
  /// number).
  static TokenizerJson read(const std::filesystem::path& path);
};

}  // namespace hearken::text

// A tokenizer's files as JSON, with vocabulary and merges kept apart.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hearken::text {

/// A vocabulary has tens of thousands of entries: as a JSON tree it takes ten times as long to read as the rest of a
/// first search. So `root` has everything but model.vocab and model.merges, which stand beside it in the file's order.
struct TokenizerJson {
  nlohmann::json root;
  bool has_vocabulary = false, has_merges = false;
  std::vector<std::pair<std::string, std::int64_t>> vocabulary;  // piece, id
  std::vector<std::string> merges;                               // "left right", however the file writes a pair

  /// What the bytes of a tokenizer.json say; `name` is for messages.
  /// Throws Error: corrupt (not JSON, too large, nested too deep, an entry of vocabulary or merges of another kind).
  static TokenizerJson parse(std::string_view bytes, const std::filesystem::path& name);

  /// The same of a vocab.json, which is a vocabulary and nothing else.
  static TokenizerJson parse_vocabulary(std::string_view bytes, const std::filesystem::path& name);
};

}  // namespace hearken::text

// The files of a byte-level BPE tokenizer, in either of the forms that are published.
#pragma once

#include <filesystem>
#include <optional>

#include "text/tokenizer/byte_bpe.h"

namespace hearken::model {

/// A tokenizer.json, or the older vocab.json with merges.txt.
struct TokenizerFiles {
  std::filesystem::path vocabulary;
  std::optional<std::filesystem::path> merges;

  text::ByteBpe load() const;
};

/// Those in a directory; nothing when it has neither form.
std::optional<TokenizerFiles> tokenizer_in(const std::filesystem::path& directory);

}  // namespace hearken::model

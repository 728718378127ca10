// BERT's WordPiece tokenizer (uncased or cased), from a Hugging Face tokenizer.json.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

namespace hearken::text {

/// Thread rules: const after construction; any number of threads.
class WordPiece {
 public:
  /// Reads a tokenizer.json with model WordPiece, normalizer BertNormalizer, pre-tokenizer BertPreTokenizer and a
  /// post-processor that puts one token before and one after. Its truncation and padding are not read.
  /// Throws Error: not_found, io, corrupt (names file and key), unsupported (another kind of tokenizer).
  static WordPiece load(const std::filesystem::path& tokenizer_json);

  /// The same from the file's bytes; `name` is for messages.
  static WordPiece parse(std::string_view tokenizer_json, const std::filesystem::path& name);

  ~WordPiece();
  WordPiece(WordPiece&&) noexcept;

  /// [CLS] pieces… [SEP], at most max_tokens (>= 2) of them; what is beyond is cut off. A special token that is written
  /// out in the text, such as "[MASK]", is that token. Ill-formed UTF-8 is read as U+FFFD. Time is linear in the text
  /// and ends with the last token that is kept; memory does not grow with the text.
  /// Source: Devlin et al. 2018; transformers, BertTokenizerFast (the `tokenizers` crate).
  /// Throws Error: invalid_argument (max_tokens below 2).
  std::vector<std::int32_t> encode(std::string_view utf8, std::size_t max_tokens) const;

  /// Every id that encode() returns is at least 0 and below this: rows that an embedding table must have.
  std::size_t id_limit() const noexcept;

 private:
  struct Impl;
  explicit WordPiece(std::unique_ptr<const Impl> impl);
  std::unique_ptr<const Impl> impl_;
};

}  // namespace hearken::text

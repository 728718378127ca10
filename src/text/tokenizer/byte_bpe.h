// The byte-level BPE tokenizer of GPT-2 and RoBERTa, from a Hugging Face tokenizer.json or from vocab.json and
// merges.txt.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

namespace hearken::text {

/// Thread rules: const after construction; any number of threads.
class ByteBpe {
 public:
  /// Reads a tokenizer.json with model BPE, no normalizer, pre-tokenizer ByteLevel and a post-processor that puts one
  /// token before and one after. Its truncation and padding are not read.
  /// Throws Error: not_found, permission_denied, io, corrupt (names file and key), unsupported (another kind of
  /// tokenizer).
  static ByteBpe load(const std::filesystem::path& tokenizer_json);

  /// Reads what RoBERTa was published as: a vocabulary that has its tokens <s> <pad> </s> <unk> <mask>, and merges line
  /// by line. Throws as above; names the line of the merge.
  static ByteBpe load(const std::filesystem::path& vocab_json, const std::filesystem::path& merges_txt);

  /// The same from the bytes of the files; the names are for messages.
  static ByteBpe parse(std::string_view tokenizer_json, const std::filesystem::path& name);
  static ByteBpe parse(std::string_view vocab_json, const std::filesystem::path& vocab_name,
                       std::string_view merges_txt, const std::filesystem::path& merges_name);

  ~ByteBpe();
  ByteBpe(ByteBpe&&) noexcept;

  /// <s> pieces… </s>, at most max_tokens (>= 2) of them; what is beyond is cut off. A special token that is written
  /// out in the text, such as "<mask>", is that token; <mask> takes the white space before it along. Ill-formed UTF-8
  /// is read as U+FFFD. Time is linear in the text (a word's: its length times the logarithm) and ends with the last
  /// token that is kept. Memory grows with max_tokens, not with the text, if the merges are in training's order.
  /// Source: Radford et al. 2019, Liu et al. 2019; transformers, RobertaTokenizerFast (the `tokenizers` crate).
  /// Throws Error: invalid_argument (max_tokens below 2).
  std::vector<std::int32_t> encode(std::string_view utf8, std::size_t max_tokens) const;

  /// Every id that encode() returns is at least 0 and below this: rows that an embedding table must have.
  std::size_t id_limit() const noexcept;

 private:
  struct Impl;
  explicit ByteBpe(std::unique_ptr<const Impl> impl);
  std::unique_ptr<const Impl> impl_;
};

}  // namespace hearken::text

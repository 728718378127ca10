// The words of GPT-2's and RoBERTa's tokenizers: the text cut by added tokens, then by a fixed regular expression.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "text/tokenizer/tokenizer_parts.h"

namespace hearken::text {

/// Words come one at a time, so a reader that has enough can stop; none is copied. For one thread; `text` and `added`
/// outlive it.
/// Source: the `tokenizers` crate, AddedVocabulary and ByteLevel, whose expression is
/// 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
class ByteWords {
 public:
  ByteWords(std::string_view text, const AddedTokens& added, bool add_prefix_space)
      : text_(text), added_(added), add_prefix_space_(add_prefix_space) {}

  struct Word {
    const AddedTokens::Token* token = nullptr;  // if set, all there is
    bool space = false;                         // a space that the text does not have stands before the bytes
    std::string_view bytes;                     // as in the text: what is ill-formed is to be read as U+FFFD
  };

  /// The next word, or none at the end of the text. A word of more than `max_bytes` may be cut after as many or more.
  std::optional<Word> next(std::size_t max_bytes);

 private:
  enum class Kind { letter, number, space, other };

  static Kind kind_of(std::uint32_t code_point);
  bool ends(std::size_t at) const;
  std::size_t contraction() const;
  std::size_t run(std::size_t at, Kind kind, std::size_t max_bytes) const;
  Word take(std::size_t length);

  std::string_view text_;  // what is left
  const AddedTokens& added_;
  const bool add_prefix_space_;
  bool begin_ = true;  // of the text or after an added token, which is the same here
};

}  // namespace hearken::text

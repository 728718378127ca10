// The regular expression by hand, alternative after alternative.
#include "text/tokenizer/byte_words.h"

#include <utility>

#include "core/text.h"
#include "text/tokenizer/code_points.h"

namespace hearken::text {

ByteWords::Kind ByteWords::kind_of(std::uint32_t c) {
  if ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') return Kind::letter;
  if (c >= '0' && c <= '9') return Kind::number;
  if (is_white_space(c)) return Kind::space;
  if (c < 0x80) return Kind::other;
  if (contains(letters(), c)) return Kind::letter;
  return contains(numbers(), c) ? Kind::number : Kind::other;
}

bool ByteWords::ends(std::size_t at) const { return at >= text_.size() || added_.at(text_.substr(at)) != nullptr; }

std::size_t ByteWords::contraction() const {
  if (text_.front() != '\'') return 0;
  for (const std::string_view c : {"'s", "'t", "'re", "'ve", "'m", "'ll", "'d"}) {
    if (text_.starts_with(c)) return ends(1) || (c.size() > 2 && ends(2)) ? 0 : c.size();
  }
  return 0;
}

// Where the run of one kind ends that goes on at `at`.
std::size_t ByteWords::run(std::size_t at, Kind kind, std::size_t max_bytes) const {
  while (at < max_bytes && !ends(at)) {
    const CodePoint next = first_code_point(text_.substr(at));
    if (kind_of(next.value) != kind) break;
    at += next.length;
  }
  return at;
}

ByteWords::Word ByteWords::take(std::size_t length) {
  Word word;
  word.bytes = text_.substr(0, length);
  text_.remove_prefix(length);
  return word;
}

std::optional<ByteWords::Word> ByteWords::next(std::size_t max_bytes) {
  while (!text_.empty()) {
    if (const AddedTokens::Token* token = added_.at(text_)) {
      text_.remove_prefix(token->text.size());
      if (token->rstrip) text_.remove_prefix(run(0, Kind::space, text_.size()));
      begin_ = true;
      Word word;
      word.token = token;
      return word;
    }
    const bool prefix = std::exchange(begin_, false) && add_prefix_space_ && text_.front() != ' ';
    const auto taken = [&](std::size_t length) {
      Word word = take(length);
      word.space = prefix;
      return word;
    };
    if (const std::size_t length = prefix ? 0 : contraction()) return taken(length);

    const std::size_t lead = text_.front() == ' ' ? 1 : 0;
    const Kind kind = ends(lead) ? Kind::space : kind_of(first_code_point(text_.substr(lead)).value);
    if (kind != Kind::space) return taken(run(lead, kind, max_bytes));

    // White space before a word leaves its last character to it, or to itself where that is no space.
    std::size_t end = 0, last = 0;
    while (!ends(end)) {
      const CodePoint space = first_code_point(text_.substr(end));
      if (!is_white_space(space.value)) break;
      last = end;
      end += space.length;
    }
    const AddedTokens::Token* token = added_.at(text_.substr(end));
    if (token != nullptr && token->lstrip) {
      text_.remove_prefix(end);
      continue;
    }
    const bool before_word = end < text_.size() && token == nullptr;
    return taken(before_word && (last > 0 || prefix) ? last : end);
  }
  return std::nullopt;
}

}  // namespace hearken::text

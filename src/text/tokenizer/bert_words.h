// BERT's normaliser and pre-tokenizer as a stream: code points in, words out.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace hearken::text {

struct BertNormalizer {
  bool clean_text = true;            // drop control characters, make every white space a plain one
  bool handle_chinese_chars = true;  // every ideograph is a word
  bool strip_accents = true;         // canonical decomposition, then without nonspacing marks
  bool lowercase = true;
};

/// Words fall out as soon as they are complete, so a reader that has enough can stop, and memory stays the same however
/// long the text is: of a word, at most `max_characters` + 1 are kept (whoever limits words needs no more to see it).
/// Source: the `tokenizers` crate, BertNormalizer and BertPreTokenizer. For one thread.
class BertWords {
 public:
  BertWords(const BertNormalizer& normalizer, std::size_t max_characters)
      : normalizer_(normalizer), max_characters_(max_characters) {}

  struct Word {
    std::string utf8;
    std::size_t characters = 0;  // max_characters + 1: there may be more than `utf8` holds
  };

  /// Feeds one code point and calls `emit(const Word&)` for each word that it completes.
  template <class Emit>
  void push(std::uint32_t code_point, Emit&& emit) {
    normalize(code_point);
    drain(emit);
  }

  /// The text ends here; what follows is another text.
  template <class Emit>
  void finish(Emit&& emit) {
    flush_run();
    drain(emit);
    if (word_.characters > 0) emit(std::as_const(word_));
    word_ = {};
  }

 private:
  struct Mark {
    std::uint32_t code_point;
    int combining_class;
  };

  void normalize(std::uint32_t code_point);
  void decompose(std::uint32_t code_point);
  void flush_run();
  void lower(std::uint32_t code_point);
  void append(std::uint32_t code_point);
  static bool is_space(std::uint32_t code_point);
  static bool is_punctuation(std::uint32_t code_point);

  template <class Emit>
  void drain(Emit&& emit) {
    for (const std::uint32_t c : ready_) {
      const bool space = is_space(c), alone = !space && is_punctuation(c);
      if ((space || alone) && word_.characters > 0) {
        emit(std::as_const(word_));
        word_.utf8.clear();
        word_.characters = 0;
      }
      if (space) continue;
      append(c);
      if (alone) {
        emit(std::as_const(word_));
        word_.utf8.clear();
        word_.characters = 0;
      }
    }
    ready_.clear();
  }

  const BertNormalizer normalizer_;
  const std::size_t max_characters_;
  std::vector<Mark> run_;             // combining characters that wait to be put in canonical order
  std::vector<std::uint32_t> ready_;  // normalised, not yet in a word
  Word word_;
};

}  // namespace hearken::text

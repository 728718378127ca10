// The normaliser's steps in the reference's order: clean, set ideographs apart, decompose and strip, lower-case.
#include "text/tokenizer/bert_words.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>

#include "core/text.h"
#include "text/tokenizer/code_points.h"

namespace hearken::text {
namespace {

// The reference's ideographs, its gap at U+2B820 (0x2B920 for 0x2B820) included.
constexpr CodePointRange kIdeographs[] = {
    {0x3400, 0x4DBF},   {0x4E00, 0x9FFF},   {0xF900, 0xFAFF},   {0x20000, 0x2A6DF},
    {0x2A700, 0x2B81F}, {0x2B920, 0x2CEAF}, {0x2F800, 0x2FA1F},
};

}  // namespace

// What BERT's own is_whitespace adds (tab, line feed, carriage return) is white space already.
bool BertWords::is_space(std::uint32_t code_point) { return is_white_space(code_point); }
bool BertWords::is_punctuation(std::uint32_t code_point) { return contains(punctuation(), code_point); }

void BertWords::normalize(std::uint32_t code_point) {
  if (normalizer_.clean_text) {
    if (contains(dropped(), code_point)) return;
    if (is_space(code_point)) code_point = ' ';
  }
  const bool apart = normalizer_.handle_chinese_chars && contains(kIdeographs, code_point);
  if (apart) decompose(' ');
  decompose(code_point);
  if (apart) decompose(' ');
}

// Marks between two starters are ordered by combining class (Unicode 15, D109). A stripped mark need not be kept for
// that, except that one of class 0 is a starter and ends the run.
void BertWords::decompose(std::uint32_t code_point) {
  if (!normalizer_.strip_accents || code_point < 0x80) {
    flush_run();
    lower(code_point);
    return;
  }
  std::array<utf8proc_int32_t, 8> parts{};  // canonical decompositions have at most 4
  const auto count = utf8proc_decompose_char(static_cast<utf8proc_int32_t>(code_point), parts.data(),
                                             static_cast<utf8proc_ssize_t>(parts.size()), UTF8PROC_DECOMPOSE, nullptr);
  if (count <= 0 || count > static_cast<utf8proc_ssize_t>(parts.size())) {
    parts[0] = static_cast<utf8proc_int32_t>(code_point);
  }
  for (std::size_t i = 0; i < static_cast<std::size_t>(std::clamp<utf8proc_ssize_t>(count, 1, 8)); ++i) {
    const auto part = static_cast<std::uint32_t>(parts[i]);
    const int combining_class = utf8proc_get_property(parts[i])->combining_class;
    if (combining_class == 0) flush_run();
    if (contains(nonspacing_marks(), part)) continue;
    if (combining_class == 0) {
      lower(part);
    } else if (run_.size() <= max_characters_) {  // a longer run is a longer word than anybody reads
      run_.push_back({part, combining_class});
    }
  }
}

void BertWords::flush_run() {
  std::stable_sort(run_.begin(), run_.end(),
                   [](const Mark& a, const Mark& b) { return a.combining_class < b.combining_class; });
  for (const Mark& mark : run_) lower(mark.code_point);
  run_.clear();
}

void BertWords::lower(std::uint32_t code_point) {
  if (normalizer_.lowercase && code_point == 0x130) {  // the one letter whose lower case is two: i and a dot above
    ready_.insert(ready_.end(), {0x69, 0x307});
  } else if (normalizer_.lowercase) {
    ready_.push_back(static_cast<std::uint32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(code_point))));
  } else {
    ready_.push_back(code_point);
  }
}

void BertWords::append(std::uint32_t code_point) {
  if (word_.characters > max_characters_) return;
  ++word_.characters;
  std::array<utf8proc_uint8_t, 4> bytes{};
  const auto length = utf8proc_encode_char(static_cast<utf8proc_int32_t>(code_point), bytes.data());
  word_.utf8.append(bytes.begin(), bytes.begin() + length);
}

}  // namespace hearken::text

// The carrier, word by word.
#include "text/carrier.h"

#include <algorithm>
#include <initializer_list>

#include "core/text.h"

namespace hearken::text {
namespace {

// Takes one of these words, and the space behind it, off the beginning.
bool take(std::string_view& text, std::initializer_list<std::string_view> words) {
  return std::ranges::any_of(words, [&](std::string_view word) {
    if (text.size() <= word.size() || text[word.size()] != ' ') return false;
    if (lower_ascii(text.substr(0, word.size())) != word) return false;
    text.remove_prefix(word.size() + 1);
    return true;
  });
}

}  // namespace

std::string_view without_carrier(std::string_view text) {
  std::string_view left = trimmed(text);
  if (left.empty()) return text;
  const std::string_view whole = left;
  take(left, {"this is"});
  take(left, {"a", "an", "the"});
  const bool named = take(left, {"sound", "sounds", "recording", "recordings", "noise", "noises", "audio", "audios",
                                 "clip", "clips", "sample", "samples"});
  take(left, {"clip"});
  if (named && take(left, {"of"}))
    take(left, {"a", "an", "the", "some"});
  else
    left = whole;
  while (left.ends_with('.')) left.remove_suffix(1);
  return left.empty() ? whole : left;
}

}  // namespace hearken::text

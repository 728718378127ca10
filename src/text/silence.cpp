// A small list: words that name silence, alone or in pairs, and words that may stand beside them.
#include "text/silence.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "core/text.h"

namespace hearken::text {
namespace {

// Small letters of the text, what is no letter being a space between words.
std::vector<std::string> lower_words(std::string_view text) {
  std::vector<std::string> words(1);
  for (const char c : text) {
    const char small = lower_ascii(c);
    if ((small >= 'a' && small <= 'z') || static_cast<unsigned char>(c) >= 0x80)
      words.back() += small;
    else if (!words.back().empty())
      words.emplace_back();
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

constexpr std::array<std::string_view, 6> kNames = {"silence",   "silent",    "silences",
                                                    "soundless", "noiseless", "nothing"};

constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kPairs = {{{"room", "tone"},
                                                                                  {"dead", "air"},
                                                                                  {"dead", "silent"},
                                                                                  {"no", "sound"},
                                                                                  {"no", "sounds"},
                                                                                  {"no", "audio"},
                                                                                  {"no", "noise"},
                                                                                  {"without", "sound"}}};

constexpr std::array<std::string_view, 44> kBeside = {
    "a",      "an",      "the",  "of",    "at",      "all",    "and",   "or",    "but",       "just",       "only",
    "is",     "to",      "be",   "heard", "hear",    "quiet",  "dead",  "pure",  "total",     "complete",   "absolute",
    "utter",  "deep",    "long", "short", "digital", "empty",  "blank", "muted", "moment",    "minute",     "minutes",
    "second", "seconds", "file", "files", "track",   "tracks", "clip",  "clips", "recording", "recordings", "audio"};

template <std::size_t n>
bool is_listed(std::string_view word, const std::array<std::string_view, n>& list) {
  return std::ranges::find(list, word) != list.end();
}

}  // namespace

bool asks_for_silence(std::string_view text) {
  const std::vector<std::string> words = lower_words(text);
  bool named = false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool pair = i + 1 < words.size() && std::ranges::any_of(kPairs, [&](const auto& one) {
                        return one.first == words[i] && one.second == words[i + 1];
                      });
    if (pair) {
      named = true;
      ++i;
    } else if (is_listed(words[i], kNames)) {
      named = true;
    } else if (!is_listed(words[i], kBeside)) {
      return false;
    }
  }
  return named;
}

}  // namespace hearken::text

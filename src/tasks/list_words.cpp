// "no drums" in a description: cut out, because a model that hears "no drums" thinks of drums.
#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hearken/playlist.h"

namespace hearken {
namespace {

struct Word {
  std::string_view text;   // without the punctuation behind it
  bool ends_part = false;  // a comma or semicolon follows
};

bool is_space(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }

std::vector<Word> words_of(std::string_view text) {
  std::vector<Word> words;
  for (std::size_t at = 0; at < text.size();) {
    if (is_space(text[at])) {
      ++at;
    } else if (text[at] == ',' || text[at] == ';') {
      if (!words.empty()) words.back().ends_part = true;
      ++at;
    } else {
      std::size_t end = at;
      while (end < text.size() && !is_space(text[end]) && text[end] != ',' && text[end] != ';') ++end;
      words.push_back({text.substr(at, end - at)});
      at = end;
    }
  }
  return words;
}

template <std::size_t n>
bool is_one_of(const Word& word, const std::array<std::string_view, n>& list) {
  return std::any_of(list.begin(), list.end(), [&](std::string_view other) {
    return std::equal(word.text.begin(), word.text.end(), other.begin(), other.end(),
                      [](unsigned char a, char b) { return std::tolower(a) == b; });
  });
}

constexpr std::array<std::string_view, 3> kNo = {"no", "not", "without"};
constexpr std::array<std::string_view, 3> kOr = {"or", "nor", "but"};
constexpr std::array<std::string_view, 2> kGoesOn = {"but", "and"};  // in front of what is wanted again
constexpr std::array<std::string_view, 1> kBut = {"but"};
constexpr std::array<std::string_view, 4> kJoins = {"and", "but", "with", "or"};
constexpr std::array<std::string_view, 4> kEmpty = {"any", "a", "an", "the"};  // in front of what is not wanted

}  // namespace

ListWords split_words(std::string_view text) {
  const std::vector<Word> words = words_of(text);
  ListWords out;
  if (std::none_of(words.begin(), words.end(), [](const Word& w) { return is_one_of(w, kNo); })) {
    out.wanted = text;  // as it was written
    return out;
  }
  std::string unwanted;
  bool wanting = true, comma = false, after_cut = false;
  const auto finish = [&] {
    if (!unwanted.empty()) out.without.push_back(unwanted);
    unwanted.clear();
  };
  for (std::size_t i = 0; i < words.size(); ++i) {
    const Word& word = words[i];
    // "and no", "but without": the joining word goes with what it joins.
    const bool joins =
        is_one_of(word, kJoins) && !word.ends_part && i + 1 < words.size() && is_one_of(words[i + 1], kNo);
    if (is_one_of(word, kNo) || joins) {
      finish();
      wanting = false;
    } else if (!wanting && is_one_of(word, kOr)) {
      finish();
      wanting = is_one_of(word, kBut);
    } else if (wanting) {
      if (std::exchange(after_cut, false) && is_one_of(word, kGoesOn)) continue;
      if (!out.wanted.empty()) out.wanted += comma ? ", " : " ";
      out.wanted += word.text;
    } else if (!unwanted.empty() || !is_one_of(word, kEmpty)) {
      if (!unwanted.empty()) unwanted += ' ';
      unwanted += word.text;
    }
    if (wanting) comma = word.ends_part;
    if (word.ends_part && !wanting) {
      finish();
      wanting = true;
      comma = after_cut = true;
    }
  }
  finish();
  return out;
}

}  // namespace hearken

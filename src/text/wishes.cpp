// WishWord by word, with what is wanted and what is not taking turns.
#include "text/wishes.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/ascii.h"
#include "core/text.h"

namespace hearken::text {
namespace {

constexpr std::string_view kMinus = "\xE2\x88\x92";  // U+2212

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
// Of any alphabet.
bool begins_word(char c) { return is_letter(c) || static_cast<unsigned char>(c) >= 0x80; }

struct WishWord {
  std::string_view text;       // without the comma or semicolon behind it, nor a minus in front or its quotes
  bool away = false;           // behind a minus
  bool ends_part = false;      // a comma or semicolon follows
  std::string_view mark = {};  // what ends a sentence, at the end of `text`
};

// How long the minus is that begins a word; 0 where there is none.
std::size_t minus_at(std::string_view text) {
  const std::size_t length = text.starts_with(kMinus) ? kMinus.size() : text.starts_with('-') ? 1 : 0;
  if (length == 0 || text.size() == length) return 0;
  const std::string_view behind = text.substr(length);
  if (behind.starts_with(kMinus) || !(begins_word(behind[0]) || (behind[0] == '"' && behind.find('"', 1) > 1)))
    return 0;
  return behind[0] == '"' && behind.find('"', 1) == std::string_view::npos ? 0 : length;
}

bool ends_word(char c) { return is_space(c) || c == ',' || c == ';'; }

// The word, or the words in quotes behind a minus, at the beginning of `text`; `length` is what they take.
WishWord word_at(std::string_view text, std::size_t& length) {
  const std::size_t minus = minus_at(text);
  if (minus > 0 && text[minus] == '"') {
    const std::size_t end = text.find('"', minus + 1);
    length = end + 1;
    return {text.substr(minus + 1, end - minus - 1), true};
  }
  length = static_cast<std::size_t>(std::find_if(text.begin(), text.end(), ends_word) - text.begin());
  WishWord word{text.substr(0, length)};
  if (minus > 0 && !word.text.ends_with('-')) {  // "rock -n- roll" has dashes, no minus
    word.text.remove_prefix(minus);
    word.away = true;
  }
  const std::size_t last = word.text.find_last_not_of(".!?");
  if (last != std::string_view::npos) word.mark = word.text.substr(last + 1);
  return word;
}

std::vector<WishWord> words_of(std::string_view text) {
  std::vector<WishWord> words;
  for (std::size_t at = 0; at < text.size();) {
    if (is_space(text[at])) {
      ++at;
    } else if (ends_word(text[at])) {
      if (!words.empty()) words.back().ends_part = true;
      ++at;
    } else {
      std::size_t length = 0;
      words.push_back(word_at(text.substr(at), length));
      at += length;
    }
  }
  return words;
}

std::string_view bare(const WishWord& word) { return word.text.substr(0, word.text.size() - word.mark.size()); }

bool is(std::string_view word, std::string_view small) {
  return std::ranges::equal(word, small, {}, [](char c) { return lower_ascii(c); });
}

template <std::size_t n>
bool is_one_of(const WishWord& word, const std::array<std::string_view, n>& list) {
  return !word.away && std::ranges::any_of(list, [&](std::string_view other) { return is(bare(word), other); });
}

constexpr std::array<std::string_view, 5> kNo = {"no", "not", "without", "w/o", "neither"};
constexpr std::array<std::string_view, 4> kNoNegation = {"wave", "input", "one", "man's"};  // behind "no"
constexpr std::array<std::string_view, 2> kOr = {"or", "nor"};
constexpr std::array<std::string_view, 2> kGoesOn = {"but", "and"};  // in front of what is wanted again
constexpr std::array<std::string_view, 1> kBut = {"but"};
constexpr std::array<std::string_view, 4> kWantsAgain = {"for", "from", "with", "while"};  // in the same part
constexpr std::array<std::string_view, 4> kJoins = {"and", "but", "with", "or"};
constexpr std::array<std::string_view, 7> kEmpty = {"any", "a", "an", "the", "more", "much", "many"};

// Whether the word says that what follows is not wanted.
bool negates(const std::vector<WishWord>& words, std::size_t at) {
  const WishWord& word = words[at];
  if (!is_one_of(word, kNo)) return false;
  const bool is_no = is(bare(word), "no");
  if (is_no && word.mark == ".") return false;  // "No. 5"
  if (at + 1 >= words.size() || word.ends_part) return true;
  const WishWord& next = words[at + 1];
  if (is_no && (is_digit(next.text[0]) || is_one_of(next, kNoNegation))) return false;
  return !(is(bare(word), "not") && is(bare(next), "only"));
}

class Splitter {
 public:
  explicit Splitter(std::string_view text) : words_(words_of(text)) {}

  bool finds_any() const {
    for (std::size_t i = 0; i < words_.size(); ++i)
      if (words_[i].away || negates(words_, i)) return true;
    return false;
  }

  Wishes split() {
    for (std::size_t i = 0; i < words_.size(); ++i) take(i);
    finish();
    return std::move(out_);
  }

 private:
  void take(std::size_t at) {
    const WishWord& word = words_[at];
    if (word.away) {
      finish();
      wanting_ = true;
      out_.without.emplace_back(bare(word));
      cut_at(word);
    } else if (negates(words_, at) || joins(at)) {
      finish();
      wanting_ = word.ends_part;  // "no, calm piano": nothing is meant by it
    } else if (wanting_) {
      add_wanted(word);
    } else {
      add_unwanted(word);
    }
  }

  // "and no", "but without": the joining word goes with what it joins.
  bool joins(std::size_t at) const {
    return is_one_of(words_[at], kJoins) && !words_[at].ends_part && at + 1 < words_.size() && negates(words_, at + 1);
  }

  void add_wanted(const WishWord& word) {
    if (std::exchange(after_cut_, false) && is_one_of(word, kGoesOn)) return;
    if (!out_.wanted.empty()) out_.wanted += comma_ ? ", " : " ";
    out_.wanted += word.text;
    comma_ = word.ends_part;
    part_wants_ = !ends_part(word);
  }

  void add_unwanted(const WishWord& word) {
    const bool but = is_one_of(word, kBut);
    if (but || is_one_of(word, kOr)) {
      finish();
      wanting_ = but;
    } else if (part_wants_ && !unwanted_.empty() && is_one_of(word, kWantsAgain)) {
      finish();
      wanting_ = true;
      return add_wanted(word);
    } else if (!unwanted_.empty() || !is_one_of(word, kEmpty)) {
      unwanted_ += (unwanted_.empty() ? "" : " ") + std::string(bare(word));
    }
    if (!ends_part(word)) return;
    finish();
    wanting_ = true;
    cut_at(word);
  }

  static bool ends_part(const WishWord& word) { return word.ends_part || !word.mark.empty(); }

  // What was cut out ends with this word.
  void cut_at(const WishWord& word) {
    after_cut_ = ends_part(word);
    comma_ = comma_ || after_cut_;
    part_wants_ = part_wants_ && !after_cut_;
  }

  void finish() {
    if (!unwanted_.empty()) out_.without.push_back(std::exchange(unwanted_, {}));
  }

  const std::vector<WishWord> words_;
  Wishes out_;
  std::string unwanted_;
  bool wanting_ = true;
  bool comma_ = false;       // in front of the next wanted word
  bool after_cut_ = false;   // the part before was not wanted
  bool part_wants_ = false;  // something is wanted in this part, too
};

}  // namespace

Wishes wishes_of(std::string_view text) {
  Splitter splitter(text);
  if (!splitter.finds_any()) return {std::string(text), {}};
  Wishes out = splitter.split();
  if (out.wanted.empty() && out.without.empty()) out.wanted = text;  // a lone "no"
  return out;
}

std::vector<std::string> unwanted_in(std::string_view text) {
  Wishes wishes = wishes_of(text);
  const bool anything = std::ranges::any_of(wishes.wanted, [](char c) { return !is_space(c); });
  if (anything || wishes.without.empty()) wishes.without.insert(wishes.without.begin(), std::move(wishes.wanted));
  return std::move(wishes.without);
}

}  // namespace hearken::text

// The words themselves are in caption_words.txt. What is asked is what music and noises are usually called: see
// docs/CAPTION.md.
#include "tasks/labels/caption_words.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "core/carried.h"

namespace hearken::tasks {
namespace {

std::vector<Word> read_words() {
  std::vector<Word> out;
  for (const auto& row : carried_rows("src/tasks/labels/caption_words.txt")) {
    const auto part = std::ranges::find(kPartNames, row.at(0)) - std::begin(kPartNames);
    out.push_back({static_cast<Part>(part), row.at(1), row.at(2), row.at(3)});
  }
  return out;
}

}  // namespace

std::span<const Word> caption_words() {
  static const std::vector<Word> words = read_words();
  return words;
}

}  // namespace hearken::tasks

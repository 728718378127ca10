// What a text wants, and what it does not: "calm piano, no drums" is calm piano, and away from drums.
//
// A model that hears "no drums" thinks of drums, so what is not wanted is cut out of the text and turned away from. It
// stands
//
//   behind "no", "not", "without", "w/o" or "neither", also after "and", "but", "or" or "with" ("but no vocals"), up to
//   the next comma, semicolon or end of a sentence, "but", "or", "nor" or another "no"; and, where what is wanted
//   stands in front ("jazz without drums for studying"), up to "for", "from", "with" or "while", with which that goes
//   on behind a minus that begins a word: -drums, −drums, -"brushed drums"
//
// Left alone are "no-input mixer" and "no-wave" (one word), "no wave", "no input", "no one", "no man's land", "not
// only", numbers ("Nocturne No. 2", "op. 9 no 2", "-6 dB"), and a lone or double dash.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hearken::text {

struct Wishes {
  std::string wanted;                // as it was written where nothing was cut out; empty where nothing else is there
  std::vector<std::string> without;  // in the order of the text
};

Wishes wishes_of(std::string_view text);

/// What is meant by a text that says what is not wanted: itself; without its "no" where it has one.
std::vector<std::string> unwanted_in(std::string_view text);

}  // namespace hearken::text

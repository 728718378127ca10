// The words captions are made of: what of a sound can be said, and how each model is asked about it.
#pragma once

#include <span>
#include <string_view>

namespace hearken::tasks {

enum class Part { genre, mood, instrument, voice, event };
inline constexpr std::string_view kPartNames[] = {"genre", "mood", "instrument", "voice", "event"};

struct Word {
  Part part;
  std::string_view family;  // of words that would say nearly the same: a caption takes one of a family
  std::string_view text;    // as it stands in the caption: "rock", "calm", "piano", "a man singing", "a dog barks"
  std::string_view asked;   // what a model is asked
};

std::span<const Word> caption_words();

}  // namespace hearken::tasks

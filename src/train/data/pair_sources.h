// The places that read_training_clips() reads, one function each.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "train/data/pairs.h"

namespace hearken::train {

inline constexpr std::size_t kLongestCaption = 4096;  // bytes; tokenizers read less

/// Valid UTF-8 on one line: white space and control characters become single spaces, what is longer than
/// kLongestCaption is cut at a character.
std::string one_line(std::string_view text);

/// Adds to the clip's captions, unless it is empty or there.
void add_caption(TrainingClip& clip, std::string_view caption);

/// Up to ten of `lines`, then how many more there are. `what` follows that number: "are not there".
void add_remarks(const std::vector<std::string>& lines, std::string_view what, std::vector<std::string>& remarks);

/// What may be said of a sound by that label: its wordings in sentences. `set` is the label set it is from, by name;
/// where the program carries none of that name, or no such label in it, the label words itself, underscores read as
/// spaces.
std::vector<std::string> label_captions(std::string_view label, std::string_view set);

// Each as pairs.h says; clips may be none.
TrainingClips captioned_clips(const std::filesystem::path& csv);
TrainingClips labelled_clips(const std::filesystem::path& data);
TrainingClips fma_clips(const std::filesystem::path& folder, const std::vector<std::string>& templates);
TrainingClips music_clips(const std::vector<std::filesystem::path>& files, const std::vector<std::string>& templates);
TrainingClips library_clips(const std::filesystem::path& file);

/// Of these sounds up to fifty are looked at: how many have a title, an artist or a genre.
struct TagsFound {
  std::size_t looked = 0, tagged = 0;

  bool enough() const { return tagged > 0 && 2 * tagged >= looked; }
};
TagsFound find_tags(const std::vector<std::filesystem::path>& files);

}  // namespace hearken::train

// Other ways to say what a query says, in the words of music: wordings of one thing that a model scores differently.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hearken::search {

/// Groups of wordings that mean about the same, in small letters; docs/FIND.md says what they are for.
std::span<const std::vector<std::string_view>> wording_groups();

/// `text` with one of the wordings in it (whole words, in any case; the longest where several overlap) replaced by each
/// other one of its group: "Sad female voice" -> "melancholy female voice", …, "Sad female vocals", …. Empty when
/// none is known.
std::vector<std::string> other_wordings(std::string_view text);

}  // namespace hearken::search

// Sentences that a description is put into, so that a search does not hang on one way of saying it.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace hearken::search {

/// "{}" stands for the description. docs/FIND.md lists them.
inline constexpr std::array<std::string_view, 7> kTemplates = {
    "{}",           "This is a sound of {}.", "The sound of {}.", "A recording of {}.",
    "Audio of {}.", "{} can be heard.",       "You can hear {}.",
};

/// The description in each of the templates, in their order.
std::vector<std::string> in_templates(std::string_view description);

}  // namespace hearken::search

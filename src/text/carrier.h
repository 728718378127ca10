// What people put around the name of a sound: "This is a sound of a dog." says no more than "dog".
#pragma once

#include <string_view>

namespace hearken::text {

/// The text without "(this is) (a|an|the) sound|recording|noise|audio|clip|sample(s) (clip) of (a|an|the|some)" at its
/// beginning and full stops at its end, in any case of ASCII; the text itself where nothing else is left. A sentence
/// model would otherwise hear of recordings and recorders.
std::string_view without_carrier(std::string_view text);

}  // namespace hearken::text

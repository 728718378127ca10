// Texts that ask for silence.
#pragma once

#include <string_view>

namespace hearken::text {

/// Whether a text in English asks for silence and nothing else: "silence", "a silent track", "quiet room tone", "no
/// sound at all". Not "silent night", nor "quiet piano".
bool asks_for_silence(std::string_view text);

}  // namespace hearken::text

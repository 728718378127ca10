// What a terminal is sent.
#pragma once

namespace hearken::cli {

/// From here on, what standard output and standard error send to a terminal shows the characters that would reorder
/// the text around them or that nobody sees, as \u{202e}: names and tags come from strangers. Kept are the joiners and
/// variation selectors that scripts and emoji are written with. What goes to a file or a pipe stays as it is. Called
/// once, before anything is printed.
void show_hidden_characters();

}  // namespace hearken::cli

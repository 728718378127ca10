// Choosing the vectors of one model in a library.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hearken/library.h"
#include "hearken/model.h"
#include "library/catalogue/embeddings.h"

namespace hearken::search {

using library::Space;
using library::spaces;

/// Those that `model` made, one for each windowing, the one that was indexed last first; at least one. Throws what
/// find() throws for its library. Reads the model's weights.
std::vector<Space> spaces_made_by(const Library& library, const Model& model);

/// The space of the model that the library calls by this name (empty: the library's own) that was indexed last. Throws
/// what find() throws for its library.
Space space_named(const Library& library, std::string_view model_name);

/// "10 s every 5 s".
std::string in_words(const Windowing& windowing);

/// The vectors that `model` made in this library with this windowing. Throws Error(mismatch), naming what it holds.
Space space_made_by(const Library& library, const Model& model, const Windowing& windowing);

}  // namespace hearken::search

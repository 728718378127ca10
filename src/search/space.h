// The vectors of one model in a library.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hearken/model.h"
#include "hearken/library.h"

namespace hearken::search {

/// The vectors of one model in a library, made with one windowing.
struct Space {
  std::int64_t model_id = 0;  // its row in `models`
  std::string name;
  std::string fingerprint;
  std::size_t dimension = 0;
  Windowing windowing;
  Precision precision = Precision::fp32;  // as in LibraryModel
  std::int64_t newest_vectors = 0;        // as in LibraryModel; 0: no visible tracks
};

/// Those that `model` made, one for each windowing, the one that was indexed last first; at least one. Throws what
/// find() throws for its library. Reads the model's weights.
std::vector<Space> spaces_made_by(const Library& library, const Model& model);

/// The space of the model that the library calls by this name (empty: the library's own) that was indexed last. Throws
/// what find() throws for its library.
Space space_named(const Library& library, std::string_view model_name);

/// "10 s every 5 s".
std::string in_words(const Windowing& windowing);

/// In the order they were added.
std::vector<Space> spaces(const Library& library);

}  // namespace hearken::search

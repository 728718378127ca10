// A search with the query's vector at hand.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "hearken/find.h"
#include "hearken/library.h"

namespace hearken::search {

/// The vectors of one model in a library, made with one windowing.
struct Space {
  std::int64_t model_id = 0;  // its row in `models`
  std::string name;
  std::string fingerprint;
  std::size_t dimension = 0;
  Windowing windowing;
  std::int64_t newest_vectors = 0;  // as in LibraryModel; 0: no visible tracks
};

/// In the order they were added.
std::vector<Space> spaces(const Library& library);

/// Searches one space for one query, a unit vector [dimension]: of FindOptions everything that is not about texts.
/// Levels are left to the caller, who has the model.
FindResult find_vector(const Library& library, const Space& space, std::span<const float> query,
                       const FindOptions& options);

}  // namespace hearken::search

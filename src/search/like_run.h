// A search by sound with the query's vectors at hand.
#pragma once

#include <cstddef>
#include <span>

#include "hearken/like.h"
#include "search/arithmetic.h"
#include "search/engine.h"
#include "search/find_run.h"

namespace hearken::search {

/// The result's hits, item_windows, windows, ratings and warnings about the flags of items; the rest is left to the
/// caller. Throws Error(invalid_argument) as like() does, and what the engine throws.
LikeResult like_vectors(const Library& library, const Space& space, const Engine& engine,
                        std::span<const ItemVectors> items, const LikeOptions& options);

/// One item as vectors, as like() hears it; names and warnings are added to `heard`. Throws as like() does.
ItemVectors item_vectors(const Library& library, const Model& model, const Space& space, const Engine& engine,
                         const LikeItem& item, LikeResult& heard, int threads);

/// The windows of a sound that lie within the item's part, as LikeItem says of a track.
ItemVectors part_of(ItemVectors whole, const LikeItem& item, std::size_t dimension);

}  // namespace hearken::search

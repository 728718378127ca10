// A search by sound with the query's vectors at hand.
#pragma once

#include <cstddef>
#include <span>

#include "hearken/like.h"
#include "search/arithmetic.h"
#include "search/index/index.h"

namespace hearken::search {

/// The result's answer, hits, item_windows, windows, ratings and warnings about the flags of items; the rest is left to
/// the caller. `levels` are alike_levels() of the vectors' model. Throws Error(invalid_argument) as like() does, and
/// what the index throws.
LikeResult like_vectors(const Index& index, std::span<const ItemVectors> items, const LikeOptions& options,
                        const Levels& levels);

/// One item as vectors, as like() hears it; names and warnings are added to `heard`. Throws as like() does.
ItemVectors item_vectors(const Index& index, const Model& model, const LikeItem& item, LikeResult& heard, int threads);

/// like() in an index, as find_in() is find(); a LibraryTrack is a track of the index.
LikeResult like_in(const Index& index, const Model& model, std::span<const LikeItem> items,
                   const LikeOptions& options = {});

/// The windows of a sound that lie within the item's part, as LikeItem says of a track.
ItemVectors part_of(ItemVectors whole, const LikeItem& item, std::size_t dimension);

}  // namespace hearken::search

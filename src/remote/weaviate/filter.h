// What a scope picks, as a condition that the engine evaluates: exactly what search::matches() says of each track.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "remote/weaviate/protocol/client.h"
#include "search/index/index.h"

namespace hearken::remote::weaviate {

/// Of windows or tracks; nothing where everything is picked. `unflagged` is for windows only.
std::optional<Filter> filter_of(const search::Scope& scope);

/// Of windows: of those that the condition picks, or of all, the ones in which something is heard.
Filter heard(std::optional<Filter> condition);

/// Of objects, of both kinds, that belong to the tracks of these numbers.
Filter of_tracks(std::span<const std::int64_t> numbers);

}  // namespace hearken::remote::weaviate

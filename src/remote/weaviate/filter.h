// What a scope picks, as a condition that the engine evaluates: exactly what search::matches() says of each track.
#pragma once

#include <optional>

#include "remote/weaviate/client.h"
#include "search/index.h"

namespace hearken::remote::weaviate {

/// Of windows or tracks; nothing where everything is picked. `unflagged` is for windows only.
std::optional<Filter> filter_of(const search::Scope& scope);

}  // namespace hearken::remote::weaviate

// The sound of an engine's tracks, for what a server says of them without a library.
#pragma once

#include <functional>
#include <span>

#include "hearken/model.h"
#include "hearken/score.h"
#include "search/index/index.h"
#include "server/http/json.h"

namespace hearken::server {

/// Visits each track that is there, as the API shows it, with its windows; in order, some read at a time. Returns those
/// that are not, as skipped_json().
json visit_tracks(const search::Index& engine, std::span<const ScoreInput> tracks,
                  const std::function<void(json card, const FileEmbedding& sound)>& visit);

}  // namespace hearken::server

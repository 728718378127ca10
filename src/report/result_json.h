// Results in JSON: what commands print and routes answer, each piece said once.
#pragma once

#include <nlohmann/json.hpp>
#include <span>

#include "core/paths.h"
#include "hearken/classify.h"
#include "hearken/index.h"
#include "hearken/library.h"
#include "hearken/like.h"
#include "hearken/match.h"
#include "hearken/score.h"

namespace hearken::report {

/// One object, with the fields of both; those of `more` win.
nlohmann::json joined(nlohmann::json object, const nlohmann::json& more);

/// {"id", "path", "title", "artist"} of what is about a track.
template <class About>
nlohmann::json track_json(const About& about) {
  return {{"id", about.id}, {"path", display(about.path)}, {"title", about.title}, {"artist", about.artist}};
}

/// {"score", "level", "likelihood"} of a hit.
template <class Hit>
nlohmann::json judged_json(const Hit& hit) {
  return {{"score", hit.score}, {"level", to_string(hit.level)}, {"likelihood", hit.likelihood}};
}

/// All but the wordings.
nlohmann::json text_score_json(const TextScore& score);

/// [{"input", "start", "end", "matches"}]; the input is the item's number.
nlohmann::json moments_json(std::span<const LikeMoment> moments);

/// What came of a run of indexing, in numbers; without what was skipped and what was odd.
nlohmann::json index_json(const IndexReport& report);

/// What the library holds of a model.
nlohmann::json library_model_json(const LibraryModel& model);

nlohmann::json label_score_json(const LabelScore& score);
/// The label that is the answer, and how sure it is.
nlohmann::json label_answer_json(const Classified& sound);

/// Where a recording was found in a track.
nlohmann::json match_json(const MatchHit& hit);

}  // namespace hearken::report

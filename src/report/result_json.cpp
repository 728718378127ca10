// Results in JSON.
#include "report/result_json.h"

#include <utility>

namespace hearken::report {

using nlohmann::json;

json joined(json object, const json& more) {
  object.update(more);
  return object;
}

json text_score_json(const TextScore& score) {
  return {{"text", score.text},
          {"rank", score.rank},
          {"mean", score.mean},
          {"max", score.max},
          {"min", score.min},
          {"std", score.deviation},
          {"level", to_string(score.level)},
          {"likelihood", score.likelihood},
          {"best_start", score.best_start_seconds},
          {"best_end", score.best_end_seconds}};
}

json moments_json(std::span<const LikeMoment> moments) {
  json out = json::array();
  for (const LikeMoment& moment : moments) {
    json matches = json::array();
    for (const LikeMatch& match : moment.matches)
      matches.push_back({{"start", match.start_seconds}, {"end", match.end_seconds}, {"distance", match.distance}});
    out.push_back({{"input", moment.item},
                   {"start", moment.start_seconds},
                   {"end", moment.end_seconds},
                   {"matches", std::move(matches)}});
  }
  return out;
}

json index_json(const IndexReport& report) {
  return {{"found", report.found},
          {"indexed", report.indexed},
          {"moved", report.moved},
          {"unchanged", report.unchanged},
          {"quick", report.quick},
          {"completed", report.completed},
          {"missing", report.missing},
          {"pruned", report.pruned},
          {"audio_seconds", report.audio_seconds},
          {"elapsed_seconds", report.elapsed_seconds}};
}

json library_model_json(const LibraryModel& model) {
  return {{"name", model.name},
          {"fingerprint", model.fingerprint},
          {"dimension", model.dimension},
          {"window", model.windowing.window_seconds},
          {"hop", model.windowing.hop_seconds},
          {"precision", to_string(model.precision)},
          {"tracks", model.tracks},
          {"quick_tracks", model.quick_tracks},
          {"windows", model.windows}};
}

json label_score_json(const LabelScore& score) {
  return {{"label", score.label},
          {"score", score.score},
          {"probability", score.probability},
          {"total", score.total},
          {"likelihood", score.likelihood}};
}

json label_answer_json(const Classified& sound) {
  return {{"label", sound.answer},
          {"probability", sound.answer_total},
          {"is", to_string(answer_of(sound.scores.front().likelihood))}};
}

json match_json(const MatchHit& hit) {
  return {{"offset", hit.offset_seconds},
          {"start", hit.start_seconds},
          {"end", hit.end_seconds},
          {"votes", hit.votes},
          {"confidence", hit.confidence}};
}

}  // namespace hearken::report

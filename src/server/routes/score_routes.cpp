// /api/v1/score.
#include <utility>

#include "core/paths.h"
#include "hearken/score.h"
#include "report/result_json.h"
#include "server/http/errors.h"
#include "server/http/json.h"
#include "server/http/query.h"
#include "server/http/router.h"
#include "server/state/engine_tracks.h"
#include "server/state/tracks.h"

namespace hearken::server {
namespace {

constexpr std::size_t kMostCells = 100'000;  // songs times texts, of one request

json scores_json(const std::vector<TextScore>& scores) {
  json out = json::array();
  for (const TextScore& score : scores) {
    out.push_back(report::text_score_json(score));
    out.back()["wordings"] = scores_json(score.wordings);
  }
  return out;
}

Work score_all(Worker& worker, Request& request) {
  const json body = parsed(request.body);
  Reader reader(body);
  const Sounds sounds = read_sounds(worker, reader);
  std::vector<Question> questions;
  for (std::string& text : reader.texts("texts", 1000, kLongestText)) questions.push_back({std::move(text), {}});
  std::size_t texts = questions.size();
  reader.objects("questions", 100, [&](Reader& one) {
    Question& question = questions.emplace_back();
    question.text = one.text("name", kLongestText);
    question.wordings = one.texts("wordings", 100, kLongestText);
    if (question.wordings.empty()) one.refuse("wordings", "at least one was expected");
    texts += question.wordings.size();
  });
  reader.done();
  if (questions.empty()) reader.refuse("texts", "nothing to score under: texts or questions were expected");
  if ((sounds.tracks.size() + sounds.uploads.size()) * texts > kMostCells)
    reader.refuse("tracks", "sounds times texts are more than " + std::to_string(kMostCells) + ": ask in parts");

  const Windowing windowing = searching(worker).index->space().windowing;
  json results = json::array(), skipped = json::array();
  const auto add = [&](json track, json upload, const FileEmbedding& heard) {
    results.push_back({{"track", std::move(track)},
                       {"upload", std::move(upload)},
                       {"duration", heard.duration_seconds},
                       {"windows", heard.starts_seconds.size()},
                       {"scores", scores_json(score_windows(worker.app.model, heard, questions))}});
  };
  if (const search::Index* engine = worker.app.index.get()) {
    skipped = visit_tracks(*engine, sounds.tracks,
                           [&](json card, const FileEmbedding& heard) { add(std::move(card), nullptr, heard); });
  } else if (!sounds.tracks.empty()) {
    TrackCards cards(worker.library());
    ScoreOptions options;
    options.windowing = windowing;
    options.threads = 1;
    const ScoreResult found = score(&worker.library(), worker.app.model, sounds.tracks, questions, options);
    for (const SongScores& song : found.songs) {
      results.push_back({{"track", cards.card(song.id)},
                         {"upload", nullptr},
                         {"duration", song.duration_seconds},
                         {"windows", song.windows},
                         {"scores", scores_json(song.scores)}});
    }
    for (const FileNote& note : found.skipped) skipped.push_back(skipped_json(note));
  }
  for (const auto& upload : sounds.uploads) add(nullptr, upload->id, upload->embedding);
  return Work::done(json_response({{"model", worker.app.model.info().name},
                                   {"window", windowing.window_seconds},
                                   {"hop", windowing.hop_seconds},
                                   {"results", std::move(results)},
                                   {"skipped", std::move(skipped)}}));
}

constexpr Route kScoreRoutes[] = {{"POST", "/api/v1/score", score_all, Lane::heavy, Body::small_json}};

}  // namespace

std::span<const Route> score_routes() { return kScoreRoutes; }

}  // namespace hearken::server

// /api/v1/score.
#include <utility>

#include "report/result_json.h"
#include "search/score/scoring.h"
#include "server/http/json.h"
#include "server/http/query.h"
#include "server/http/router.h"

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

  const auto [index, threads] = searching(worker);
  const search::Scoring scoring(worker.app.model, questions, 1);
  json results = json::array();
  json skipped = visit_sounds(worker, *index, sounds, [&](const search::EmbeddedSound& sound, const json& whose) {
    results
        .emplace_back(json{{"duration", sound.duration_seconds},
                           {"windows", sound.starts_seconds.size()},
                           {"scores", scores_json(scoring(sound))}})
        .update(whose);
  });
  const Windowing windowing = index->space().windowing;
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

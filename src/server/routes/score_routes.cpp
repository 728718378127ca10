// /api/v1/score.
#include <memory>
#include <optional>
#include <span>
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
  Sounds sounds = read_sounds(worker, reader);
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

  struct Asked {
    std::vector<Question> questions;
    SoundVisits visits;
    std::optional<search::Scoring> scoring;  // when the texts have their vectors
    json results = json::array();
  };
  std::vector<std::string> embedded = search::texts_of(questions);
  const auto asked = std::make_shared<Asked>(
      Asked{std::move(questions), SoundVisits(worker, searching(worker).index, std::move(sounds)), {}});
  return {std::move(embedded), [&worker, asked](std::span<const float> rows) -> std::optional<Response> {
            const Model& model = worker.app.model;
            if (!asked->scoring) asked->scoring.emplace(model, asked->questions, rows);
            const auto score = [&](const search::EmbeddedSound& sound, const json& whose) {
              asked->results
                  .emplace_back(json{{"duration", sound.duration_seconds},
                                     {"windows", sound.starts_seconds.size()},
                                     {"scores", scores_json((*asked->scoring)(sound))}})
                  .update(whose);
            };
            if (!asked->visits.go_on(score)) return std::nullopt;
            const Windowing windowing = asked->visits.index().space().windowing;
            return json_response({{"model", model.info().name},
                                  {"window", windowing.window_seconds},
                                  {"hop", windowing.hop_seconds},
                                  {"results", std::move(asked->results)},
                                  {"skipped", asked->visits.skipped()}});
          }};
}

constexpr Route kScoreRoutes[] = {{"POST", "/api/v1/score", score_all, Lane::heavy, Body::small_json}};

}  // namespace

std::span<const Route> score_routes() { return kScoreRoutes; }

}  // namespace hearken::server

// /api/v1/info, models, sources, facets, map.
#include <cmath>
#include <optional>
#include <utility>

#include "core/paths.h"
#include "core/text.h"
#include "hearken/version.h"
#include "library/catalogue/browse.h"
#include "library/catalogue/sources.h"
#include "report/result_json.h"
#include "server/http/json.h"
#include "server/http/router.h"
#include "server/state/tracks.h"

namespace hearken::server {
namespace {

json levels_json(const Levels& levels) {
  return {{"high", levels.high}, {"clear", levels.clear}, {"moderate", levels.moderate}, {"how", levels.how}};
}

json parts_json(const App& app) {
  json out = json::array();
  for (std::size_t part = 0; part < kParts.size(); ++part)
    if (app.can(static_cast<Part>(part))) out.push_back(kParts[part]);
  return out;
}

Work info(Worker& worker, Request& request) {
  const std::optional<Searching> searched = searching_if_any(worker);
  const Windowing windowing = searched ? searched->index->space().windowing : Windowing{};
  const Limits& limits = worker.app.limits;
  const auto [name, library] = holdings(worker);
  return Work::done(json_response({{"version", version()},
                                   {"library",
                                    {{"name", name},
                                     {"tracks", library.tracks},
                                     {"missing", library.missing},
                                     {"quick_tracks", library.quick_tracks},
                                     {"windows", library.windows},
                                     {"audio_seconds", library.audio_seconds},
                                     {"bytes", library.bytes}}},
                                   {"model", searched ? json(worker.app.model.info().name) : json()},
                                   {"levels", levels_json(worker.app.model.info().levels)},
                                   {"window", windowing.window_seconds},
                                   {"hop", windowing.hop_seconds},
                                   {"token", worker.app.gate.asks()},
                                   {"right", to_string(request.caller.right)},
                                   {"limits",
                                    {{"upload_bytes", limits.upload_bytes},
                                     {"upload_seconds", limits.upload_seconds},
                                     {"json_bytes", limits.json_bytes}}},
                                   {"can", parts_json(worker.app)}}));
}

Work library_models(Worker& worker, Request&) {
  const ModelInfo& active = worker.app.model.info();
  const std::optional<Searching> searched = searching_if_any(worker);
  json list = json::array();
  for (const LibraryModel& model : worker.library().info().models) {
    list.push_back(report::library_model_json(model));
    list.back()["active"] = searched && searched->index->space().fingerprint == model.fingerprint;
  }
  return Work::done(json_response({{"active",
                                    {{"name", active.name},
                                     {"architecture", active.architecture},
                                     {"parameters", active.parameters},
                                     {"dimension", active.dimension},
                                     {"sample_rate", active.sample_rate_hz},
                                     {"precision", to_string(active.precision)},
                                     {"max_window", active.max_window_seconds},
                                     {"logit_scale", active.logit_scale},
                                     {"levels", levels_json(active.levels)}}},
                                   {"models", std::move(list)}}));
}

Work folders(Worker& worker, Request&) {
  json list = json::array(), roots = json::array();
  for (const library::Source& source : library::sources(worker.library(), true)) {
    list.push_back({{"id", source.id},
                    {"path", display(source.path)},
                    {"tracks", source.tracks},
                    {"added", date_time(source.added_at)}});
  }
  int id = 0;
  for (const auto& root : worker.app.options.roots) roots.push_back({{"id", ++id}, {"path", display(root)}});
  return Work::done(json_response({{"sources", std::move(list)}, {"roots", std::move(roots)}}));
}

json facet_json(const Worker& worker, std::string_view of) {
  json out = json::array();
  for (const library::FacetValue& one : library::facet(worker.library(), of))
    out.push_back({{"value", one.value}, {"tracks", one.tracks}});
  return out;
}

Work facets(Worker& worker, Request&) {
  return Work::done(json_response({{"genres", facet_json(worker, "genre")},
                                   {"artists", facet_json(worker, "artist")},
                                   {"albums", facet_json(worker, "album")},
                                   {"tags", facet_json(worker, "tag")}}));
}

json rounded(const std::vector<float>& values) {
  constexpr double kSteps = 10'000;
  json out = json::array();
  for (const float value : values) out.push_back(std::round(static_cast<double>(value) * kSteps) / kSteps);
  return out;
}

Work map(Worker& worker, Request&) {
  const auto plane = worker.app.planes.of(worker.library(), worker.app.catalog.view(worker.library()));
  return Work::done(json_response({{"model", worker.app.model.info().name},
                                   {"axes", plane->shares},
                                   {"genres", plane->genres},
                                   {"id", plane->ids},
                                   {"x", rounded(plane->x)},
                                   {"y", rounded(plane->y)},
                                   {"genre", plane->genre}}));
}

constexpr Route kLibraryRoutes[] = {
    {"GET", "/api/v1/info", info},
    needing(Part::library, {"GET", "/api/v1/models", library_models}),
    needing(Part::library, {"GET", "/api/v1/sources", folders}),
    needing(Part::library, {"GET", "/api/v1/facets", facets}),
    needing(Part::map, {"GET", "/api/v1/map", map, Lane::heavy}),
};

}  // namespace

std::span<const Route> library_routes() { return kLibraryRoutes; }

}  // namespace hearken::server

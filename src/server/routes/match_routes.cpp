// /api/v1/match.
#include <utility>

#include "audio/measure/landmarks.h"
#include "audio/part.h"
#include "hearken/match.h"
#include "report/result_json.h"
#include "server/http/errors.h"
#include "server/http/json.h"
#include "server/http/query.h"
#include "server/http/router.h"
#include "server/media/decoding.h"
#include "server/state/tracks.h"

namespace hearken::server {
namespace {

// Decoded at the rate that landmarks are found at.
Samples heard(Worker& worker, const Request& request, const std::filesystem::path& path, const std::string& name,
              double start, double duration, json& warnings) {
  Decoding decoding;
  decoding.path = path;
  decoding.name = name;
  decoding.sample_rate_hz = audio::kLandmarkRateHz;
  decoding.start_seconds = start;
  decoding.duration_seconds = duration;
  decoding.most_seconds = worker.app.limits.upload_seconds;
  decoding.patience_seconds = worker.app.limits.answer_seconds;
  decoding.gone = request.gone.get();
  const auto stream = decode_within(decoding);
  Samples out;
  out.name = name;
  out.sample_rate_hz = decoding.sample_rate_hz;
  out.mono = audio::read_all(*stream);
  if (!stream->warning().empty()) warnings.push_back(name + ": " + stream->warning());
  return out;
}

Work match_sound(Worker& worker, Request& request) {
  json warnings = json::array();
  const auto read_part = [](Reader& reader, double& start, double& duration) {
    constexpr double kLongest = 1e7;
    start = reader.number("start", 0, 0, kLongest);
    duration = reader.number("duration", 0, 0, kLongest);
  };
  double start = 0, duration = 0;
  Samples samples;
  if (request.sound != nullptr) {
    const json object = query_object(request, {"name"});
    Reader reader(object);
    read_part(reader, start, duration);
    const std::string name = reader.text("name", 200, "upload");
    reader.done();
    samples = heard(worker, request, request.sound->path(), name, start, duration, warnings);
  } else {
    const json body = parsed(request.body);
    Reader reader(body);
    read_part(reader, start, duration);
    const auto upload = worker.app.uploads.find(reader.text("upload", 64));
    reader.done();
    samples = heard(worker, request, upload->file->path(), upload->name, start, duration, warnings);
  }
  const MatchResult found = match(worker.library(), samples);
  for (const std::string& warning : found.warnings) warnings.push_back(warning);
  TrackCards cards(worker);
  json results = json::array();
  for (const MatchHit& hit : found.hits) {
    json& one = results.emplace_back(report::match_json(hit));
    one["rank"] = results.size();
    one["track"] = cards.card(hit.id);
  }
  return Work::done(json_response({{"results", std::move(results)},
                                   {"searched", found.tracks},
                                   {"without_fingerprint", found.without_fingerprint},
                                   {"warnings", std::move(warnings)}}));
}

constexpr Route kMatchRoutes[] = {
    needing(Part::match, {"POST", "/api/v1/match", match_sound, Lane::heavy, Body::sound_or_json})};

}  // namespace

std::span<const Route> match_routes() { return kMatchRoutes; }

}  // namespace hearken::server

// /api/v1/labels, classify, caption, events, clusters.
#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "audio/part.h"
#include "core/paths.h"
#include "hearken/events.h"
#include "report/result_json.h"
#include "server/http/errors.h"
#include "server/http/json.h"
#include "server/http/query.h"
#include "server/http/router.h"
#include "server/media/decoding.h"
#include "server/state/label_set_cache.h"
#include "server/state/track_files.h"
#include "server/state/tracks.h"
#include "tasks/labels/captioning.h"

namespace hearken::server {
namespace {

constexpr double kLongestListened = 900;  // seconds, for events in one request

Work sets(Worker&, Request&) {
  json list = json::array();
  for (const std::string& name : label_set_names()) {
    const LabelSet set = label_set(name);
    const auto groups =
        std::count_if(set.labels.begin(), set.labels.end(), [](const Label& label) { return label.wordings.empty(); });
    list.push_back({{"name", name},
                    {"labels", static_cast<std::ptrdiff_t>(set.labels.size()) - groups},
                    {"groups", groups},
                    {"templates", set.templates}});
  }
  return Work::done(json_response({{"sets", std::move(list)}}));
}

json classified_json(const Classified& song, std::size_t most) {
  json labels = json::array();
  for (std::size_t i = 0; i < std::min(most, song.scores.size()); ++i) {
    labels.push_back(report::label_score_json(song.scores[i]));
    labels.back()["holds"] = song.scores[i].holds;
  }
  return {{"duration", song.duration_seconds},
          {"windows", song.windows},
          {"answer", report::label_answer_json(song)},
          {"none", song.none},
          {"instead", song.instead.empty() ? json() : json(song.instead)},
          {"labels", std::move(labels)}};
}

Work classify_all(Worker& worker, Request& request) {
  const json body = parsed(request.body);
  Reader reader(body);
  Sounds sounds = read_sounds(worker, reader);
  LabelChoice choice = read_labels_asked(reader);
  const auto most = static_cast<std::size_t>(reader.integer("k", 10, 1, 1000));
  const bool none = reader.boolean("none", false);
  reader.done();

  struct Asked {
    LabelSetCache::Begun labels;
    SoundVisits visits;
    std::string set;
    std::shared_ptr<const ReadyLabels> ready;  // when the texts have their vectors
    json results = json::array();
  };
  std::string set = choice.set;
  LabelSetCache::Begun labels = worker.app.labellings.begin(std::move(choice), none);
  std::vector<std::string> texts = std::move(labels.texts);
  const auto asked = std::make_shared<Asked>(
      Asked{std::move(labels), SoundVisits(worker, searching(worker).index, std::move(sounds)), std::move(set), {}});
  return {std::move(texts), [&worker, asked, most, none](std::span<const float> rows) -> std::optional<Response> {
            if (asked->ready == nullptr) asked->ready = worker.app.labellings.finish(std::move(asked->labels), rows);
            const auto classify = [&](const search::EmbeddedSound& sound, const json& whose) {
              json& one = asked->results.emplace_back(classified_json(asked->ready->labelling(sound), most));
              one.update(whose);
              if (none) return;
              one.erase("none");
              one.erase("instead");
            };
            if (!asked->visits.go_on(classify)) return std::nullopt;
            const Windowing windowing = asked->visits.index().space().windowing;
            return json_response({{"model", worker.app.model.info().name},
                                  {"set", asked->set.empty() ? json() : json(asked->set)},
                                  {"window", windowing.window_seconds},
                                  {"hop", windowing.hop_seconds},
                                  {"results", std::move(asked->results)},
                                  {"skipped", asked->visits.skipped()}});
          }};
}

json caption_json(const Caption& caption) {
  json parts = json::array();
  for (const CaptionPart& part : caption.parts)
    parts.push_back(
        {{"kind", part.kind}, {"text", part.text}, {"score", part.score}, {"level", to_string(part.level)}});
  return {{"caption", caption.text}, {"level", to_string(caption.level)}, {"parts", std::move(parts)}};
}

Work caption_all(Worker& worker, Request& request) {
  const json body = parsed(request.body);
  Reader reader(body);
  Sounds sounds = read_sounds(worker, reader);
  reader.done();
  struct Asked {
    SoundVisits visits;
    std::optional<tasks::Captioning> captioning;  // when the words have their vectors
    json results = json::array();
  };
  const auto asked =
      std::make_shared<Asked>(Asked{SoundVisits(worker, searching(worker).index, std::move(sounds)), {}});
  return {tasks::Captioning::words(), [&worker, asked](std::span<const float> rows) -> std::optional<Response> {
            if (!asked->captioning) asked->captioning.emplace(worker.app.model, rows);
            const auto caption = [&](const search::EmbeddedSound& sound, const json& whose) {
              asked->results.emplace_back(caption_json((*asked->captioning)(sound))).update(whose);
            };
            if (!asked->visits.go_on(caption)) return std::nullopt;
            return json_response({{"model", worker.app.model.info().name},
                                  {"results", std::move(asked->results)},
                                  {"skipped", asked->visits.skipped()}});
          }};
}

Work clusters(Worker& worker, Request& request) {
  constexpr std::int64_t kManyTracks = 20'000, kUntried = 16;  // of many, no number but one is tried
  const json object = query_object(request, {});
  Reader reader(object);
  const auto view = worker.app.catalog.view(worker.library());
  const auto k = static_cast<std::size_t>(reader.integer("k", view->tracks > kManyTracks ? kUntried : 0, 1, 64));
  reader.done();
  const auto found = worker.app.groups.of(worker.library(), view, worker.app.model, k);
  json list = json::array();
  for (const Cluster& cluster : found->clusters) {
    json names = json::array(), tracks = json::array();
    for (const ClusterName& name : cluster.names) names.push_back(name.label);
    for (const ClusterMember& member : cluster.members) tracks.push_back(found->items[member.item].id);
    list.push_back({{"names", std::move(names)}, {"silhouette", cluster.silhouette}, {"tracks", std::move(tracks)}});
  }
  return Work::done(json_response(
      {{"model", worker.app.model.info().name}, {"silhouette", found->silhouette}, {"clusters", std::move(list)}}));
}

Work find_events(Worker& worker, Request& request) {
  constexpr double kLongest = 1e7;
  const json body = parsed(request.body);
  Reader reader(body);
  Decoding decoding;
  std::shared_ptr<const Upload> upload;
  Descriptor file;  // of a track
  if (reader.has("track") == reader.has("upload")) reader.refuse("track", "either this or an upload was expected");
  if (reader.has("track")) {
    const std::int64_t id = reader.integer("track", 0, 1, std::numeric_limits<std::int64_t>::max());
    worker.app.need(Part::sound);
    const Track track = TrackCards(worker).wanted(id);
    file = open_track(worker.library(), track);
    decoding.path = path_of(file);
    decoding.name = display(track.path.filename());
  } else {
    upload = worker.app.uploads.find(reader.text("upload", 64));
    decoding.path = upload->file->path();
    decoding.name = upload->name;
  }
  const LabelChoice choice = read_labels_asked(reader);
  decoding.start_seconds = reader.number("start", 0, 0, kLongest);
  decoding.duration_seconds = reader.number("duration", kLongestListened, 0.1, kLongestListened);
  EventsOptions options;
  options.threads = 1;
  options.least_likelihood = reader.number("min", kLeastEventLikelihood, 0, 1);
  reader.done();
  const Model& model = worker.app.model;
  decoding.sample_rate_hz = model.info().sample_rate_hz;
  decoding.most_seconds = kLongestListened + 1;
  decoding.patience_seconds = worker.app.limits.answer_seconds;
  decoding.gone = request.gone.get();
  const auto stream = decode_within(decoding);
  const std::vector<float> samples = audio::read_all(*stream);
  const Timeline heard =
      events_in(model, samples, decoding.name, choice.set.empty() ? choice.labels : label_set(choice.set), options);
  json events = json::array(), warnings = json::array();
  for (const Event& event : heard.events) {
    events.push_back({{"label", event.label},
                      {"start", decoding.start_seconds + event.start_seconds},
                      {"end", decoding.start_seconds + event.end_seconds},
                      {"score", event.score},
                      {"level", to_string(event_level(event.likelihood))},
                      {"likelihood", event.likelihood}});
  }
  if (!stream->warning().empty()) warnings.push_back(decoding.name + ": " + stream->warning());
  return Work::done(json_response({{"model", model.info().name},
                                   {"start", decoding.start_seconds},
                                   {"end", decoding.start_seconds + heard.duration_seconds},
                                   {"min", options.least_likelihood},
                                   {"events", std::move(events)},
                                   {"warnings", std::move(warnings)}}));
}

constexpr Route kUnderstandRoutes[] = {
    {"GET", "/api/v1/labels", sets},
    {"POST", "/api/v1/classify", classify_all, Lane::heavy, Body::small_json},
    {"POST", "/api/v1/caption", caption_all, Lane::heavy, Body::small_json},
    {"POST", "/api/v1/events", find_events, Lane::heavy, Body::small_json},
    needing(Part::library, {"GET", "/api/v1/clusters", clusters, Lane::heavy}),
};

}  // namespace

std::span<const Route> understand_routes() { return kUnderstandRoutes; }

}  // namespace hearken::server

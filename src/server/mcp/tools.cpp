// The tools. Each asks routes of the API and keeps what a model needs of their answers.
#include "server/mcp/tools.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <utility>

#include "core/files/unnamed_file.h"
#include "core/paths.h"
#include "core/text.h"
#include "hearken/exchange.h"
#include "library/catalogue/sources.h"
#include "library/indexing/crawl.h"
#include "server/http/errors.h"
#include "server/http/router.h"
#include "server/state/track_files.h"
#include "server/state/tracks.h"

namespace hearken::server {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kResults = 5, kMostResults = 50;
constexpr double kLongestClip = 20, kClip = 5;  // seconds

// A route of the API with what it left to be done, asked in the caller's name. The work refers to the request.
struct Asked {
  std::shared_ptr<Request> request;
  Work work;

  std::optional<Response> response(std::span<const float> vectors) const { return work.finish(vectors); }
  std::optional<json> answer(std::span<const float> vectors) const {
    std::optional<Response> got = response(vectors);
    if (!got) return std::nullopt;
    return json::parse(got->body);
  }
};

std::shared_ptr<Request> request_of(const Request& outer, const char* method, std::string path) {
  auto out = std::make_shared<Request>();
  out->client = outer.client;
  out->arrived = outer.arrived;
  out->caller = outer.caller;
  out->gone = outer.gone;
  out->method = method;
  out->path = std::move(path);
  return out;
}

Asked begun_as(Worker& worker, std::shared_ptr<Request> request) {
  Matched matched = match_route(request->method, request->path);
  request->parameters = std::move(matched.parameters);
  Work work = begun(*matched.route, worker, *request);
  return {std::move(request), std::move(work)};
}

Asked post(Worker& worker, const Request& outer, std::string path, const json& body) {
  auto request = request_of(outer, "POST", std::move(path));
  request->body = body.dump();
  return begun_as(worker, std::move(request));
}

Asked get(Worker& worker, const Request& outer, std::string path, Fields query = {}) {
  auto request = request_of(outer, "GET", std::move(path));
  request->query = std::move(query);
  return begun_as(worker, std::move(request));
}

// A file of this computer as the body of a request.
Asked post_file(Worker& worker, const Request& outer, std::string path, const fs::path& file, Fields query) {
  auto request = request_of(outer, "POST", std::move(path));
  request->query = std::move(query);
  request->query.emplace_back("name", display(file.filename()));
  request->sound = std::make_shared<UnnamedFile>("read a sound");
  std::error_code error;
  if (!fs::is_regular_file(file, error)) throw Error(ErrorCode::not_found, display(file) + ": there is no such file");
  std::ifstream in(file, std::ios::binary);
  if (!in) throw os_error(file, "read", EACCES);
  std::array<char, 1 << 16> block;
  while (in.read(block.data(), block.size()), in.gcount() > 0) {
    if (request->sound->size() > worker.app.limits.upload_bytes)
      throw HttpError(413, "too_large",
                      fmt::format("{}: has more than {} bytes", display(file), worker.app.limits.upload_bytes));
    request->sound->write({block.data(), static_cast<std::size_t>(in.gcount())});
  }
  return begun_as(worker, std::move(request));
}

std::string track_path(std::int64_t track, const char* what = "") {
  return fmt::format("/api/v1/tracks/{}{}", track, what);
}

double rounded(const json& value, double steps) { return std::round(value.get<double>() * steps) / steps; }
json share(const json& value) { return value.is_null() ? value : json(rounded(value, 1000)); }
json in_seconds(const json& value) { return value.is_null() ? value : json(rounded(value, 100)); }

json result_of(const json& answer) {
  return {{"content", {{{"type", "text"}, {"text", dumped(answer)}}}}, {"isError", false}};
}

// The answer without the last of its list where it would be long; how many were left out is told.
json fitted(json answer, const char* list) {
  std::size_t left_out = 0;
  while (dumped(answer).size() > kShortAnswer && answer[list].size() > 1) {
    json& all = answer[list];
    const std::size_t drop = std::max<std::size_t>(1, all.size() / 8);
    all.erase(all.end() - static_cast<std::ptrdiff_t>(drop), all.end());
    answer["left_out"] = left_out += drop;
  }
  return result_of(answer);
}

// A track as a model is shown it: by number, with its file's full path where the model works on this computer.
class Shown {
 public:
  explicit Shown(const Worker& worker) : cards_(worker), full_paths_(worker.app.options.full_paths) {}

  json track(const json& card) {
    json out = {{"track", card["id"]}, {"file", card["path"]}};
    if (full_paths_)
      if (const auto row = cards_.row(card["id"].get<std::int64_t>())) out["file"] = display(row->path);
    for (const char* name : {"title", "artist", "genre"})
      if (!card[name].get_ref<const std::string&>().empty()) out[name] = card[name];
    out["duration"] = in_seconds(card["duration"]);
    if (!card["tags"].empty()) out["tags"] = card["tags"];
    return out;
  }

  // Results of search, like and similar.
  json hits(const json& results) {
    json out = json::array();
    for (const json& hit : results) {
      if (hit["track"].is_null()) continue;  // went meanwhile
      json& one = out.emplace_back(track(hit["track"]));
      one.update({{"likelihood", share(hit["likelihood"])},
                  {"start", in_seconds(hit["start"])},
                  {"end", in_seconds(hit["end"])}});
    }
    return out;
  }

 private:
  TrackCards cards_;
  bool full_paths_;
};

json number_schema(const char* what) { return {{"type", "number"}, {"description", what}}; }
json text_schema(const char* what) { return {{"type", "string"}, {"description", what}}; }
json track_schema() {
  return {{"type", "integer"}, {"minimum", 1}, {"description", "A track's number, as other tools give it"}};
}
json count_schema() {
  return {{"type", "integer"},
          {"minimum", 1},
          {"maximum", kMostResults},
          {"default", kResults},
          {"description", "How many results; the answer stays below 4 kB unless this is given"}};
}
json where_schema() {
  return text_schema(
      "Only tracks that fulfil this, such as: tempo < 90 and genre = 'Jazz'. Fields: path, title, artist, album, "
      "genre, tag, duration, tempo, key, loudness, brightness, rating, id");
}
json path_schema() { return text_schema("A sound file of this computer, in place of a track"); }

json schema_of(json properties, std::initializer_list<const char*> required = {}) {
  return {{"type", "object"},
          {"properties", std::move(properties)},
          {"required", json(std::vector<std::string>(required.begin(), required.end()))},
          {"additionalProperties", false}};
}

// The work of one route, its answer made short by `shorten`.
template <class Shorten>
ToolWork one_route(Asked asked, Shorten shorten) {
  std::vector<std::string> texts = asked.work.texts;
  return {std::move(texts), [asked = std::move(asked), shorten](std::span<const float> vectors) -> std::optional<json> {
            const std::optional<json> answer = asked.answer(vectors);
            if (!answer) return std::nullopt;
            return shorten(*answer);
          }};
}

ToolWork found(Worker& worker, Asked asked, bool all) {
  return one_route(std::move(asked), [&worker, all](const json& answer) {
    json out = {{"answer", answer["answer"]}, {"searched", answer["searched"]}};
    if (answer["answer"] == "none") out["note"] = "nothing here is likely to be it; these are the nearest";
    if (answer["unknown_words"] == true) out["note"] = "the model knows none of these words; use others";
    out["results"] = Shown(worker).hits(answer["results"]);
    return all ? result_of(out) : fitted(std::move(out), "results");
  });
}

std::int64_t count_of(Reader& reader) { return reader.integer("k", kResults, 1, kMostResults); }

// For who names a track or, on this computer, a file.
std::optional<fs::path> file_of(const App& app, Reader& reader) {
  if (!app.options.full_paths) return std::nullopt;
  if (reader.has("path") == reader.has("track")) reader.refuse("path", "either this or a track was expected");
  if (!reader.has("path")) return std::nullopt;
  return fs::path(reader.text("path", 4096));
}

json find_schema(const App&) {
  return schema_of({{"query", text_schema("What it sounds like, in plain English: \"heavy rain on a roof\"")},
                    {"k", count_schema()},
                    {"where", where_schema()}},
                   {"query"});
}
ToolWork find_sound(Worker& worker, const Request& request, const json& arguments) {
  Reader reader(arguments);
  const bool all = reader.has("k");
  json body = {{"items", {{{"text", reader.text("query", 2000)}}}}, {"k", count_of(reader)}};
  if (const std::string where = reader.text("where", 2000, ""); !where.empty()) body["where"] = where;
  reader.done();
  return found(worker, post(worker, request, "/api/v1/search", body), all);
}

json moments_schema(const App&) {
  return schema_of({{"query", text_schema("What it sounds like, in plain English")},
                    {"track", track_schema()},
                    {"k", count_schema()},
                    {"where", where_schema()}},
                   {"query"});
}
ToolWork moments(Worker& worker, const Request& request, const json& arguments) {
  Reader reader(arguments);
  const bool all = reader.has("k");
  json body = {{"items", {{{"text", reader.text("query", 2000)}}}}, {"k", count_of(reader)}, {"rank", "moments"}};
  std::string where = reader.text("where", 2000, "");
  if (reader.has("track")) {
    const std::string only = fmt::format("id = {}", reader.integer("track", 0, 1, INT64_MAX));
    where = where.empty() ? only : fmt::format("({}) and {}", where, only);
  }
  if (!where.empty()) body["where"] = where;
  reader.done();
  return found(worker, post(worker, request, "/api/v1/search", body), all);
}

json similar_schema(const App& app) {
  json properties = {{"track", track_schema()},
                     {"start", number_schema("Seconds; with end: only this part of the track counts")},
                     {"end", number_schema("Seconds")},
                     {"k", count_schema()},
                     {"where", where_schema()}};
  if (!app.options.full_paths) return schema_of(properties, {"track"});
  properties["path"] = path_schema();
  return schema_of(properties);
}
ToolWork similar(Worker& worker, const Request& request, const json& arguments) {
  constexpr double kLongest = 1e7;
  Reader reader(arguments);
  const bool all = reader.has("k");
  const std::int64_t k = count_of(reader);
  const std::string where = reader.text("where", 2000, "");
  const std::optional<fs::path> file = file_of(worker.app, reader);
  const double start = reader.number("start", 0, 0, kLongest), end = reader.number("end", 0, 0, kLongest);
  const double duration = reader.has("end") ? end - start : 0;
  if (duration < 0) reader.refuse("end", "must be behind start");
  if (file) {
    reader.done();
    Fields query = {{"k", std::to_string(k)}};
    if (!where.empty()) query.emplace_back("where", where);
    if (start > 0) query.emplace_back("start", fmt::format("{}", start));
    if (duration > 0) query.emplace_back("duration", fmt::format("{}", duration));
    return found(worker, post_file(worker, request, "/api/v1/like", *file, std::move(query)), all);
  }
  json item = {{"track", reader.integer("track", 0, 1, INT64_MAX)}};
  if (start > 0) item["start"] = start;
  if (duration > 0) item["duration"] = duration;
  json body = {{"items", {item}}, {"k", k}};
  if (!where.empty()) body["where"] = where;
  reader.done();
  return found(worker, post(worker, request, "/api/v1/like", body), all);
}

json describe_schema(const App&) { return schema_of({{"track", track_schema()}}, {"track"}); }
ToolWork describe(Worker& worker, const Request& request, const json& arguments) {
  Reader reader(arguments);
  const std::int64_t track = reader.integer("track", 0, 1, INT64_MAX);
  reader.done();
  struct Parts {
    Asked classified, captioned, card;
    std::optional<json> labels, caption;
  };
  const json tracks = {track};
  const auto parts = std::make_shared<Parts>(
      Parts{post(worker, request, "/api/v1/classify", {{"tracks", tracks}, {"set", "audioset"}, {"k", 8}}),
            post(worker, request, "/api/v1/caption", {{"tracks", tracks}}),
            get(worker, request, track_path(track)),
            {},
            {}});
  std::vector<std::string> texts = parts->classified.work.texts;
  const std::size_t first = texts.size();
  std::ranges::copy(parts->captioned.work.texts, std::back_inserter(texts));
  const std::size_t all = texts.size();
  return {std::move(texts), [&worker, parts, first, all](std::span<const float> vectors) -> std::optional<json> {
            const std::size_t width = all == 0 ? 0 : vectors.size() / all;
            if (!parts->labels) {
              parts->labels = parts->classified.answer(vectors.first(first * width));
              return std::nullopt;
            }
            if (!parts->caption) {
              parts->caption = parts->captioned.answer(vectors.subspan(first * width));
              return std::nullopt;
            }
            const json card = *parts->card.answer({});
            json out = Shown(worker).track(card);
            if (!(*parts->caption)["results"].empty()) out["caption"] = (*parts->caption)["results"][0]["caption"];
            json labels = json::array();
            if (!(*parts->labels)["results"].empty())
              for (const json& one : (*parts->labels)["results"][0]["labels"])
                if (one["holds"] == true)
                  labels.push_back({{"label", one["label"]}, {"likelihood", share(one["likelihood"])}});
            out["sounds"] = std::move(labels);
            for (const auto& [name, value] : card["features"].items())
              if (!value.is_null()) out[name] = value.is_number() ? json(rounded(value, 10)) : value;
            return fitted(std::move(out), "sounds");
          }};
}

json events_schema(const App&) {
  return schema_of({{"track", track_schema()},
                    {"texts",
                     {{"type", "array"},
                      {"items", {{"type", "string"}}},
                      {"minItems", 1},
                      {"maxItems", 50},
                      {"description", "What to listen for: [\"a door slam\", \"footsteps\"]"}}},
                    {"start", number_schema("Seconds; where to begin listening")},
                    {"duration", number_schema("Seconds; at most 900")},
                    {"min", number_schema("The least likelihood of an event, 0 to 1")}},
                   {"track", "texts"});
}
ToolWork events(Worker& worker, const Request& request, const json& arguments) {
  Reader reader(arguments);
  json body = {{"track", reader.integer("track", 0, 1, INT64_MAX)}, {"labels", reader.texts("texts", 50, 2000)}};
  for (const char* name : {"start", "duration", "min"})
    if (reader.has(name)) body[name] = reader.number(name, 0, 0, 1e7);
  reader.done();
  return one_route(post(worker, request, "/api/v1/events", body), [](const json& answer) {
    json out = {{"start", in_seconds(answer["start"])}, {"end", in_seconds(answer["end"])}, {"events", json::array()}};
    for (const json& event : answer["events"])
      out["events"].push_back({{"text", event["label"]},
                               {"start", in_seconds(event["start"])},
                               {"end", in_seconds(event["end"])},
                               {"likelihood", share(event["likelihood"])}});
    return fitted(std::move(out), "events");
  });
}

json match_schema(const App&) {
  return schema_of({{"path", text_schema("A sound file of this computer: a recording, an excerpt, a broadcast")},
                    {"start", number_schema("Seconds; where to begin in it")},
                    {"duration", number_schema("Seconds")}},
                   {"path"});
}
ToolWork match(Worker& worker, const Request& request, const json& arguments) {
  Reader reader(arguments);
  const fs::path file = reader.text("path", 4096);
  Fields query;
  for (const char* name : {"start", "duration"})
    if (reader.has(name)) query.emplace_back(name, fmt::format("{}", reader.number(name, 0, 0, 1e7)));
  reader.done();
  return one_route(post_file(worker, request, "/api/v1/match", file, std::move(query)), [&worker](const json& answer) {
    Shown shown(worker);
    json out = {{"searched", answer["searched"]}, {"results", json::array()}};
    if (answer["results"].empty()) out["note"] = "this recording is in no track of the library";
    for (const json& hit : answer["results"])
      if (!hit["track"].is_null())
        out["results"]
            .emplace_back(shown.track(hit["track"]))
            .update({{"offset", in_seconds(hit["offset"])},
                     {"start", in_seconds(hit["start"])},
                     {"end", in_seconds(hit["end"])},
                     {"confidence", share(hit["confidence"])}});
    return fitted(std::move(out), "results");
  });
}

json hear_schema(const App&) {
  return schema_of({{"track", track_schema()},
                    {"start", number_schema("Seconds")},
                    {"duration", number_schema("Seconds: 5 unless given, at most 20")}},
                   {"track"});
}
ToolWork hear(Worker& worker, const Request& request, const json& arguments) {
  Reader reader(arguments);
  const std::int64_t track = reader.integer("track", 0, 1, INT64_MAX);
  const double start = reader.number("start", 0, 0, 1e7);
  const double duration = reader.number("duration", kClip, 0.1, kLongestClip);
  reader.done();
  const Asked asked = get(worker, request, track_path(track, "/excerpt"),
                          {{"start", fmt::format("{}", start)}, {"end", fmt::format("{}", start + duration)}});
  return {{}, [asked](std::span<const float> vectors) -> std::optional<json> {
            const std::optional<Response> sound = asked.response(vectors);
            return json{{"content", {{{"type", "audio"}, {"data", to_base64(sound->body)}, {"mimeType", sound->type}}}},
                        {"isError", false}};
          }};
}

json info_schema(const App&) { return schema_of(json::object()); }
ToolWork library_info(Worker& worker, const Request& request, const json& arguments) {
  Reader(arguments).done();
  return one_route(get(worker, request, "/api/v1/info"), [&worker](const json& answer) {
    json out = {{"model", answer["model"]},
                {"tracks", answer["library"]["tracks"]},
                {"windows", answer["library"]["windows"]},
                {"can", answer["can"]},
                {"folders", json::array()}};
    if (worker.app.options.full_paths)
      for (const library::Source& source : library::sources(worker.library(), true))
        out["folders"].push_back({{"folder", display(source.path)}, {"tracks", source.tracks}});
    return fitted(std::move(out), "folders");
  });
}

json copy_schema(const App& app) {
  std::string roots;
  for (const fs::path& root : app.options.roots) roots += (roots.empty() ? "" : ", ") + display(root);
  const std::string folder = "A folder at or below " + roots + "; it is made where it is not there";
  return schema_of({{"track", track_schema()},
                    {"folder", text_schema(folder.c_str())},
                    {"start", number_schema("Seconds; with end: only this part, as WAV")},
                    {"end", number_schema("Seconds")}},
                   {"track", "folder"});
}

// The folder without links, below a folder that may be written to.
fs::path allowed_folder(const App& app, const std::string& given) {
  const fs::path folder = given;
  if (!folder.is_absolute()) throw Error(ErrorCode::invalid_argument, "folder: an absolute path was expected");
  const fs::path resolved = fs::weakly_canonical(folder);
  for (const fs::path& root : app.options.roots)
    if (library::at_or_below(resolved.native(), root.native())) return resolved;
  throw HttpError(403, "permission_denied", display(folder) + ": lies below no folder of --allow-root");
}

ToolWork copy_to(Worker& worker, const Request&, const json& arguments) {
  Reader reader(arguments);
  const std::int64_t id = reader.integer("track", 0, 1, INT64_MAX);
  const fs::path folder = allowed_folder(worker.app, reader.text("folder", 4096));
  const bool part = reader.has("end");
  FindHit hit;
  hit.start_seconds = reader.number("start", 0, 0, 1e7);
  hit.end_seconds = reader.number("end", 0, 0, 1e7);
  reader.done();
  if (part && hit.end_seconds <= hit.start_seconds) reader.refuse("end", "must be behind start");
  const Track track = TrackCards(worker).wanted(id);
  open_track(worker.library(), track);  // refuses what a link leads to
  hit.id = id;
  hit.path = track.path;
  std::size_t rank = 1;  // the first that is free: nothing is overwritten
  if (std::error_code error; fs::is_directory(folder, error))
    rank += static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
  const CopyReport report = copy_hits({&hit, 1}, folder, rank, part);
  if (!report.skipped.empty()) throw Error(report.skipped[0].code, report.skipped[0].reason);
  json out = {{"written", display(report.written.at(0))}};
  return {{}, [out](std::span<const float>) -> std::optional<json> { return result_of(out); }};
}

constexpr Tool kTools[] = {
    {"find_sound", "Find sounds by a description",
     "Searches the library for recordings that sound like a description. Likelihood is the chance that the recording "
     "is what was described; answer is clear, doubtful or none.",
     find_schema, find_sound},
    {"moments", "Find moments by a description",
     "As find_sound, for single moments (start and end in seconds), of one track or of all.", moments_schema, moments},
    {"similar", "Find what sounds alike", "Finds recordings that sound like a track, or like a part of it.",
     similar_schema, similar},
    {"describe", "Describe a recording",
     "Says what is heard in a track: a caption, sounds with likelihoods, tempo, key, loudness.", describe_schema,
     describe},
    {"events", "Say when something is heard",
     "Listens to a track for the given texts and says when each is heard, with a likelihood.", events_schema, events},
    {"match", "Recognise a recording",
     "Finds the very same recording in the library, also of an excerpt in noise, and where in it the excerpt begins.",
     match_schema, match},
    {"hear", "Hear a short clip", "A few seconds of a track as sound.", hear_schema, hear},
    {"library_info", "What the library holds", "How many tracks, of which folders, heard by which model.", info_schema,
     library_info},
    {"copy_to", "Copy a recording",
     "Copies a track's file, or a part of it as WAV, into a folder. Nothing is overwritten.", copy_schema, copy_to,
     true},
};

}  // namespace

std::vector<const Tool*> tools_for(const App& app, const Caller& caller) {
  std::vector<const Tool*> out;
  for (const Tool& tool : kTools) {
    if (tool.writes && (app.options.roots.empty() || caller.right < Right::admin)) continue;
    if (tool.begin == match && !app.options.full_paths) continue;  // it takes a file of this computer
    if ((tool.begin == hear || tool.begin == copy_to || tool.begin == match) && !app.can(Part::sound)) continue;
    out.push_back(&tool);
  }
  return out;
}

}  // namespace hearken::server

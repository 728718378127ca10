// /api/v1/search, like, similar, wordings.
#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "core/numerics/vectors.h"
#include "core/text.h"
#include "core/threads/threads.h"
#include "report/result_json.h"
#include "search/index/select.h"
#include "search/query/like_search.h"
#include "search/query/text_query.h"
#include "search/query/vector_search.h"
#include "search/query/wordings.h"
#include "search/ratings/ratings.h"
#include "server/http/errors.h"
#include "server/http/json.h"
#include "server/http/query.h"
#include "server/http/router.h"
#include "server/state/tracks.h"
#include "text/silence.h"
#include "text/wishes.h"

namespace hearken::server {
namespace {

using search::ItemVectors;

// The cards of hits; null for a track that is not there any more.
template <class Hits>
std::vector<json> cards_of(TrackCards& cards, const Hits& hits) {
  std::vector<std::int64_t> ids;
  for (const auto& hit : hits) ids.push_back(hit.id);
  std::vector<json> out;
  for (const std::optional<Track>& track : cards.rows(ids)) out.push_back(track ? cards.card(*track) : json());
  return out;
}

// `windows` are those of query.asked; of an item that became several each has one.
json query_json(const Query& query, std::span<const std::size_t> windows, TrackCards& cards) {
  json out = json::array();
  for (std::size_t i = 0; i < query.items.size(); ++i) {
    const QueryItem& item = query.items[i];
    const auto first = std::ranges::find(query.asked, i, &QueryItem::place) - query.asked.begin();
    json one{{"negative", item.negative}, {"windows", windows[static_cast<std::size_t>(first)]}};
    if (item.track > 0) {
      one["track"] = cards.card(item.track);
    } else if (item.upload != nullptr) {
      if (!item.upload->id.empty()) one["upload"] = item.upload->id;
      one["name"] = item.upload->name;
    } else {
      one["text"] = item.text;
    }
    out.push_back(std::move(one));
  }
  return out;
}

json result_json(const Query& query, const search::Space& space, const Model& model, double began, double embedded) {
  const double now = monotonic_seconds();
  return {
      {"kind", query.by_sound() ? "sounds" : "words"},
      {"model", model.info().name},
      {"by", query.by_sound() ? json(query.like.by == LikeBy::mean ? "mean" : "votes") : json()},
      {"rank", query.by_sound() ? json() : json(to_string(query.find.rank))},
      {"window", space.windowing.window_seconds},
      {"hop", space.windowing.hop_seconds},
      {"offset", query.find.offset},
      {"without", query.without()},
      {"self", json::array()},
      {"warnings", json::array()},
      {"timings_ms",
       {{"embed", (embedded - began) * 1000}, {"search", (now - embedded) * 1000}, {"total", (now - began) * 1000}}}};
}

// `rated` is null where ratings do not count. `rows` are the vectors of the query's sentences, then of rated->texts().
Response words_found(Worker& worker, const Query& query, const search::RatedQueries* rated, std::span<const float> rows,
                     double began) {
  const double embedded = monotonic_seconds();
  const Model& model = worker.app.model;
  const auto [index, threads] = searching(worker);
  const std::size_t own = query.sentences().size() * index->space().dimension;
  const std::vector<float> vector = words_vector(model, *index, query, rows.first(own));
  FindOptions options = query.find;
  options.threads = threads;
  options.silence = text::asks_for_silence(query.first_text());
  search::RatedFor rated_for;
  if (rated != nullptr) {
    std::vector<float> units(rows.begin() + static_cast<std::ptrdiff_t>(own), rows.end());
    if (model.info().evidence) numerics::scale_to_unit(units, index->space().dimension);
    rated_for = {&model, rated->counted(units)};
  }
  FindResult found = search::find_vector(*index, vector, options, rated_for);
  search::judge(found, model);
  TrackCards cards(worker);
  const std::vector<json> tracks = cards_of(cards, found.hits);
  json hits = json::array();
  int rank = query.find.offset;
  for (std::size_t i = 0; i < found.hits.size(); ++i) {
    const FindHit& hit = found.hits[i];
    hits.emplace_back(report::judged_json(hit))
        .update({{"rank", ++rank},
                 {"track", tracks[i]},
                 {"preference", hit.preference},
                 {"start", hit.start_seconds},
                 {"end", hit.end_seconds},
                 {"votes", nullptr},
                 {"total_similarity", nullptr},
                 {"moments", json::array()}});
  }
  json out = result_json(query, index->space(), model, began, embedded);
  const std::vector<std::size_t> windows(query.asked.size(), 1);
  out["query"] = query_json(query, windows, cards);
  out["windows"] = 1;
  out["ratings"] = found.ratings;
  out["answer"] = to_string(found.answer);
  out["unknown_words"] = search::says_nothing(vector);
  out["searched"] = found.searched;
  out["without_vectors"] = index->without_vectors({});
  out["results"] = std::move(hits);
  return json_response(out);
}

// Each window asks all of the library's.
bool takes_long(const std::vector<ItemVectors>& items, const search::Index& index) {
  constexpr double kMany = 20e6;  // products of vectors: about 0.1 s of one thread
  std::size_t numbers = 0;
  for (const ItemVectors& item : items) numbers += item.vectors.size();
  return static_cast<double>(numbers / index.space().dimension) * static_cast<double>(index.windows()) > kMany;
}

// Of an item that became several, the moments say which item it was.
json moments_of(const LikeHit& hit, const Query& query) {
  json out = report::moments_json(hit.moments);
  for (json& moment : out) moment["input"] = query.asked[moment["input"].get<std::size_t>()].place;
  return out;
}

Response sounds_found(Worker& worker, const Query& query, std::span<const float> rows, double began) {
  const double embedded = monotonic_seconds();
  const auto [index, threads] = searching(worker);
  json warnings = json::array();
  const std::vector<ItemVectors> items = item_vectors(worker.app.model, *index, query, rows, warnings);
  if (takes_long(items, *index)) worker.begin_long_work();
  LikeOptions options = query.like;
  options.k = query.find.k + query.find.offset;
  options.threads = threads;
  const int shown_inputs = options.inputs, shown_clips = options.clips;
  options.inputs = std::max(1, shown_inputs);  // the best moment is shown of every hit
  options.clips = std::max(1, shown_clips);
  options.under = query.find.under;
  options.where = query.find.where;
  const LikeResult found = search::like_vectors(*index, items, options, alike_levels(worker.app.model.info()));

  TrackCards cards(worker);
  json hits = json::array();
  const std::span<const LikeHit> page =
      std::span(found.hits).subspan(std::min(static_cast<std::size_t>(query.find.offset), found.hits.size()));
  const std::vector<json> tracks = cards_of(cards, page);
  int rank = query.find.offset;
  for (std::size_t i = 0; i < page.size(); ++i) {
    const LikeHit& hit = page[i];
    json one =
        report::joined(report::judged_json(hit),
                       {{"rank", ++rank},
                        {"track", tracks[i]},
                        {"preference", hit.preference},
                        {"start", 0},
                        {"end", 0},
                        {"votes", nullptr},
                        {"total_similarity", nullptr},
                        {"moments", shown_inputs > 0 && shown_clips > 0 ? moments_of(hit, query) : json::array()}});
    if (!hit.moments.empty() && !hit.moments.front().matches.empty()) {
      one["start"] = hit.moments.front().matches.front().start_seconds;
      one["end"] = hit.moments.front().matches.front().end_seconds;
    }
    if (options.by == LikeBy::votes) one["votes"] = hit.votes, one["total_similarity"] = hit.total_similarity;
    hits.push_back(std::move(one));
  }
  json out = result_json(query, index->space(), worker.app.model, began, embedded);
  out["answer"] = to_string(found.answer);
  out["unknown_words"] = false;
  out["query"] = query_json(query, found.item_windows, cards);
  out["windows"] = found.windows;
  out["ratings"] = found.ratings;
  for (const std::string& warning : found.warnings) warnings.push_back(warning);
  out["searched"] = search::count_tracks(*index, {search::selection_of(options.under, options.where), {}, false});
  out["without_vectors"] = index->without_vectors({});
  for (const LikeSelf& self : found.self) out["self"].push_back(cards.card(self.id));
  out["warnings"] = std::move(warnings);
  out["results"] = std::move(hits);
  return json_response(out);
}

Work answered(Worker& worker, Query asked) {
  const double began = monotonic_seconds();
  asked.understand();
  auto query = std::make_shared<const Query>(std::move(asked));
  std::vector<std::string> texts = query->sentences();
  std::shared_ptr<const search::RatedQueries> rated;
  if (!query->by_sound() && query->find.ratings && query->find.rank != FindRank::moments) {
    rated = std::make_shared<const search::RatedQueries>(*searching(worker).index, query->first_text());
    texts.insert(texts.end(), rated->texts().begin(), rated->texts().end());
  }
  return {std::move(texts), [&worker, query, rated, began](std::span<const float> rows) {
            return query->by_sound() ? sounds_found(worker, *query, rows, began)
                                     : words_found(worker, *query, rated.get(), rows, began);
          }};
}

// Reads the rest of what was asked, the options with `read_options`, and answers it.
template <class ReadOptions>
Work answered(Worker& worker, Reader& reader, Query query, ReadOptions read_options) {
  read_filter(worker, reader, query);
  read_page(reader, query);
  read_options(reader, query);
  reader.done();
  return answered(worker, std::move(query));
}

Work search_words(Worker& worker, Request& request) {
  const json object = query_object(request, {"q", "not", "where"}, {"not"});
  Reader reader(object);
  Query query;
  query.items.emplace_back().text = reader.text("q", kLongestText);
  if (is_blank(query.items[0].text)) reader.refuse("q", "is empty");
  for (std::string& text : reader.texts("not", kMostItems - 1, kLongestText)) {
    query.items.emplace_back().text = std::move(text);
    query.items.back().negative = true;
  }
  return answered(worker, reader, std::move(query), read_find_options);
}

Work search_anything(Worker& worker, Request& request) {
  const json body = parsed(request.body);
  Reader reader(body);
  Query query;
  read_items(worker, reader, query);
  return answered(worker, reader, std::move(query), [](Reader& options, Query& wanted) {
    read_find_options(options, wanted);
    read_like_options(options, wanted);
  });
}

Work like_anything(Worker& worker, Request& request) {
  Query query;
  if (request.sound != nullptr) {
    const json object = query_object(request, {"where", "name"});
    Reader reader(object);
    read_filter(worker, reader, query);
    read_page(reader, query);
    read_like_options(reader, query);
    query.items.push_back(sound_item(worker, request, reader));
    reader.done();
  } else {
    const json body = parsed(request.body);
    Reader reader(body);
    read_items(worker, reader, query);
    read_filter(worker, reader, query);
    read_page(reader, query);
    read_like_options(reader, query);
    reader.done();
    if (!query.by_sound()) reader.refuse("items", "no sound counts for; /api/v1/search finds by words alone");
  }
  return answered(worker, std::move(query));
}

Work similar(Worker& worker, Request& request) {
  const json object = query_object(request, {"where"});
  Reader reader(object);
  Query query;
  query.items.emplace_back().track = request.id(0);
  return answered(worker, reader, std::move(query), read_like_options);
}

Work wordings(Worker& worker, Request& request) {
  const json object = query_object(request, {"q", "not", "where"}, {"not"});
  Reader reader(object);
  Query query;
  const std::string text = reader.text("q", kLongestText);
  const std::vector<std::string> against = reader.texts("not", kMostItems - 1, kLongestText);
  read_filter(worker, reader, query);
  read_find_options(reader, query);
  reader.done();
  const text::Wishes wishes = search::understood(text, against);
  std::vector<std::string> texts = search::other_wordings(wishes.wanted);
  if (texts.empty())
    return Work::done(json_response({{"text", text}, {"wordings", json::array()}, {"clearer", nullptr}}));
  texts.insert(texts.begin(), wishes.wanted);
  const bool ensemble = query.find.ensemble;
  std::vector<std::string> sentences = search::sentences_of(texts, ensemble);
  const std::size_t wanted = sentences.size();
  std::ranges::move(search::sentences_of(wishes.without, ensemble), std::back_inserter(sentences));
  return {std::move(sentences), [&worker, query, texts, text, wanted](std::span<const float> rows) {
            const auto [index, threads] = searching(worker);
            const Model& model = worker.app.model;
            const std::size_t width = index->space().dimension;
            const auto vectors_of = [&](std::span<const float> part) {
              return search::vectors_of_sentences(model, part, query.find.ensemble);
            };
            const std::vector<float> plain = vectors_of(rows.first(wanted * width));
            const std::vector<float> away = vectors_of(rows.subspan(wanted * width));
            std::vector<float> queries;
            for (std::size_t t = 0; t < texts.size(); ++t)
              std::ranges::copy(search::turned_away(model, std::span(plain).subspan(t * width, width), away),
                                std::back_inserter(queries));
            FindOptions options = query.find;
            options.threads = threads;
            const search::Scope scope{search::selection_of(options.under, options.where), {}, false};
            const std::vector<FindWording> found = search::compared(*index, model, texts, queries, scope, options);
            const std::optional<FindWording> clearer = search::clearer_than(texts.front(), found);
            json list = json::array();
            for (const FindWording& one : found)
              list.push_back({{"text", one.text == texts.front() ? text : one.text},
                              {"best", one.best},
                              {"mean", one.mean},
                              {"level", to_string(one.level)},
                              {"likelihood", one.likelihood},
                              {"answer", to_string(one.answer)}});
            return json_response(
                {{"text", text}, {"wordings", std::move(list)}, {"clearer", clearer ? json(clearer->text) : json()}});
          }};
}

constexpr Route kSearchRoutes[] = {
    {"GET", "/api/v1/search", search_words, Lane::search},
    {"POST", "/api/v1/search", search_anything, Lane::search, Body::small_json},
    {"POST", "/api/v1/like", like_anything, Lane::search, Body::sound_or_json},
    {"GET", "/api/v1/tracks/{track}/similar", similar, Lane::search},
    {"GET", "/api/v1/wordings", wordings, Lane::search},
};

}  // namespace

std::span<const Route> search_routes() { return kSearchRoutes; }

}  // namespace hearken::server

// `find`: a text becomes a vector, tracks or moments are ranked by it, and each hit gets its entry in the catalogue.
#include "hearken/find.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <numeric>
#include <span>
#include <string>
#include <utility>

#include "core/paths.h"
#include "core/threads.h"
#include "library/library_impl.h"
#include "library/sqlite.h"
#include "search/engine.h"
#include "search/find_run.h"
#include "search/rank.h"
#include "search/ratings.h"
#include "search/reranker.h"
#include "search/select.h"
#include "search/text_query.h"
#include "search/where.h"
#include "search/wordings.h"

namespace hearken {
namespace search {
namespace {

using library::Statement;

Error no_vectors_of(const Library& library, const std::vector<Space>& all, std::string_view model_name) {
  std::string held;
  for (const Space& space : all)
    held += fmt::format("{}'{}' ({})", held.empty() ? "" : ", ", display(space.name), in_words(space.windowing));
  const std::string asked = display(model_name);
  return Error(ErrorCode::mismatch,
               fmt::format("{}: holds no vectors of the model '{}', only of {}; search with --model {}, "
                           "or make them: hearken index --model {} FOLDER",
                           display(library.path()), asked, held, display(all.front().name), asked));
}

void check_not_empty(const Library& library, const std::vector<Space>& all) {
  if (std::any_of(all.begin(), all.end(), [](const Space& s) { return s.newest_vectors > 0; })) return;
  const std::int64_t missing = library.impl().db().integer("SELECT count(*) FROM tracks WHERE missing = 1");
  if (missing > 0) {
    throw Error(ErrorCode::not_found, display(library.path()) + ": none of its " + std::to_string(missing) +
                                          " tracks is there at present; mount their disk, or index where they are now");
  }
  throw Error(ErrorCode::not_found, display(library.path()) + ": holds no tracks yet: hearken index FOLDER");
}

void check(const FindOptions& options) {
  if (options.k < 1) throw Error(ErrorCode::invalid_argument, "the number of results must be at least 1");
  if (options.offset < 0)
    throw Error(ErrorCode::invalid_argument, "the number of results left out must not be below 0");
}

// A space with the tracks that may be found in it.
struct Searched {
  const Library& library;
  const Space& space;
  const Engine& engine;
  TrackFilter filter;

  Ranking best(std::span<const float> query, std::size_t count, const FindOptions& options) const {
    return ranked(engine, query, options.rank, count, space.windowing.window_seconds, filter, options.threads);
  }
};

FindResult page_of(const Searched& searched, std::span<const float> query, const FindOptions& options,
                   std::span<const CountedRating> ratings = {}) {
  const auto offset = static_cast<std::size_t>(options.offset), k = static_cast<std::size_t>(options.k);
  Ranking all = searched.best(query, ratings.empty() ? offset + k : std::max(offset + k, kReordered), options);
  Statement track(searched.library.impl().db(),
                  "SELECT path, title, artist, duration_seconds FROM tracks WHERE id = ?");
  FindResult result;
  result.searched = all.searched;
  if (!ratings.empty()) {
    const std::vector<double> rated =
        scores_of_rated(searched.engine, ratings, query, track_rank(options.rank), options.threads);
    result.ratings = prefer(searched.library, searched.engine, ratings, rated, all.best);
    all.best.resize(std::min(all.best.size(), offset + k));
  }
  for (const Ranked& found : std::span(all.best).subspan(std::min(offset, all.best.size()))) {
    track.bind(found.track_id);
    if (!track.step()) continue;  // taken out of the library meanwhile
    FindHit hit;
    hit.id = found.track_id;
    hit.score = found.score;
    hit.preference = found.preference;
    hit.start_seconds =
        options.rank == FindRank::moments ? found.start_seconds : best_start(searched.engine, found.track_id, query);
    hit.path = track.path(0);
    hit.title = track.text(1);
    hit.artist = track.text(2);
    hit.end_seconds = std::min(hit.start_seconds + searched.space.windowing.window_seconds, track.real(3));
    track.reset();
    result.hits.push_back(std::move(hit));
  }
  return result;
}

// How well each of some texts finds: queries [texts, dimension].
std::vector<FindWording> compared(const Searched& searched, const Model& model, std::span<const std::string> texts,
                                  std::span<const float> queries, const FindOptions& options) {
  std::vector<FindWording> out;
  const std::size_t width = searched.space.dimension;
  for (std::size_t t = 0; t < texts.size(); ++t) {
    const auto query = queries.subspan(t * width, width);
    const std::vector<Ranked> best = searched.best(query, static_cast<std::size_t>(options.k), options).best;
    if (best.empty()) return {};
    const double sum =
        std::accumulate(best.begin(), best.end(), 0.0, [](double s, const Ranked& r) { return s + r.score; });
    out.push_back({texts[t], best.front().score, sum / static_cast<double>(best.size()), model.level(best[0].score)});
  }
  std::ranges::stable_sort(out, std::ranges::greater(), &FindWording::best);
  return out;
}

}  // namespace

std::string in_words(const Windowing& windowing) {
  return fmt::format("{:g} s every {:g} s", windowing.window_seconds, windowing.hop_seconds);
}

std::vector<Space> spaces(const Library& library) {
  Statement rows(
      library.impl().db(),
      "SELECT id, name, fingerprint, dimension, window_seconds, hop_seconds, precision, (SELECT coalesce(max(e.id), 0) "
      "FROM "
      "embeddings e JOIN tracks t ON t.id = e.track_id WHERE e.model_id = m.id AND t.missing = 0) FROM models m "
      "ORDER BY id");
  std::vector<Space> out;
  while (rows.step()) {
    out.push_back({rows.integer(0),
                   rows.text(1),
                   rows.text(2),
                   static_cast<std::size_t>(rows.integer(3)),
                   {rows.real(4), rows.real(5)},
                   parse_precision(rows.text(6)),
                   rows.integer(7)});
  }
  return out;
}

std::vector<Space> spaces_made_by(const Library& library, const Model& model) {
  const std::vector<Space> all = spaces(library);
  check_not_empty(library, all);
  std::vector<Space> own;
  for (const Space& space : all)
    if (made_by(model, space.windowing, space.fingerprint)) own.push_back(space);
  if (own.empty()) throw no_vectors_of(library, all, model.info().name);
  std::ranges::stable_sort(own, std::ranges::greater(), &Space::newest_vectors);
  return own;
}

Space space_named(const Library& library, std::string_view model_name) {
  const std::vector<Space> all = spaces(library);
  check_not_empty(library, all);
  const std::string_view name = model_name.empty() ? std::string_view(all.front().name) : model_name;
  const Space* newest = nullptr;
  for (const Space& space : all)
    if (space.name == name && (newest == nullptr || space.newest_vectors > newest->newest_vectors)) newest = &space;
  if (newest == nullptr) throw no_vectors_of(library, all, name);
  return *newest;
}

FindResult find_vector(const Library& library, const Space& space, std::span<const float> query,
                       const FindOptions& options) {
  return find_vector(library, space, Engine(library, space), query, options);
}

FindResult find_vector(const Library& library, const Space& space, const Engine& engine, std::span<const float> query,
                       const FindOptions& options, std::span<const CountedRating> ratings) {
  check(options);
  if (query.size() != space.dimension) {
    throw Error(ErrorCode::mismatch, display(library.path()) + ": holds vectors of " + std::to_string(space.dimension) +
                                         " elements, the query has " + std::to_string(query.size()));
  }
  return page_of({library, space, engine, select_tracks(library, selection_of(options.under, options.where))}, query,
                 options, ratings);
}

}  // namespace search

std::string_view to_string(FindRank rank) noexcept {
  switch (rank) {
    case FindRank::mean: return "mean";
    case FindRank::best: return "best";
    case FindRank::top3: return "top3";
    case FindRank::moments: return "moments";
  }
  return "mean";
}

FindResult find(const Library& library, const Model& model, std::string_view text, const FindOptions& options) {
  if (text.find_first_not_of(" \t\r\n\f\v") == std::string_view::npos) {
    throw Error(ErrorCode::invalid_argument,
                "the query is empty: describe the sound, as in `hearken find \"calm piano\"`");
  }
  search::check(options);
  const search::Selection selection = search::selection_of(options.under, options.where);
  const std::vector<search::Space> own = search::spaces_made_by(library, model);
  const search::Space& space = own.front();
  const double began = monotonic_seconds();
  std::vector<std::string> texts{std::string(text)};
  if (options.other_wordings) std::ranges::move(search::other_wordings(text), std::back_inserter(texts));
  const std::vector<float> queries =
      search::text_queries(model, texts, options.without, options.ensemble, options.threads);
  const double embedded = monotonic_seconds();
  const search::Engine engine(library, space);
  const search::Searched searched{library, space, engine, search::select_tracks(library, selection)};
  std::vector<CountedRating> ratings;
  if (options.ratings && options.rank != FindRank::moments) ratings = search::counted_ratings(library, model, text);
  FindResult result = search::page_of(searched, std::span(queries).first(space.dimension), options, ratings);
  for (FindHit& hit : result.hits) hit.level = model.level(hit.score);
  if (texts.size() > 1) result.wordings = search::compared(searched, model, texts, queries, options);
  result.without_vectors = search::count_without(library, space, selection);
  result.windowing = space.windowing;
  for (const search::Space& other : std::span(own).subspan(1))
    if (other.newest_vectors > 0) result.other_windowings.push_back(other.windowing);
  result.embed_seconds = embedded - began;
  result.search_seconds = monotonic_seconds() - embedded;
  return result;
}

void check_holds(const Library& library, std::string_view model_name) {
  const std::vector<search::Space> all = search::spaces(library);
  search::check_not_empty(library, all);
  if (std::none_of(all.begin(), all.end(), [&](const search::Space& s) { return s.name == model_name; }))
    throw search::no_vectors_of(library, all, model_name);
}

}  // namespace hearken

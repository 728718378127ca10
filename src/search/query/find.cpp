// `find`: a text becomes a vector, tracks or moments are ranked by it, and each hit gets its entry in the catalogue.
#include "hearken/find.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <numeric>
#include <span>
#include <utility>

#include "core/enum_names.h"
#include "core/paths.h"
#include "core/text.h"
#include "core/threads/threads.h"
#include "library/catalogue/tracks.h"
#include "search/index/local_index.h"
#include "search/index/select.h"
#include "search/query/text_query.h"
#include "search/query/vector_search.h"
#include "search/query/wordings.h"
#include "search/rank.h"
#include "search/ratings/ratings.h"
#include "search/ratings/reranker.h"
#include "text/silence.h"

namespace hearken {
namespace search {
namespace {

// As own_model(): null when another program made the vectors of all.
const Space* own_space(const std::vector<Space>& all) {
  const auto own = std::ranges::find_if(all, [](const Space& s) { return !is_foreign(s.fingerprint); });
  return own == all.end() ? nullptr : &*own;
}

Error no_vectors_of(const Library& library, const std::vector<Space>& all, std::string_view model_name) {
  std::string held;
  for (const Space& space : all)
    held += fmt::format("{}'{}' ({})", held.empty() ? "" : ", ", display(space.name), in_words(space.windowing));
  const std::string asked = display(model_name);
  const Space* own = own_space(all);
  if (own == nullptr) {
    return Error(
        ErrorCode::mismatch,
        fmt::format("{}: holds no vectors of the model '{}', only of {}, which another program made: they know "
                    "no texts and hear no files; make some: hearken index --model {} FOLDER",
                    display(library.path()), asked, held, asked));
  }
  return Error(ErrorCode::mismatch,
               fmt::format("{}: holds no vectors of the model '{}', only of {}; search with --model {}, "
                           "or make them: hearken index --model {} FOLDER",
                           display(library.path()), asked, held, display(own->name), asked));
}

void check_not_empty(const Library& library, const std::vector<Space>& all) {
  if (std::any_of(all.begin(), all.end(), [](const Space& s) { return s.newest_vectors > 0; })) return;
  const std::size_t missing = library::track_ids(library, true).size();
  if (missing > 0) {
    throw Error(ErrorCode::not_found, display(library.path()) + ": none of its " + std::to_string(missing) +
                                          " tracks is there at present; mount their disk, or index where they are now");
  }
  throw Error(ErrorCode::not_found, display(library.path()) + ": holds no tracks yet: hearken index FOLDER");
}

void check_options(const FindOptions& options) {
  if (options.k < 1) throw Error(ErrorCode::invalid_argument, "the number of results must be at least 1");
  if (options.offset < 0)
    throw Error(ErrorCode::invalid_argument, "the number of results left out must not be below 0");
}

Ranking best(const Index& index, std::span<const float> query, std::size_t count, const Scope& scope,
             const FindOptions& options) {
  return rank_tracks(index, query, options.rank, count, scope, options.threads);
}

// The best tracks or moments, as many as the page needs; tracks in which nothing is heard come before them, where they
// are asked for.
Ranking ranking_for(const Index& index, std::span<const float> query, const Scope& scope, const FindOptions& options,
                    const RatedFor& rated, FindResult& result) {
  const auto count = static_cast<std::size_t>(options.offset) + static_cast<std::size_t>(options.k);
  const bool reordered = !rated.ratings.empty();
  Ranking all = best(index, query, reordered ? std::max(count, kReordered) : count, scope, options);
  if (!all.best.empty()) result.best_score = all.best.front().score;
  std::vector<RankedTrack> silent;
  if (options.silence)
    for (const std::int64_t id : index.silent_tracks(scope)) silent.push_back({id, 0, 1, 0, true});
  if (reordered) {
    const std::vector<double> scores =
        scores_of_rated(index, rated.ratings, query, track_rank(options.rank), options.threads);
    result.ratings = prefer(index, *rated.model, rated.ratings, scores, all.best);
  }
  if (!silent.empty()) result.best_score = silent.front().score;
  all.best.insert(all.best.begin(), silent.begin(), silent.end());
  all.searched += static_cast<std::int64_t>(silent.size());
  all.best.resize(std::min(all.best.size(), count));
  return all;
}

FindResult page_of(const Index& index, std::span<const float> query, const Scope& scope, const FindOptions& options,
                   const RatedFor& rated) {
  FindResult result;
  const Ranking all = ranking_for(index, query, scope, options, rated, result);
  result.searched = all.searched;
  const std::span<const RankedTrack> page =
      std::span(all.best).subspan(std::min(static_cast<std::size_t>(options.offset), all.best.size()));
  std::vector<std::int64_t> ids;
  for (const RankedTrack& found : page) ids.push_back(found.track_id);
  const std::vector<std::optional<Track>> tracks = index.tracks(ids);
  std::vector<std::optional<double>> starts;
  if (options.rank != FindRank::moments) starts = index.best_starts(query, ids);
  for (std::size_t i = 0; i < page.size(); ++i) {
    std::optional<double> start = starts.empty() ? page[i].start_seconds : starts[i];
    if (page[i].silent) start = 0;
    if (!tracks[i] || !start) continue;  // taken out meanwhile
    FindHit hit;
    hit.id = page[i].track_id;
    hit.score = page[i].score;
    hit.preference = page[i].preference;
    hit.silent = page[i].silent;
    hit.start_seconds = *start;
    hit.path = tracks[i]->path;
    hit.title = tracks[i]->title;
    hit.artist = tracks[i]->artist;
    hit.end_seconds = std::min(hit.start_seconds + index.space().windowing.window_seconds, tracks[i]->duration_seconds);
    result.hits.push_back(std::move(hit));
  }
  return result;
}

// A query as find() takes it, checked.
struct WordsAsked {
  std::string text, wanted;
  std::vector<std::string> without;
  Scope scope;
};

WordsAsked asked(std::string_view text, const FindOptions& options) {
  if (is_blank(text)) {
    throw Error(ErrorCode::invalid_argument,
                "the query is empty: describe the sound, as in `hearken find \"calm piano\"`");
  }
  check_options(options);
  text::Wishes wishes = understood(text, options.without);
  return {std::string(text),
          std::move(wishes.wanted),
          std::move(wishes.without),
          {selection_of(options.under, options.where), {}, false}};
}

std::vector<float> queries_of(const Model& model, const WordsAsked& asked, std::span<const std::string> texts,
                              const FindOptions& options, double& seconds) {
  const double began = monotonic_seconds();
  std::vector<float> queries = text_queries(model, texts, asked.without, options.ensemble, options.threads);
  seconds += monotonic_seconds() - began;
  return queries;
}

// Other wordings cost as much as the text itself, each: they are tried where there is something to gain.
void try_wordings(const Index& index, const Model& model, const WordsAsked& asked, const FindOptions& options,
                  FindResult& result) {
  constexpr std::size_t kMostUnasked = 16;  // of a word or two there are no more, of a page of text hundreds
  if (!options.other_wordings && (result.answer == Answer::clear || result.hits.empty() || options.silence)) return;
  std::vector<std::string> texts = other_wordings(asked.wanted);
  if (texts.empty()) return;
  if (!options.other_wordings) texts.resize(std::min(texts.size(), kMostUnasked));
  texts.insert(texts.begin(), asked.wanted);
  const std::vector<float> queries = queries_of(model, asked, texts, options, result.embed_seconds);
  result.wordings = compared(index, model, texts, queries, asked.scope, options);
  result.clearer = clearer_than(asked.wanted, result.wordings);
}

// All of a result that an index knows; `began` is when the search did.
FindResult answer(const Index& index, const Model& model, const WordsAsked& asked, FindOptions options, double began) {
  const RatedFor rated = rated_for(index, model, asked.text, options);
  options.silence = options.silence || text::asks_for_silence(asked.wanted);
  double embedding = 0;
  const std::vector<float> query = queries_of(model, asked, std::span(&asked.wanted, 1), options, embedding);
  FindResult result = page_of(index, query, asked.scope, options, rated);
  result.embed_seconds = embedding;
  result.unknown_words = says_nothing(query);
  judge(result, model);
  try_wordings(index, model, asked, options, result);
  result.without_vectors = index.without_vectors(asked.scope.selection);
  result.windowing = index.space().windowing;
  result.wanted = asked.wanted;
  result.without = asked.without;
  result.search_seconds = monotonic_seconds() - began - result.embed_seconds;
  return result;
}

}  // namespace

void judge(FindResult& result, const Model& model) {
  for (FindHit& hit : result.hits) {
    hit.level = model.level(hit.score);
    hit.likelihood = model.likelihood(hit.score);
  }
  if (result.searched > 0) result.answer = answer_of(model.likelihood(result.best_score));
}

std::vector<FindWording> compared(const Index& index, const Model& model, std::span<const std::string> texts,
                                  std::span<const float> queries, const Scope& scope, const FindOptions& options) {
  std::vector<FindWording> out;
  const std::size_t width = index.space().dimension;
  for (std::size_t t = 0; t < texts.size(); ++t) {
    const auto query = queries.subspan(t * width, width);
    const std::vector<RankedTrack> found = best(index, query, static_cast<std::size_t>(options.k), scope, options).best;
    if (found.empty()) return {};
    const double sum =
        std::accumulate(found.begin(), found.end(), 0.0, [](double s, const RankedTrack& r) { return s + r.score; });
    const double score = found.front().score, likelihood = model.likelihood(score);
    out.push_back({texts[t], score, sum / static_cast<double>(found.size()), model.level(score), likelihood,
                   answer_of(likelihood)});
  }
  std::ranges::stable_sort(out, std::ranges::greater(), &FindWording::best);
  return out;
}

std::optional<FindWording> clearer_than(std::string_view asked, std::span<const FindWording> wordings) {
  constexpr double kClearer = 0.2;
  const auto own = std::ranges::find(wordings, asked, &FindWording::text);
  if (own == wordings.end()) return std::nullopt;
  const FindWording& other = wordings.front();
  const bool clearer = other.answer != Answer::none && other.likelihood >= own->likelihood + kClearer;
  return clearer ? std::optional(other) : std::nullopt;
}

std::string in_words(const Windowing& windowing) {
  if (windowing.window_seconds >= library::kWholeTrackSeconds) return "whole tracks";
  return fmt::format("{:g} s every {:g} s", windowing.window_seconds, windowing.hop_seconds);
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

Space space_made_by(const Library& library, const Model& model, const Windowing& windowing) {
  std::string held;
  for (const Space& space : spaces(library)) {
    if (space.windowing == windowing && made_by(model, space.windowing, space.fingerprint)) return space;
    held += fmt::format("{}'{}' ({})", held.empty() ? "" : ", ", display(space.name), in_words(space.windowing));
  }
  throw Error(ErrorCode::mismatch, fmt::format("{}: holds no vectors of the model '{}' with windows of {}; it holds {}",
                                               display(library.path()), display(model.info().name), in_words(windowing),
                                               held.empty() ? "none" : held));
}

Space space_named(const Library& library, std::string_view model_name) {
  const std::vector<Space> all = spaces(library);
  check_not_empty(library, all);
  const Space* own = own_space(all);
  const std::string_view name = !model_name.empty() ? model_name : own != nullptr ? own->name : all.front().name;
  const Space* newest = nullptr;
  for (const Space& space : all)
    if (space.name == name && (newest == nullptr || space.newest_vectors > newest->newest_vectors)) newest = &space;
  if (newest == nullptr) throw no_vectors_of(library, all, name);
  return *newest;
}

RatedFor rated_for(const Index& index, const Model& model, std::string_view text, const FindOptions& options) {
  if (!options.ratings || options.rank == FindRank::moments) return {};
  return {&model, counted_ratings(index, model, text)};
}

FindResult find_vector(const Index& index, std::span<const float> query, const FindOptions& options,
                       const RatedFor& rated) {
  check_options(options);
  if (query.size() != index.space().dimension) {
    throw Error(ErrorCode::mismatch, index.shown() + ": holds vectors of " + std::to_string(index.space().dimension) +
                                         " elements, the query has " + std::to_string(query.size()));
  }
  return page_of(index, query, {selection_of(options.under, options.where), {}, false}, options, rated);
}

void check_made_by(const Index& index, const Model& model) {
  const Space& space = index.space();
  if (made_by(model, space.windowing, space.fingerprint)) return;
  const std::string held = display(space.name);
  throw Error(ErrorCode::mismatch,
              fmt::format("{}: holds no vectors of the model '{}', only of '{}' ({}); search with --model {}",
                          index.shown(), display(model.info().name), held, in_words(space.windowing), held));
}

FindResult find_in(const Index& index, const Model& model, std::string_view text, const FindOptions& options) {
  const WordsAsked query = asked(text, options);
  check_made_by(index, model);
  return answer(index, model, query, options, monotonic_seconds());
}

}  // namespace search

constexpr std::string_view kRankNames[] = {"mean", "best", "top3", "moments"};
std::string_view to_string(FindRank rank) noexcept { return name_in(kRankNames, rank); }

FindResult find(const Library& library, const Model& model, std::string_view text, const FindOptions& options) {
  const search::WordsAsked asked = search::asked(text, options);
  const std::vector<search::Space> own = search::spaces_made_by(library, model);
  const double began = monotonic_seconds();
  const search::OpenedSpace opened(library, own.front());
  FindResult result = search::answer(opened.index(), model, asked, options, began);
  for (const search::Space& other : std::span(own).subspan(1))
    if (other.newest_vectors > 0) result.other_windowings.push_back(other.windowing);
  return result;
}

void check_holds(const Library& library, std::string_view model_name) {
  const std::vector<search::Space> all = search::spaces(library);
  search::check_not_empty(library, all);
  if (std::none_of(all.begin(), all.end(), [&](const search::Space& s) { return s.name == model_name; }))
    throw search::no_vectors_of(library, all, model_name);
}

}  // namespace hearken

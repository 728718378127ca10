// `find`: a text becomes a vector, the tracks are ranked by it, and each hit names its best moment.
#include "hearken/find.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <span>
#include <string>
#include <utility>

#include "core/paths.h"
#include "core/threads.h"
#include "library/library_impl.h"
#include "library/sqlite.h"
#include "search/find_run.h"
#include "search/scan.h"

namespace hearken {
namespace search {
namespace {

using library::Statement;
using library::Transaction;

Error no_vectors_of(const Library& library, const std::vector<Space>& all, std::string_view model_name) {
  std::string held;
  for (const Space& space : all)
    held += fmt::format("{}'{}' ({:g} s every {:g} s)", held.empty() ? "" : ", ", display(space.name),
                        space.windowing.window_seconds, space.windowing.hop_seconds);
  const std::string asked = display(model_name);
  return Error(ErrorCode::mismatch,
               fmt::format("{}: holds no vectors of the model '{}', only of {}; search with --model {}, "
                           "or make them: hearken index --model {} FOLDER",
                           display(library.path()), asked, held, display(all.front().name), asked));
}

// The library's entries that `model` made, one for each windowing; the one that was indexed last comes first.
std::vector<Space> spaces_of(const Library& library, const std::vector<Space>& all, const Model& model) {
  std::vector<Space> own;
  for (const Space& space : all)
    if (made_by(model, space.windowing, space.fingerprint)) own.push_back(space);
  if (own.empty()) throw no_vectors_of(library, all, model.info().name);
  std::ranges::stable_sort(own, std::ranges::greater(), &Space::newest_vectors);
  return own;
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

// As tracks carry their paths: absolute, with the root's links resolved.
std::filesystem::path resolved(const std::filesystem::path& under) {
  if (under.empty()) return under;
  std::error_code error;
  auto path = std::filesystem::weakly_canonical(std::filesystem::absolute(under), error);
  if (error) throw os_error(under, "read", error.value());
  return path.filename().empty() && path.has_relative_path() ? path.parent_path() : path;
}

// Visible tracks at or below a path that have vectors, but none in this space.
std::int64_t count_without(const Library& library, const Space& space, const std::filesystem::path& under) {
  const std::string folder = under == "/" ? std::string() : under.native();
  const std::string first = folder + '/', behind = folder + static_cast<char>('/' + 1);
  Statement count(
      library.impl().db(),
      "SELECT count(*) FROM tracks t WHERE t.missing = 0 AND (t.path = ?2 OR (t.path >= ?3 AND t.path < ?4)) "
      "AND EXISTS (SELECT 1 FROM embeddings e WHERE e.track_id = t.id) "
      "AND NOT EXISTS (SELECT 1 FROM embeddings e WHERE e.track_id = t.id AND e.model_id = ?1)");
  count.bind(space.model_id, library::bytes_of(under.native()), library::bytes_of(first), library::bytes_of(behind));
  return count.step() ? count.integer(0) : 0;
}

}  // namespace

std::vector<Space> spaces(const Library& library) {
  Statement rows(
      library.impl().db(),
      "SELECT id, name, fingerprint, dimension, window_seconds, hop_seconds, (SELECT coalesce(max(e.id), 0) FROM "
      "embeddings e JOIN tracks t ON t.id = e.track_id WHERE e.model_id = m.id AND t.missing = 0) FROM models m "
      "ORDER BY id");
  std::vector<Space> out;
  while (rows.step()) {
    out.push_back({rows.integer(0),
                   rows.text(1),
                   rows.text(2),
                   static_cast<std::size_t>(rows.integer(3)),
                   {rows.real(4), rows.real(5)},
                   rows.integer(6)});
  }
  return out;
}

std::vector<Space> spaces_made_by(const Library& library, const Model& model) {
  const std::vector<Space> all = spaces(library);
  check_not_empty(library, all);
  return spaces_of(library, all, model);
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

std::int64_t tracks_without(const Library& library, const Space& space) {
  if (spaces(library).size() < 2) return 0;
  Statement count(library.impl().db(),
                  "SELECT count(*) FROM tracks t WHERE t.missing = 0 "
                  "AND EXISTS (SELECT 1 FROM embeddings e WHERE e.track_id = t.id) "
                  "AND NOT EXISTS (SELECT 1 FROM embeddings e WHERE e.track_id = t.id AND e.model_id = ?)");
  count.bind(space.model_id);
  return count.step() ? count.integer(0) : 0;
}

FindResult find_vector(const Library& library, const Space& space, std::span<const float> query,
                       const FindOptions& options) {
  if (options.k < 1) throw Error(ErrorCode::invalid_argument, "the number of results must be at least 1");
  if (query.size() != space.dimension) {
    throw Error(ErrorCode::mismatch, display(library.path()) + ": holds vectors of " + std::to_string(space.dimension) +
                                         " elements, the query has " + std::to_string(query.size()));
  }
  const std::filesystem::path under = resolved(options.under);
  library::Database& db = library.impl().db();
  Transaction transaction(db, Transaction::Kind::read);  // scores, tracks and windows of one moment
  ScanResult scan = scan_tracks(library, space.model_id, query, static_cast<std::size_t>(options.k), under);
  Statement track(db, "SELECT path, title, artist, duration_seconds FROM tracks WHERE id = ?");
  FindResult result;
  result.searched = scan.searched;
  for (const TrackScore& scored : scan.best) {
    FindHit hit;
    hit.id = scored.id;
    hit.score = scored.score;
    const BestWindow window = best_window(library, space.model_id, scored.id, query);
    track.bind(scored.id);
    if (!track.step()) continue;
    const library::Bytes path = track.bytes(0);
    hit.path = std::string(reinterpret_cast<const char*>(path.data()), path.size());
    hit.title = track.text(1);
    hit.artist = track.text(2);
    hit.start_seconds = window.start_seconds;
    hit.end_seconds = std::min(window.start_seconds + space.windowing.window_seconds, track.real(3));
    track.reset();
    result.hits.push_back(std::move(hit));
  }
  transaction.commit();
  return result;
}

}  // namespace search

FindResult find(const Library& library, const Model& model, std::string_view text, const FindOptions& options) {
  if (text.find_first_not_of(" \t\r\n\f\v") == std::string_view::npos) {
    throw Error(ErrorCode::invalid_argument,
                "the query is empty: describe the sound, as in `hearken find \"calm piano\"`");
  }
  const std::vector<search::Space> all = search::spaces(library);
  search::check_not_empty(library, all);
  const std::vector<search::Space> own = search::spaces_of(library, all, model);
  const search::Space& space = own.front();
  const double began = monotonic_seconds();
  const std::string query(text);
  const std::vector<float> vector = model.embed_texts(std::span(&query, 1), EmbeddingForm::unit, options.threads);
  const double embedded = monotonic_seconds();
  FindResult result = search::find_vector(library, space, vector, options);
  for (FindHit& hit : result.hits) hit.level = model.level(hit.score);
  if (all.size() > 1) result.without_vectors = search::count_without(library, space, search::resolved(options.under));
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

// What the routes of one running server share.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hearken/library.h"
#include "hearken/model.h"
#include "search/index/index.h"
#include "server/access/gate.h"
#include "server/http/http.h"
#include "server/http/metrics.h"
#include "server/http/options.h"
#include "server/media/uploads.h"
#include "server/state/catalog.h"
#include "server/state/cluster_cache.h"
#include "server/state/jobs.h"
#include "server/state/label_set_cache.h"
#include "server/state/map_cache.h"
#include "server/state/texts.h"

namespace hearken::server {

/// What a server may do besides searching what it is given, as /api/v1/info lists it: with a library of its own all of
/// it, with an index elsewhere nothing. Routes say which part they need (http/router.h).
enum class Part { library, sound, match, playlists, ratings, features, map, folders };
inline constexpr std::array<std::string_view, 8> kParts = {"library", "sound",    "match", "playlists",
                                                           "ratings", "features", "map",   "folders"};

/// Where a route's work is done.
enum class Lane {
  instant,  // on the connections' thread: neither waits nor asks the library
  search,   // embeds texts, searches: batched
  light,    // looks things up
  write,    // writes to the library, for which it may have to wait
  heavy,    // decodes and embeds sound; whatever takes long
};

/// Shared by all threads; each part says which threads may call it.
struct App {
  ServeOptions options;
  Limits limits;
  Gate gate;
  Model model;
  const std::shared_ptr<const search::Index> index;  // what is searched instead of a library; null: the library
  Catalog catalog;
  TextVectors texts;
  LabelSetCache labellings;
  Uploads uploads;
  Jobs jobs;
  Metrics metrics;
  MapCache planes;
  ClusterCache groups;
  std::atomic<bool> draining{false};
  std::atomic<std::int64_t> connections{0};
  std::atomic<std::uint64_t> shared{0};   // requests that got the answer of an identical one
  std::atomic<std::uint64_t> refused{0};  // because a queue was full

  App(ServeOptions given, Model loaded, std::shared_ptr<const search::Index> searched = nullptr);

  /// Before the first request. A library that is not there is made. Throws Error: what Library::open() throws; mismatch
  /// where the index holds another model's vectors.
  void open();

  bool can(Part part) const;
  /// Throws HttpError 501 where it cannot.
  void need(Part part) const;
};

/// Thrown by a handler or by what it left to be done, before anything has an effect: the request belongs on that lane,
/// where it is begun anew.
struct Elsewhere {
  Lane lane;
};

/// A thread that answers requests, with a connection to the library of its own.
class Worker {
 public:
  App& app;
  const Lane lane;

  Worker(App& of, Lane on);

  /// Throws HttpError 501 where there is none (App::need()), and what opening it throws.
  const Library& library() const;
  /// One to write with, for a moment; every route that writes gets it here, on the lane for that. What it does throws
  /// Error(busy) when another program still writes `Limits::write_wait_seconds` after the request came. Throws as
  /// library(), and HttpError 403 for a caller who may only read, whatever right the route asked for.
  Library writing(const Request& request) const;
  /// The same to change a playlist. Throws HttpError 403, too, for one that another token made, unless the caller is
  /// admin; Error(not_found).
  Library changing_list(const Request& request, std::int64_t list) const;
  /// Before work that takes long. Throws Elsewhere on the search lane.
  void begin_long_work() const;

 private:
  mutable std::optional<Library> connection_;  // when it is first asked for
};

/// What a worker's request searches, as it is now.
struct Searching {
  std::shared_ptr<const search::Index> index;  // for the worker's thread
  int threads = 1;                             // that share one search
};

/// Throws what Catalog::view() throws.
Searching searching(const Worker& worker);
/// Nothing where the library holds no vectors of the server's model.
std::optional<Searching> searching_if_any(const Worker& worker);

/// What the server holds: of an index elsewhere only how many tracks and windows.
struct Holdings {
  std::string name;  // for people
  LibraryInfo info;
};
Holdings holdings(const Worker& worker);

/// What a route leaves to be done. The texts of many requests are embedded together, then each goes on with its own:
/// unit vectors [texts, dimension], row-major.
struct Work {
  std::vector<std::string> texts;
  /// Nothing: it was one slice of several, the next is done when others had their turn.
  std::function<std::optional<Response>(std::span<const float> vectors)> finish;

  /// The answer is there already.
  static Work done(Response response) {
    return {{}, [response = std::move(response)](std::span<const float>) { return response; }};
  }
};

/// Called on a worker's thread, which no other request uses until `finish` returned. Throws Error and HttpError.
using Handler = Work (*)(Worker& worker, Request& request);

}  // namespace hearken::server

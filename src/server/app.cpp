// What the server searches: its library, or an index elsewhere. Nothing but this file knows which of the two.
#include "server/app.h"

#include <algorithm>
#include <utility>

#include "core/files/new_file.h"
#include "core/paths.h"
#include "core/threads/threads.h"
#include "library/catalogue/playlists.h"
#include "library/waiting.h"
#include "search/index/local_index.h"
#include "search/query/vector_search.h"
#include "server/http/errors.h"

namespace hearken::server {

App::App(ServeOptions given, Model loaded, std::shared_ptr<const search::Index> searched)
    : options(std::move(given)),
      gate(options.user, options.token, options.library),
      model(std::move(loaded)),
      index(std::move(searched)),
      catalog(options.library, model, options.threads),
      texts(model),
      labellings(model),
      uploads(limits),
      jobs(options.library, model, options.threads) {}

namespace {

// Made when it is not there. One that cannot be written is served for reading: what writes is refused with 403.
void open_or_make(const std::filesystem::path& library) {
  try {
    Library::open(library, OpenMode::create);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::permission_denied || !path_exists(library)) throw;
    Library::open(library, OpenMode::read);
  }
}

}  // namespace

void App::open() {
  if (index != nullptr) return search::check_made_by(*index, model);
  open_or_make(options.library);
  remove_left_overs(options.library);
}

bool App::can(Part part) const { return index == nullptr && (part != Part::folders || !options.setup_token.empty()); }

void App::need(Part part) const {
  if (!can(part))
    throw HttpError(501, "not_implemented",
                    "this server searches " + index->shown() + "; it holds no library of its own");
}

Worker::Worker(App& of, Lane on) : app(of), lane(on) {}

const Library& Worker::library() const {
  app.need(Part::library);
  if (!connection_) connection_ = app.catalog.connect();
  return *connection_;
}

Library Worker::writing(const Request& request) const {
  library();
  if (request.caller.right < Right::rate) throw HttpError(403, "permission_denied", "this token may not write");
  Library library = app.catalog.writing();
  const double left = app.limits.write_wait_seconds - (monotonic_seconds() - request.arrived);
  library::wait_for_writers(library, std::max(0.0, left));
  return library;
}

void Worker::begin_long_work() const {
  if (lane == Lane::search) throw Elsewhere{Lane::heavy};
}

Library Worker::changing_list(const Request& request, std::int64_t list) const {
  Library out = writing(request);
  if (request.caller.right < Right::admin && library::playlist(out, list).owner != request.caller.name)
    throw HttpError(403, "permission_denied", "another token made this playlist; admin is needed to change it");
  return out;
}

Searching searching(const Worker& worker) {
  if (!worker.app.can(Part::library)) return {worker.app.index, 1};
  struct Viewed {
    std::shared_ptr<const View> view;
    search::LocalIndex index;
  };
  std::shared_ptr<const View> view = worker.app.catalog.view(worker.library());
  const auto viewed =
      std::make_shared<const Viewed>(Viewed{view, search::LocalIndex(worker.library(), view->space, view->engine)});
  return {{viewed, &viewed->index}, view->threads};
}

std::optional<Searching> searching_if_any(const Worker& worker) {
  try {
    return searching(worker);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found && error.code() != ErrorCode::mismatch) throw;
    return std::nullopt;
  }
}

Holdings holdings(const Worker& worker) {
  if (worker.app.can(Part::library)) {
    LibraryInfo info = worker.library().info();
    return {display(info.path.filename()), std::move(info)};
  }
  const search::Index& index = *worker.app.index;
  LibraryInfo info;
  info.tracks = search::count_tracks(index, {});
  info.windows = static_cast<std::int64_t>(index.windows());
  return {index.shown(), std::move(info)};
}

}  // namespace hearken::server

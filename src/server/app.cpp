// What the server searches: its library, or an index elsewhere. Nothing but this file knows which of the two.
#include "server/app.h"

#include <utility>

#include "core/paths.h"
#include "search/index/local_index.h"
#include "search/query/vector_search.h"
#include "server/http/auth.h"
#include "server/http/errors.h"

namespace hearken::server {

App::App(ServeOptions given, Model loaded, std::shared_ptr<const search::Index> searched)
    : options(std::move(given)),
      model(std::move(loaded)),
      index(std::move(searched)),
      catalog(options.library, model, options.threads),
      texts(model),
      labellings(model),
      uploads(limits),
      jobs(options.library, model, options.threads) {}

void App::open() {
  if (index != nullptr)
    search::check_made_by(*index, model);
  else
    Library::open(options.library, OpenMode::create);
}

bool App::can(Part part) const { return index == nullptr && (part != Part::folders || !options.setup_token.empty()); }

void App::need(Part part) const {
  if (!can(part))
    throw HttpError(501, "not_implemented",
                    "this server searches " + index->shown() + "; it holds no library of its own");
}

Worker::Worker(App& of) : app(of) {
  if (app.can(Part::library)) connection = app.catalog.connect();
}

const Library& Worker::library() const {
  app.need(Part::library);
  return *connection;
}

Library Worker::writing(const Request& request) const {
  library();
  if (const auto refused = refused_by_referer(request, app.options)) throw HttpError(*refused);
  return app.catalog.writing();
}

Searching searching(const Worker& worker) {
  if (!worker.connection) return {worker.app.index, 1};
  struct Viewed {
    std::shared_ptr<const View> view;
    search::LocalIndex index;
  };
  std::shared_ptr<const View> view = worker.app.catalog.view(*worker.connection);
  const auto viewed =
      std::make_shared<const Viewed>(Viewed{view, search::LocalIndex(*worker.connection, view->space, view->engine)});
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
  if (worker.connection) {
    LibraryInfo info = worker.connection->info();
    return {display(info.path.filename()), std::move(info)};
  }
  const search::Index& index = *worker.app.index;
  LibraryInfo info;
  info.tracks = search::count_tracks(index, {});
  info.windows = static_cast<std::int64_t>(index.windows());
  return {index.shown(), std::move(info)};
}

}  // namespace hearken::server

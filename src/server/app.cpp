// What the server searches: its library, or an engine.
#include "server/app.h"

#include <algorithm>
#include <utility>

#include "core/threads.h"
#include "library/catalogue/playlists.h"
#include "library/waiting.h"
#include "search/index/local_index.h"
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

Worker::Worker(App& of, Lane on) : app(of), lane(on) {}

const Library& Worker::library() const {
  if (app.index != nullptr)
    throw HttpError(501, "not_implemented",
                    "this server searches " + app.index->shown() + "; it holds no library of its own");
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
  if (worker.app.index != nullptr) return {nullptr, worker.app.index, 1};
  auto view = worker.app.catalog.view(worker.library());
  auto index = std::make_shared<const search::LocalIndex>(worker.library(), view->space, view->engine);
  const int threads = view->threads;
  return {std::move(view), std::move(index), threads};
}

}  // namespace hearken::server

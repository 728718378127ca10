// What the server searches: its library, or an engine.
#include "server/app.h"

#include <algorithm>
#include <utility>

#include "core/threads.h"
#include "library/waiting.h"
#include "search/index/local_index.h"
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
  if (const auto refused = refused_by_referer(request, app.options)) throw HttpError(*refused);
  Library library = app.catalog.writing();
  const double left = app.limits.write_wait_seconds - (monotonic_seconds() - request.arrived);
  library::wait_for_writers(library, std::max(0.0, left));
  return library;
}

void Worker::begin_long_work() const {
  if (lane == Lane::search) throw Elsewhere{Lane::heavy};
}

Searching searching(const Worker& worker) {
  if (worker.app.index != nullptr) return {nullptr, worker.app.index, 1};
  auto view = worker.app.catalog.view(worker.library());
  auto index = std::make_shared<const search::LocalIndex>(worker.library(), view->space, view->engine);
  const int threads = view->threads;
  return {std::move(view), std::move(index), threads};
}

}  // namespace hearken::server

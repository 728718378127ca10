// Connections, and when a new view is due.
#include "server/state/catalog.h"

#include <fmt/format.h>

#include <utility>

#include "core/threads.h"
#include "library/library_impl.h"
#include "library/sqlite.h"
#include "server/http/errors.h"

namespace hearken::server {
namespace {

using library::Statement;

// From here on a search is long enough to be worth sharing among threads.
constexpr std::size_t kWindowsToShare = 100'000;
// While an indexing run adds tracks, a new view is opened no more often.
constexpr double kBetweenViews = 1.0;

// Changes whenever a search would find anything else.
std::string state_of(const Library& library) {
  std::string out;
  Statement models(library.impl().db(), "SELECT id, hex(state) FROM models ORDER BY id");
  while (models.step()) out += fmt::format("{}:{} ", models.integer(0), models.text(1));
  Statement missing(library.impl().db(), "SELECT count(*), total(id) FROM tracks WHERE missing = 1");
  if (missing.step()) out += fmt::format("{} {}", missing.integer(0), missing.real(1));
  return out;
}

}  // namespace

View::View(Library opened, search::Space searched, std::string at, int all_threads)
    : library(std::move(opened)), space(std::move(searched)), engine(library, space), state(std::move(at)) {
  Statement count(library.impl().db(),
                  "SELECT count(*) FROM embeddings e JOIN tracks t ON t.id = e.track_id WHERE e.model_id = ? AND "
                  "t.missing = 0");
  count.bind(space.model_id);
  if (count.step()) tracks = count.integer(0);
  threads = engine.windows() >= kWindowsToShare ? thread_count(all_threads) : 1;
}

Catalog::Catalog(std::filesystem::path file, const Model& model, int threads)
    : file_(std::move(file)), model_(model), threads_(threads) {}

Library Catalog::connect() const { return Library::open(file_, OpenMode::read); }
Library Catalog::writing() const { return Library::open(file_, OpenMode::write); }

std::shared_ptr<const View> Catalog::current() const {
  std::lock_guard lock(mutex_);
  return view_;
}

std::shared_ptr<const View> Catalog::view(const Library& mine) {
  const std::shared_ptr<const View> now = current();
  std::string state = state_of(mine);
  if (now != nullptr && now->state == state) return now;
  std::unique_lock opening(opening_, std::defer_lock);
  if (now != nullptr) {
    if (monotonic_seconds() - opened_at_ < kBetweenViews || !opening.try_lock()) return now;
  } else {
    opening.lock();
    if (const auto meanwhile = current(); meanwhile != nullptr && meanwhile->state == state) return meanwhile;
  }
  Library library = connect();
  state = state_of(library);
  search::Space space = search::spaces_made_by(library, model_).front();
  auto next = std::make_shared<const View>(std::move(library), std::move(space), std::move(state), threads_);
  opened_at_ = monotonic_seconds();
  std::lock_guard lock(mutex_);
  view_ = next;
  return next;
}

std::vector<SourceRow> sources(const Library& library) {
  Statement rows(library.impl().db(), "SELECT id, path, added_at FROM sources ORDER BY path");
  std::vector<SourceRow> out;
  while (rows.step()) out.push_back({rows.integer(0), rows.path(1), rows.integer(2)});
  return out;
}

SourceRow source_of(const Library& library, std::int64_t id) {
  for (SourceRow& source : sources(library))
    if (source.id == id) return source;
  throw HttpError(404, "not_found", fmt::format("there is no source {}", id));
}

}  // namespace hearken::server

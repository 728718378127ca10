// Connections, and when a new view is due.
#include "server/state/catalog.h"

#include <fmt/format.h>

#include <utility>

#include "core/threads/threads.h"
#include "library/catalogue/embeddings.h"
#include "server/http/errors.h"

namespace hearken::server {
namespace {

// From here on a search is long enough to be worth sharing among threads.
constexpr std::size_t kWindowsToShare = 100'000;
// While an indexing run adds tracks, a new view is opened no more often.
constexpr double kBetweenViews = 1.0;

}  // namespace

View::View(Library opened, search::Space searched, std::string at, int all_threads)
    : library(std::move(opened)), space(std::move(searched)), engine(library, space), state(std::move(at)) {
  tracks = library::count_embeddings(library, space.model_id);
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
  std::string state = library::state_of(mine);
  if (now != nullptr && now->state == state) return now;
  std::unique_lock opening(opening_, std::defer_lock);
  if (now != nullptr) {
    if (monotonic_seconds() - opened_at_ < kBetweenViews || !opening.try_lock()) return now;
  } else {
    opening.lock();
    if (const auto meanwhile = current(); meanwhile != nullptr && meanwhile->state == state) return meanwhile;
  }
  Library library = connect();
  state = library::state_of(library);
  search::Space space = search::spaces_made_by(library, model_).front();
  auto next = std::make_shared<const View>(std::move(library), std::move(space), std::move(state), threads_);
  opened_at_ = monotonic_seconds();
  std::lock_guard lock(mutex_);
  view_ = next;
  return next;
}

library::Source source_of(const Library& library, std::int64_t id) {
  for (library::Source& source : library::sources(library))
    if (source.id == id) return std::move(source);
  throw HttpError(404, "not_found", fmt::format("there is no source {}", id));
}

}  // namespace hearken::server

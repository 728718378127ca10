// A library's tracks to an engine: what it lacks, some tracks at a time, the next ones read while these are written.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "core/threads/threads.h"
#include "library/indexing/crawl.h"
#include "remote/connection.h"
#include "remote/library_tracks.h"
#include "remote/stored.h"
#include "search/index/select.h"

namespace hearken {
namespace remote {
namespace {

using weaviate::RemoteTrack;

class Push {
 public:
  Push(const Library& library, const Remote& remote, const PushOptions& options)
      : library_(library),
        options_(options),
        space_(search::space_named(library, options.model)),
        client_(*impl_of(remote).client),
        collections_(collections_of(remote, space_)),
        tracks_(library, space_),
        began_(monotonic_seconds()) {}

  PushReport run() {
    const search::Selection selection = search::selection_of(options_.under, options_.where);
    const std::vector<std::int64_t> ids = tracks_.ids(selection);
    report_.origin = origin_of(space_);
    report_.tracks = static_cast<std::int64_t>(ids.size());
    report_.without_vectors = search::count_without(library_, space_, selection);
    for (std::size_t at = 0; at < ids.size() && !cancelled(); at += kTracksAtOnce)
      take(std::span(ids).subspan(at, std::min(kTracksAtOnce, ids.size() - at)));
    writer_.finish();
    if (options_.prune && !cancelled()) prune(ids);
    report_.pushed = writer_.tracks();
    report_.windows = writer_.windows();
    tell(true);
    report_.seconds = monotonic_seconds() - began_;
    return std::move(report_);
  }

 private:
  bool cancelled() {
    if (options_.cancel != nullptr && *options_.cancel) report_.cancelled = true;
    return report_.cancelled;
  }

  void tell(bool now) {
    const double seconds = monotonic_seconds() - began_;
    if (!options_.progress || (!now && seconds - told_ < 0.1)) return;
    told_ = seconds;
    options_.progress({done_, report_.tracks, writer_.windows(), seconds});
  }

  // Tracks that another process damages or takes out are left to their own fate.
  template <class Do>
  void with(std::int64_t id, Do&& what) {
    try {
      what();
    } catch (const Error& error) {
      if (error.code() != ErrorCode::corrupt && error.code() != ErrorCode::not_found) throw;
      report_.skipped.push_back({fmt::format("id:{}", id), error.code(), error.what()});
    }
  }

  void take(std::span<const std::int64_t> ids) {
    struct Asked {
      std::int64_t id = 0, number = 0;
      weaviate::Uuid uuid{};
      RemoteTrack track;
    };
    std::vector<Asked> asked;
    std::vector<std::int64_t> numbers;
    for (const std::int64_t id : ids) {
      with(id, [&] {
        Asked one{id, 0, {}, tracks_.facts(id)};
        one.uuid = weaviate::track_id(space_, one.track.content, one.track.path);
        one.number = weaviate::number_of(one.uuid);
        numbers.push_back(one.number);
        asked.push_back(std::move(one));
      });
    }
    const auto stored = stored_states(client_, collections_, numbers);
    for (Asked& one : asked) {
      if (cancelled()) return;
      ++done_;
      const auto found = stored.find(one.number);
      if (found != stored.end() && found->second.id != one.uuid) {
        report_.skipped.push_back(
            {one.track.path, ErrorCode::mismatch,
             fmt::format("its number in the engine, id:{}, is that of another track", one.number)});
      } else if (found != stored.end() && found->second.state == weaviate::state_of(one.track)) {
        ++report_.unchanged;
      } else {
        bool fit = false;
        with(one.id, [&] {
          tracks_.add_vectors(one.id, one.track);
          fit = true;
        });
        if (fit) writer_.add(std::move(one.track));
      }
      tell(false);
    }
  }

  // What lies below the library's sources in the engine and is none of the library's tracks.
  void prune(std::span<const std::int64_t> ids) {
    std::set<weaviate::Uuid> own;
    for (const std::int64_t id : ids) {
      with(id, [&] {
        const RemoteTrack track = tracks_.facts(id);
        own.insert(weaviate::track_id(space_, track.content, track.path));
      });
    }
    const std::vector<std::filesystem::path> sources = library_.info().sources;
    std::vector<std::int64_t> gone;
    for_each_track(client_, collections_, weaviate::track_properties(), [&](std::span<const weaviate::Found> page) {
      for (const weaviate::Found& found : page) {
        if (own.contains(found.id)) continue;
        const std::string path = weaviate::track_of(found).path;
        if (std::ranges::any_of(sources,
                                [&](const auto& source) { return library::at_or_below(path, source.native()); }))
          gone.push_back(weaviate::number_of(found.id));
      }
      return !cancelled();
    });
    for (const std::int64_t number : gone) {
      if (cancelled()) return;
      erase_track(client_, collections_, number);
      ++report_.pruned;
    }
  }

  const Library& library_;
  const PushOptions& options_;
  const search::Space space_;
  const weaviate::Client& client_;
  const weaviate::Collections collections_;
  LibraryTracks tracks_;
  PushReport report_;
  TrackWriter writer_{client_, collections_};
  std::int64_t done_ = 0;
  const double began_;
  double told_ = 0;
};

}  // namespace
}  // namespace remote

PushReport push(const Library& library, const Remote& remote, const PushOptions& options) {
  if (options.prune && (!options.under.empty() || !options.where.empty()))
    throw Error(ErrorCode::invalid_argument, "what is pruned is compared with the whole library: no condition then");
  return remote::Push(library, remote, options).run();
}

}  // namespace hearken

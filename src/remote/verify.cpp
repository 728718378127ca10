// Whether an engine holds what a library holds: what each endpoint finds of its tracks, and vectors of a sample; asked
// again until all is well or the time is over. What stays missing is written anew when that is asked for.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <set>
#include <thread>
#include <utility>

#include "core/split_mix.h"
#include "core/threads/threads.h"
#include "remote/connection.h"
#include "remote/library_tracks.h"
#include "remote/replica_check.h"
#include "remote/stored.h"
#include "remote/weaviate/filter.h"
#include "search/index/index.h"

namespace hearken {
namespace remote {
namespace {

using weaviate::RemoteTrack;

constexpr double kPause = 1;        // seconds before all is asked again
constexpr double kNoProgress = 40;  // and then replicas do not catch up any more: they compare themselves every 30 s
constexpr std::size_t kTracksAnew = 50;  // at once, which no search finds for a moment

// A client of one endpoint, and what it has of the library's tracks.
struct Node {
  std::unique_ptr<weaviate::Client> client;
  VerifyReport::Counts seen;
  std::int64_t missing_windows = 0, foreign_windows = 0;
};

class Verify {
 public:
  Verify(const Library& library, const Remote& remote, const VerifyOptions& options)
      : library_(library),
        remote_(remote),
        options_(options),
        space_(search::space_named(library, options.model)),
        collections_(collections_of(remote, space_)),
        tracks_(library, space_),
        began_(monotonic_seconds()) {
    const weaviate::Address& address = impl_of(remote).client->address();
    for (const weaviate::Endpoint& endpoint : address.endpoints) {
      weaviate::Address one = address;
      one.endpoints = {endpoint};
      nodes_.push_back(
          {std::make_unique<weaviate::Client>(std::move(one), weaviate::access_from_environment()), {}, 0, 0});
    }
  }

  VerifyReport run() {
    VerifyReport report = waited_for();
    const bool all_answer = std::ranges::all_of(report.counts, [](const auto& c) { return c.error.empty(); });
    if (options_.repair && !report.clean() && all_answer && !cancelled()) {
      const std::int64_t repaired = write_anew();
      report = waited_for();
      report.repaired = repaired;
    }
    report.seconds = monotonic_seconds() - began_;
    return report;
  }

 private:
  bool cancelled() const { return options_.cancel != nullptr && *options_.cancel; }

  VerifyReport waited_for() {
    const double began = monotonic_seconds();
    double progress_at = began;
    for (std::int64_t best = -1;;) {
      VerifyReport report = compared();
      const double now = monotonic_seconds();
      std::int64_t found = 0;
      for (const VerifyReport::Counts& counts : report.counts) found += counts.tracks + counts.windows;
      if (found > std::exchange(best, std::max(best, found))) progress_at = now;
      const bool stuck = options_.repair && now - progress_at >= kNoProgress;
      if (report.clean() || cancelled() || stuck || now - began + kPause >= options_.seconds) return report;
      std::this_thread::sleep_for(std::chrono::duration<double>(kPause));
    }
  }

  VerifyReport compared() {
    VerifyReport report;
    report.origin = origin_of(space_);
    const std::vector<std::int64_t> ids = tracks_.ids({});
    report.tracks = static_cast<std::int64_t>(ids.size());
    differ_.clear();
    missing_.clear();
    not_whole_.clear();
    for (std::size_t n = 0; n < nodes_.size(); ++n) {
      const weaviate::Endpoint& endpoint = impl_of(remote_).client->address().endpoints[n];
      nodes_[n].seen = {};
      nodes_[n].missing_windows = nodes_[n].foreign_windows = 0;
      nodes_[n].seen.endpoint = fmt::format("{}:{}", endpoint.host, endpoint.rest_port);
    }
    const std::size_t step = options_.sample > 0 ? std::max<std::size_t>(1, ids.size() / options_.sample) : 0;
    const std::size_t first = step > 0 ? split_mix(ids.size()) % step : 0;  // the same tracks each time
    std::vector<Expected> some;
    for (std::size_t i = 0; i < ids.size() && !cancelled(); ++i) {
      some.push_back(expected(ids[i]));
      report.windows += static_cast<std::int64_t>(some.back().facts.starts_seconds.size());
      if (some.size() == kTracksAtOnce || i + 1 == ids.size()) {
        for (Node& node : nodes_) compare(some, node);
        some.clear();
        if (options_.progress)
          options_.progress(
              {static_cast<std::int64_t>(i) + 1, report.tracks, report.windows, monotonic_seconds() - began_});
      }
    }
    for (std::size_t i = first; step > 0 && i < ids.size() && !cancelled(); i += step) compare_vectors(ids[i], report);
    report.differ.assign(differ_.begin(), differ_.end());
    report.missing.assign(missing_.begin(), missing_.end());
    for (const Node& node : nodes_) {
      report.counts.push_back(node.seen);
      report.missing_windows = std::max(report.missing_windows, node.missing_windows);
      report.foreign_windows = std::max(report.foreign_windows, node.foreign_windows);
    }
    report.agree = std::ranges::all_of(report.counts, [&](const VerifyReport::Counts& c) {
      return c.error.empty() && c.tracks == report.tracks && c.windows == report.windows;
    });
    return report;
  }

  Expected expected(std::int64_t id) {
    Expected out{id, 0, {}, tracks_.facts(id)};
    out.uuid = weaviate::track_id(space_, out.facts.content, out.facts.path);
    out.number = weaviate::number_of(out.uuid);
    return out;
  }

  // An endpoint that does not answer is left alone until the next round.
  void compare(std::span<const Expected> some, Node& node) {
    if (!node.seen.error.empty()) return;
    try {
      const ReplicaState sight = replica_state(*node.client, collections_, some);
      node.seen.tracks += sight.tracks;
      node.seen.windows += sight.windows;
      node.missing_windows += sight.missing_windows;
      node.foreign_windows += sight.foreign_windows;
      for (const Expected* one : sight.missing) not_whole(*one, missing_);
      for (const Expected* one : sight.differ) not_whole(*one, differ_);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::io) throw;
      node.seen.error = error.what();
    }
  }

  void not_whole(const Expected& track, std::set<std::filesystem::path>& list) {
    list.emplace(track.facts.path);
    not_whole_.insert(track.id);
  }

  void compare_vectors(std::int64_t id, VerifyReport& report) {
    const Expected own = with_vectors(id);
    const auto theirs = index_of(remote_, collections_)->windows_of(std::span(&own.number, 1));
    ++report.sampled;
    if (theirs.front().vectors != own.facts.vectors || theirs.front().starts_seconds != own.facts.starts_seconds)
      not_whole(own, differ_);
  }

  Expected with_vectors(std::int64_t id) {
    Expected out = expected(id);
    tracks_.add_vectors(id, out.facts);
    return out;
  }

  // A server that has an object as it should be takes no other like it, and so does not mend what it lost of its
  // indexes: all goes first, by its id. The track goes before its windows and comes after them, so that push begins
  // again with what is stopped halfway. Says how many tracks those were.
  std::int64_t write_anew() {
    const weaviate::Client& client = *impl_of(remote_).client;
    const std::vector<std::int64_t> ids(not_whole_.begin(), not_whole_.end());
    std::size_t at = 0;
    while (at < ids.size() && !cancelled()) {
      std::vector<weaviate::Uuid> track_ids, window_ids;
      std::vector<std::int64_t> numbers;
      std::vector<RemoteTrack> tracks;
      for (const std::size_t end = std::min(ids.size(), at + kTracksAnew); at < end; ++at) {
        Expected track = with_vectors(ids[at]);
        track_ids.push_back(track.uuid);
        numbers.push_back(track.number);
        for (const double start : track.facts.starts_seconds)
          window_ids.push_back(weaviate::window_id(track.uuid, start));
        tracks.push_back(std::move(track.facts));
      }
      client.erase(collections_.tracks, track_ids);
      client.erase(collections_.windows, window_ids);
      client.erase(collections_.windows, weaviate::of_tracks(numbers));  // that are not the library's
      put_tracks(client, collections_, tracks);
    }
    return static_cast<std::int64_t>(at);
  }

  const Library& library_;
  const Remote& remote_;
  const VerifyOptions& options_;
  const search::Space space_;
  const weaviate::Collections collections_;
  LibraryTracks tracks_;
  std::vector<Node> nodes_;
  std::set<std::filesystem::path> differ_, missing_;
  std::set<std::int64_t> not_whole_;  // the library's ids of both
  const double began_;
};

}  // namespace
}  // namespace remote

VerifyReport verify(const Library& library, const Remote& remote, const VerifyOptions& options) {
  return remote::Verify(library, remote, options).run();
}

}  // namespace hearken

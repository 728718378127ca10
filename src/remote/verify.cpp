// Whether an engine holds what a library holds: every track and window by its id, at each endpoint, and vectors of a
// sample; asked again until it does or the time is over.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>

#include "core/paths.h"
#include "core/split_mix.h"
#include "core/threads.h"
#include "remote/connection.h"
#include "remote/library_tracks.h"
#include "remote/stored.h"
#include "remote/weaviate/filter.h"

namespace hearken {
namespace remote {
namespace {

using weaviate::Filter;
using weaviate::Found;
using weaviate::RemoteTrack;
using weaviate::Search;
using weaviate::Uuid;

constexpr std::size_t kMostAtOnce = 8000;  // windows in an answer; the engine's own limit is 10,000
constexpr double kPause = 1;               // seconds before all is asked again

struct Expected {
  std::int64_t id = 0, number = 0;
  Uuid uuid{};
  RemoteTrack facts;
};

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
    const weaviate::Address& address = remote.impl().client->address();
    for (const weaviate::Endpoint& endpoint : address.endpoints) {
      weaviate::Address one = address;
      one.endpoints = {endpoint};
      nodes_.push_back(
          {std::make_unique<weaviate::Client>(std::move(one), weaviate::access_from_environment()), {}, 0, 0});
    }
  }

  VerifyReport run() {
    for (;;) {
      VerifyReport report = compared();
      report.seconds = monotonic_seconds() - began_;
      if (report.clean() || cancelled() || report.seconds + kPause >= options_.seconds) return report;
      std::this_thread::sleep_for(std::chrono::duration<double>(kPause));
    }
  }

 private:
  bool cancelled() const { return options_.cancel != nullptr && *options_.cancel; }

  VerifyReport compared() {
    VerifyReport report;
    report.origin = origin_of(space_);
    const std::vector<std::int64_t> ids = tracks_.ids({});
    report.tracks = static_cast<std::int64_t>(ids.size());
    differ_.clear();
    missing_.clear();
    for (std::size_t n = 0; n < nodes_.size(); ++n) {
      const weaviate::Endpoint& endpoint = remote_.impl().client->address().endpoints[n];
      nodes_[n].seen = {};
      nodes_[n].missing_windows = nodes_[n].foreign_windows = 0;
      nodes_[n].seen.endpoint = fmt::format("{}:{}", endpoint.host, endpoint.rest_port);
    }
    const std::size_t step = options_.sample > 0 ? std::max<std::size_t>(1, ids.size() / options_.sample) : 0;
    const std::size_t first = step > 0 ? split_mix(ids.size()) % step : 0;  // the same tracks each time
    std::vector<Expected> some;
    for (std::size_t i = 0; i < ids.size() && !cancelled(); ++i) {
      Expected one{ids[i], 0, {}, tracks_.facts(ids[i])};
      one.uuid = weaviate::track_id(space_, one.facts.content, one.facts.path);
      one.number = weaviate::number_of(one.uuid);
      report.windows += static_cast<std::int64_t>(one.facts.starts_seconds.size());
      some.push_back(std::move(one));
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

  // What one endpoint has of some tracks. A search is answered from its own replicas, where it has them, so each is
  // asked; one that does not answer is left alone until the next round.
  void compare(std::span<const Expected> some, Node& node) {
    if (!node.seen.error.empty()) return;
    try {
      const std::vector<const Expected*> there = compare_tracks(some, node);
      compare_windows(there, node);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::io) throw;
      node.seen.error = error.what();
    }
  }

  std::vector<const Expected*> compare_tracks(std::span<const Expected> some, Node& node) {
    std::vector<std::int64_t> numbers;
    for (const Expected& one : some) numbers.push_back(one.number);
    const auto stored = stored_states(*node.client, collections_, numbers);
    std::vector<const Expected*> there;
    for (const Expected& one : some) {
      const auto found = stored.find(one.number);
      if (found == stored.end() || found->second.id != one.uuid) {
        missing_.emplace(one.facts.path);
        continue;
      }
      if (found->second.state != weaviate::state_of(one.facts)) differ_.emplace(one.facts.path);
      ++node.seen.tracks;
      there.push_back(&one);
    }
    return there;
  }

  void compare_windows(std::span<const Expected* const> some, Node& node) {
    const auto count = [](const Expected* one) { return one->facts.starts_seconds.size(); };
    for (std::size_t from = 0; from < some.size();) {
      std::size_t to = from, windows = 0;
      while (to < some.size() && (to == from || windows + count(some[to]) <= kMostAtOnce)) windows += count(some[to++]);
      const auto group = some.subspan(from, to - from);
      std::set<Uuid> there =
          windows <= kMostAtOnce ? windows_of(*node.client, group) : windows_of_one(*node.client, *group.front());
      for (const Expected* one : group) {
        for (const double start : one->facts.starts_seconds) {
          if (there.erase(weaviate::window_id(one->uuid, start)) > 0) {
            ++node.seen.windows;
            continue;
          }
          ++node.missing_windows;
          differ_.emplace(one->facts.path);
        }
      }
      node.foreign_windows += static_cast<std::int64_t>(there.size());
      from = to;
    }
  }

  std::set<Uuid> ids_of(const weaviate::Client& client, const Filter& filter) const {
    Search search;
    search.collection = collections_.windows;
    search.filter = filter;
    search.limit = 10000;
    std::set<Uuid> out;
    for (const Found& found : client.search(search)) out.insert(found.id);
    return out;
  }

  std::set<Uuid> windows_of(const weaviate::Client& client, std::span<const Expected* const> group) const {
    std::vector<std::int64_t> numbers;
    for (const Expected* one : group) numbers.push_back(one->number);
    return ids_of(client, weaviate::of_tracks(numbers));
  }

  // Of a track with more windows than an answer may have, part by part.
  std::set<Uuid> windows_of_one(const weaviate::Client& client, const Expected& one) const {
    std::set<Uuid> out;
    const std::vector<double>& starts = one.facts.starts_seconds;
    for (std::size_t from = 0; from < starts.size(); from += kMostAtOnce) {
      Filter both;
      both.parts.push_back(weaviate::of_tracks(std::span(&one.number, 1)));
      const auto bound = [&](Filter::Operator op, double start) {
        Filter filter;
        filter.op = op;
        filter.property = "start";
        filter.value = start;
        both.parts.push_back(std::move(filter));
      };
      if (from > 0) bound(Filter::Operator::at_least, starts[from]);
      if (from + kMostAtOnce < starts.size()) bound(Filter::Operator::less, starts[from + kMostAtOnce]);
      out.merge(ids_of(client, both));
    }
    return out;
  }

  void compare_vectors(std::int64_t id, VerifyReport& report) {
    RemoteTrack own = tracks_.facts(id);
    const std::int64_t number = weaviate::number_of(weaviate::track_id(space_, own.content, own.path));
    tracks_.add_vectors(id, own);
    const auto theirs = index_of(remote_, collections_)->windows_of(std::span(&number, 1));
    ++report.sampled;
    if (theirs.front().vectors != own.vectors || theirs.front().starts_seconds != own.starts_seconds)
      differ_.emplace(own.path);
  }

  const Library& library_;
  const Remote& remote_;
  const VerifyOptions& options_;
  const search::Space space_;
  const weaviate::Collections collections_;
  LibraryTracks tracks_;
  std::vector<Node> nodes_;
  std::set<std::filesystem::path> differ_, missing_;
  const double began_;
};

}  // namespace
}  // namespace remote

VerifyReport verify(const Library& library, const Remote& remote, const VerifyOptions& options) {
  return remote::Verify(library, remote, options).run();
}

}  // namespace hearken

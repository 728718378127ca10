// Whether an engine holds what a library holds: every track and window by its id, vectors of a sample, the counts of
// all endpoints; asked again until it does or the time is over.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>
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

using nlohmann::json;
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

class Verify {
 public:
  Verify(const Library& library, const Remote& remote, const VerifyOptions& options)
      : library_(library),
        remote_(remote),
        options_(options),
        space_(search::space_named(library, options.model)),
        client_(*remote.impl().client),
        collections_(collections_of(remote, space_)),
        tracks_(library, space_),
        began_(monotonic_seconds()) {}

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
        compare_tracks(some, report);
        compare_windows(some, report);
        some.clear();
        if (options_.progress)
          options_.progress(
              {static_cast<std::int64_t>(i) + 1, report.tracks, report.windows, monotonic_seconds() - began_});
      }
    }
    for (std::size_t i = first; step > 0 && i < ids.size() && !cancelled(); i += step) compare_vectors(ids[i], report);
    report.differ.assign(differ_.begin(), differ_.end());
    count(report);
    return report;
  }

  // Takes what the engine has not out of `some`.
  void compare_tracks(std::vector<Expected>& some, VerifyReport& report) {
    std::vector<std::int64_t> numbers;
    for (const Expected& one : some) numbers.push_back(one.number);
    const auto stored = stored_states(client_, collections_, numbers);
    std::erase_if(some, [&](const Expected& one) {
      const auto found = stored.find(one.number);
      const bool there = found != stored.end() && found->second.id == one.uuid;
      if (!there) report.missing.emplace_back(one.facts.path);
      if (there && found->second.state != weaviate::state_of(one.facts)) differ_.emplace(one.facts.path);
      return !there;
    });
  }

  void compare_windows(std::span<const Expected> some, VerifyReport& report) {
    for (std::size_t from = 0; from < some.size();) {
      std::size_t to = from, windows = 0;
      while (to < some.size() && (to == from || windows + some[to].facts.starts_seconds.size() <= kMostAtOnce))
        windows += some[to++].facts.starts_seconds.size();
      const auto group = some.subspan(from, to - from);
      std::set<Uuid> there = windows <= kMostAtOnce ? windows_of(group) : windows_of_one(group.front());
      for (const Expected& one : group) {
        for (const double start : one.facts.starts_seconds) {
          if (there.erase(weaviate::window_id(one.uuid, start)) > 0) continue;
          ++report.missing_windows;
          differ_.emplace(one.facts.path);
        }
      }
      report.foreign_windows += static_cast<std::int64_t>(there.size());
      from = to;
    }
  }

  std::set<Uuid> ids_of(const Filter& filter) const {
    Search search;
    search.collection = collections_.windows;
    search.filter = filter;
    search.limit = 10000;
    std::set<Uuid> out;
    for (const Found& found : client_.search(search)) out.insert(found.id);
    return out;
  }

  std::set<Uuid> windows_of(std::span<const Expected> group) const {
    std::vector<std::int64_t> numbers;
    for (const Expected& one : group) numbers.push_back(one.number);
    return ids_of(weaviate::of_tracks(numbers));
  }

  // Of a track with more windows than an answer may have, part by part.
  std::set<Uuid> windows_of_one(const Expected& one) const {
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
      out.merge(ids_of(both));
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

  // As each endpoint counts, which it does on its own replicas where it has them.
  void count(VerifyReport& report) const {
    const std::vector<weaviate::Endpoint>& endpoints = client_.address().endpoints;
    for (std::size_t e = 0; e < endpoints.size(); ++e) {
      VerifyReport::Counts counts;
      counts.endpoint = fmt::format("{}:{}", endpoints[e].host, endpoints[e].rest_port);
      try {
        counts.tracks = counted(collections_.tracks, e);
        counts.windows = counted(collections_.windows, e);
      } catch (const Error& error) {
        counts.error = error.what();
      }
      report.counts.push_back(std::move(counts));
    }
    report.agree = std::ranges::all_of(report.counts, [&](const VerifyReport::Counts& c) {
      return c.error.empty() && c.tracks == report.counts[0].tracks && c.windows == report.counts[0].windows;
    });
  }

  std::int64_t counted(const std::string& collection, std::size_t endpoint) const {
    const json query = {{"query", "{Aggregate{" + collection + "{meta{count}}}}"}};
    const weaviate::RestReply reply = client_.rest("POST", "/v1/graphql", query.dump(), endpoint);
    const json answer = json::parse(reply.body, nullptr, false);
    const json::json_pointer place("/data/Aggregate/" + collection + "/0/meta/count");
    if (reply.status == 200 && answer.is_object() && answer.contains(place)) return answer[place].get<std::int64_t>();
    throw Error(ErrorCode::mismatch, fmt::format("counting {}: status {}: {}", collection, reply.status,
                                                 display(std::string_view(reply.body).substr(0, 200))));
  }

  const Library& library_;
  const Remote& remote_;
  const VerifyOptions& options_;
  const search::Space space_;
  const weaviate::Client& client_;
  const weaviate::Collections collections_;
  LibraryTracks tracks_;
  std::set<std::filesystem::path> differ_;
  const double began_;
};

}  // namespace
}  // namespace remote

VerifyReport verify(const Library& library, const Remote& remote, const VerifyOptions& options) {
  return remote::Verify(library, remote, options).run();
}

}  // namespace hearken

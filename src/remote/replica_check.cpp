// What each endpoint finds, until they agree.
#include "remote/replica_check.h"

#include <map>
#include <set>
#include <string>
#include <utility>
#include <variant>

#include "remote/weaviate/filter.h"

namespace hearken::remote {
namespace {

using weaviate::Client;
using weaviate::Collections;
using weaviate::Filter;
using weaviate::Found;
using weaviate::Search;
using weaviate::Uuid;

constexpr std::size_t kMostAtOnce = 8000;    // windows in an answer
constexpr std::uint32_t kMostFound = 10000;  // the engine's own limit

class ReplicaCheck {
 public:
  ReplicaCheck(const Client& client, const Collections& collections)
      : client_(client), collections_(collections), any_vector_(collections.space.dimension, 0.0F) {
    any_vector_.front() = 1;
  }

  ReplicaState at(std::span<const Expected> tracks) {
    look_for_windows(look_for_tracks(tracks));
    return std::move(sight_);
  }

 private:
  using Windows = std::map<std::int64_t, std::set<Uuid>>;  // by their track's number

  Search search(const std::string& collection, const Filter& filter) const {
    Search out;
    out.collection = collection;
    out.filter = filter;
    out.near = any_vector_;
    out.limit = kMostFound;
    return out;
  }

  // Those that are found, by either of their vectors.
  std::vector<const Expected*> look_for_tracks(std::span<const Expected> tracks) {
    std::vector<std::int64_t> numbers;
    for (const Expected& track : tracks) numbers.push_back(track.number);
    Search by[2] = {search(collections_.tracks, weaviate::of_tracks(numbers)),
                    search(collections_.tracks, weaviate::of_tracks(numbers))};
    by[0].target_vector = "mean";
    by[1].target_vector = "direction";
    by[0].properties = {"state"};
    const std::vector<std::vector<Found>> found = client_.search(by);
    std::map<Uuid, std::string> states;
    for (const Found& one : found[0]) {
      const auto* state = std::get_if<std::string>(one.property("state"));
      states[one.id] = state != nullptr ? *state : std::string();
    }
    std::set<Uuid> by_direction;
    for (const Found& one : found[1]) by_direction.insert(one.id);
    std::vector<const Expected*> there;
    for (const Expected& track : tracks) {
      const auto state = states.find(track.uuid);
      if (state == states.end() || !by_direction.contains(track.uuid)) {
        sight_.missing.push_back(&track);
        continue;
      }
      if (state->second != weaviate::state_of(track.facts)) sight_.differ.push_back(&track);
      ++sight_.tracks;
      there.push_back(&track);
    }
    return there;
  }

  void look_for_windows(std::span<const Expected* const> tracks) {
    const auto count = [](const Expected* one) { return one->facts.starts_seconds.size(); };
    for (std::size_t from = 0; from < tracks.size();) {
      std::size_t to = from, windows = 0;
      while (to < tracks.size() && (to == from || windows + count(tracks[to]) <= kMostAtOnce))
        windows += count(tracks[to++]);
      const auto group = tracks.subspan(from, to - from);
      compare(group, windows <= kMostAtOnce ? windows_of(group) : windows_of_one(*group.front()));
      from = to;
    }
  }

  void compare(std::span<const Expected* const> tracks, Windows there) {
    for (const Expected* one : tracks) {
      std::set<Uuid>& found = there[one->number];
      std::int64_t missing = 0;
      for (const double start : one->facts.starts_seconds)
        if (found.erase(weaviate::window_id(one->uuid, start)) == 0) ++missing;
      sight_.windows += static_cast<std::int64_t>(one->facts.starts_seconds.size()) - missing;
      sight_.missing_windows += missing;
      sight_.foreign_windows += static_cast<std::int64_t>(found.size());
      if (missing > 0 || !found.empty()) sight_.differ.push_back(one);
    }
  }

  void find(const Filter& filter, Windows& to) const {
    Search asked = search(collections_.windows, filter);
    asked.properties = {"number"};
    for (const Found& found : client_.search(asked))
      if (const auto* number = std::get_if<double>(found.property("number")))
        to[static_cast<std::int64_t>(*number)].insert(found.id);
  }

  Windows windows_of(std::span<const Expected* const> tracks) const {
    std::vector<std::int64_t> numbers;
    for (const Expected* one : tracks) numbers.push_back(one->number);
    Windows out;
    find(weaviate::of_tracks(numbers), out);
    return out;
  }

  // Of a track with more windows than an answer may have, part by part.
  Windows windows_of_one(const Expected& one) const {
    Windows out;
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
      find(both, out);
    }
    return out;
  }

  const Client& client_;
  const Collections& collections_;
  std::vector<float> any_vector_;
  ReplicaState sight_;
};

}  // namespace

ReplicaState replica_state(const Client& client, const Collections& collections, std::span<const Expected> tracks) {
  return ReplicaCheck(client, collections).at(tracks);
}

}  // namespace hearken::remote

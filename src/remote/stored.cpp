// Reading and writing whole tracks.
#include "remote/stored.h"

#include <iterator>
#include <utility>

#include "remote/weaviate/filter.h"

namespace hearken::remote {

using weaviate::Client;
using weaviate::Collections;
using weaviate::Filter;
using weaviate::Found;
using weaviate::Object;
using weaviate::RemoteTrack;
using weaviate::Search;

namespace {

// The last entries that a batch makes in a graph stay in a buffer of the server's process until the next batch in that
// shard (Weaviate 1.35.2, objectsBatcher.Objects: the logs are flushed before the workers are waited for): a node
// killed an hour later loses them, and replication compares objects only. Taking out nothing is such a batch, in every
// shard and on each replica.
void write_out(const Client& client, const Collections& collections) {
  constexpr std::int64_t kNobodys = -1;
  const Filter nothing = weaviate::of_tracks(std::span(&kNobodys, 1));
  client.erase(collections.windows, nothing);
  client.erase(collections.tracks, nothing);
}

}  // namespace

std::map<std::int64_t, StoredState> stored_states(const Client& client, const Collections& collections,
                                                  std::span<const std::int64_t> numbers) {
  std::map<std::int64_t, StoredState> out;
  if (numbers.empty()) return out;
  Search search;
  search.collection = collections.tracks;
  search.filter = weaviate::of_tracks(numbers);
  search.limit = static_cast<std::uint32_t>(numbers.size());
  search.properties = {"number", "state"};
  for (const Found& found : client.search(search)) {
    const auto* number = std::get_if<double>(found.property("number"));
    const auto* state = std::get_if<std::string>(found.property("state"));
    if (number != nullptr)
      out[static_cast<std::int64_t>(*number)] = {found.id, state != nullptr ? *state : std::string()};
  }
  return out;
}

void put_tracks(const Client& client, const Collections& collections, std::span<const RemoteTrack> tracks) {
  std::vector<Object> windows, whole;
  for (const RemoteTrack& track : tracks) {
    std::vector<Object> some = weaviate::window_objects(collections.space, track);
    std::ranges::move(some, std::back_inserter(windows));
    whole.push_back(weaviate::track_object(collections.space, track));
    if (windows.size() < kWindowsAtOnce) continue;
    client.put(collections.windows, windows);
    windows.clear();
  }
  client.put(collections.windows, windows);
  client.put(collections.tracks, whole);
  write_out(client, collections);
}

void TrackWriter::add(RemoteTrack track) {
  ready_windows_ += track.starts_seconds.size();
  ready_.push_back(std::move(track));
  if (ready_windows_ >= kWindowsAtOnce || ready_.size() >= kTracksAtOnce) begin();
}

void TrackWriter::finish() {
  begin();
  wait();
}

void TrackWriter::begin() {
  wait();
  if (ready_.empty()) return;
  writing_tracks_ = static_cast<std::int64_t>(ready_.size());
  writing_windows_ = static_cast<std::int64_t>(std::exchange(ready_windows_, 0));
  writing_ = std::async(std::launch::async,
                        [this, some = std::exchange(ready_, {})] { put_tracks(client_, collections_, some); });
}

void TrackWriter::wait() {
  if (!writing_.valid()) return;
  writing_.get();
  tracks_ += writing_tracks_;
  windows_ += writing_windows_;
}

void erase_track(const Client& client, const Collections& collections, std::int64_t number) {
  const Filter filter = weaviate::of_tracks(std::span(&number, 1));
  client.erase(collections.windows, filter);
  client.erase(collections.tracks, filter);
}

void for_each_track(const Client& client, const Collections& collections, const std::vector<std::string>& properties,
                    const std::function<bool(std::span<const Found>)>& visit) {
  Search search;
  search.collection = collections.tracks;
  search.from_the_start = true;
  search.limit = 1000;
  search.properties = properties;
  for (;;) {
    const std::vector<Found> page = client.search(search);
    if (page.empty() || !visit(page)) return;
    search.after = page.back().id;
  }
}

}  // namespace hearken::remote

// What an engine has of some tracks already, and what it lacks is written to it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <future>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "remote/weaviate/collections.h"
#include "remote/weaviate/object.h"
#include "remote/weaviate/protocol/client.h"

namespace hearken::remote {

/// So many tracks are asked about, and so many windows are written, in one step.
inline constexpr std::size_t kTracksAtOnce = 250, kWindowsAtOnce = 4000;

struct StoredState {
  weaviate::Uuid id{};
  std::string state;  // state_of()
};

/// The engine's tracks with these numbers, by number.
std::map<std::int64_t, StoredState> stored_states(const weaviate::Client& client,
                                                  const weaviate::Collections& collections,
                                                  std::span<const std::int64_t> numbers);

/// Writes whole tracks, windows first; when it returns they are with a quorum, and their graphs written out.
void put_tracks(const weaviate::Client& client, const weaviate::Collections& collections,
                std::span<const weaviate::RemoteTrack> tracks);

/// Writes tracks while the next ones are read: some at a time, in a thread of its own. One thread at a time. What the
/// client throws comes out of add() or finish(), and then not all that was added is written.
class TrackWriter {
 public:
  /// Both must outlive it.
  TrackWriter(const weaviate::Client& client, const weaviate::Collections& collections)
      : client_(client), collections_(collections) {}

  void add(weaviate::RemoteTrack track);
  /// Waits until all that was added is written.
  void finish();

  std::int64_t tracks() const { return tracks_; }  // written
  std::int64_t windows() const { return windows_; }

 private:
  void begin();
  void wait();

  const weaviate::Client& client_;
  const weaviate::Collections& collections_;
  std::vector<weaviate::RemoteTrack> ready_;
  std::size_t ready_windows_ = 0;
  std::int64_t tracks_ = 0, windows_ = 0, writing_tracks_ = 0, writing_windows_ = 0;
  std::future<void> writing_;  // last, so that it ends before what it uses goes
};

/// Takes a track out, its windows first.
void erase_track(const weaviate::Client& client, const weaviate::Collections& collections, std::int64_t number);

/// All tracks of the collection in the order of their ids, page by page, with these properties; the visitor returns
/// whether to go on.
void for_each_track(const weaviate::Client& client, const weaviate::Collections& collections,
                    const std::vector<std::string>& properties,
                    const std::function<bool(std::span<const weaviate::Found>)>& visit);

}  // namespace hearken::remote

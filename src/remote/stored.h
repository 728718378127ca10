// What an engine has of some tracks already, and what it lacks is written to it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "remote/weaviate/client.h"
#include "remote/weaviate/collections.h"
#include "remote/weaviate/object.h"

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

/// The filter of objects, of both kinds, that belong to the tracks of these numbers.
weaviate::Filter of_tracks(std::span<const std::int64_t> numbers);

/// Writes whole tracks, windows first; when it returns they are with a quorum.
void put_tracks(const weaviate::Client& client, const weaviate::Collections& collections,
                std::span<const weaviate::RemoteTrack> tracks);

/// Takes a track out, its windows first.
void erase_track(const weaviate::Client& client, const weaviate::Collections& collections, std::int64_t number);

/// All tracks of the collection in the order of their ids, page by page, with these properties; the visitor returns
/// whether to go on.
void for_each_track(const weaviate::Client& client, const weaviate::Collections& collections,
                    const std::vector<std::string>& properties,
                    const std::function<bool(std::span<const weaviate::Found>)>& visit);

}  // namespace hearken::remote

// What one endpoint finds of a library's tracks.
//
// A server answers from its own replicas where it has them, so asked alone it says what it would find. That it holds an
// object is not enough: one that is killed while it writes comes back with objects that its conditions, or the graphs
// of its vectors, do not know (docs/REMOTE.md). So each track and each window is looked for by a condition and by a
// vector at once; among so few that the condition leaves, the server compares all that its graph has.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "remote/weaviate/collections.h"
#include "remote/weaviate/object.h"
#include "remote/weaviate/protocol/client.h"

namespace hearken::remote {

/// A track as the engine should have it. The library's id, the engine's number and id; `facts` without vectors.
struct Expected {
  std::int64_t id = 0, number = 0;
  weaviate::Uuid uuid{};
  weaviate::RemoteTrack facts;
};

struct ReplicaState {
  std::int64_t tracks = 0, windows = 0;                   // found, of those expected
  std::int64_t missing_windows = 0, foreign_windows = 0;  // of tracks found: not there; there, but not the track's
  std::vector<const Expected*> missing, differ;           // tracks; found with other facts or windows
};

/// Asks the client's endpoint. Throws Error as Client.
ReplicaState replica_state(const weaviate::Client& client, const weaviate::Collections& collections,
                           std::span<const Expected> tracks);

}  // namespace hearken::remote

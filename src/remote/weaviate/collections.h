// The two collections of a space: what they are called, what they hold, and how they are made and checked.
//
// A space is one model's vectors with one windowing. Its windows are one collection, its tracks another:
//
//   <Base>_<12 hex digits of the space>_Windows   vector: the window's unit vector (dot)
//   <Base>_<12 hex digits of the space>_Tracks    vectors: mean, not normalised (dot); direction, the unit mean (dot)
//
// Both carry the catalogue's columns (kColumns…), so that conditions run inside the engine: on text as
// text::fold_case() makes it, escaped (object.h). What the space is stands in the collections' description, as JSON:
// {"hearken": 1, "model", "fingerprint", "dimension", "window", "hop", "precision"}.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "remote/weaviate/protocol/client.h"
#include "search/space.h"

namespace hearken::remote::weaviate {

/// A space that a cluster holds.
struct Collections {
  search::Space space;  // without model_id and newest_vectors
  std::string windows, tracks;
  std::int64_t replicas = 0;  // of each object, as the cluster has it; 0 before it was asked
};

/// The names of a space's collections.
Collections named(const Address& address, const search::Space& space);

/// Throws Error(mismatch) for a server that is too old, or is none.
void check_version(const Client& client);

/// Whether both collections of a space are there, however they are made.
bool is_there(const Client& client, const search::Space& space);

/// Makes what is not there of a space's collections, replication factor min(3, nodes), and checks the rest; waits until
/// the cluster knows them. Repeating it changes nothing. Throws Error(mismatch): a collection of this name is not as
/// Hearken makes it (says what differs), or the server is older than 1.33.
Collections created(const Client& client, const search::Space& space);

/// The spaces of the address's collection, checked; a half-made one is told apart: mismatch, with what to do.
std::vector<Collections> held(const Client& client);

}  // namespace hearken::remote::weaviate

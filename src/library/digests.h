// Digests of vectors and fingerprints (XXH3-64), by which damage on the disk is told: a search never answers from what
// does not have its digest.
//
// A track's mean and its fingerprint have theirs in the same row. Windows have one each, so that reading one row of a
// long track need not read them all, and one more for their starts (`window_digests`). NULL or no row: the vectors were
// written by something else, and are taken as they are; `hearken check` says so.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "library/sqlite.h"

namespace hearken::library {

/// As a column holds it.
std::int64_t digest_of(Bytes bytes) noexcept;

/// A column with one; nothing for NULL.
std::optional<std::int64_t> digest_in(const Statement& row, int column);

/// [windows + 1]: of each window's vector, then of all starts. `starts` is float64 [windows], `vectors` has as many
/// rows of one length.
std::vector<std::uint64_t> window_digests(Bytes starts, Bytes vectors);

/// Whether bytes have the digest in the column, or there is none.
bool is_whole(Bytes bytes, const Statement& row, int column);
/// The same of windows and the column `digests`.
bool are_whole(Bytes starts, Bytes vectors, const Statement& row, int column);

/// Gives every row that lacks them its digests, from the values as they are. Inside a write transaction.
void digest_all(Database& database);

}  // namespace hearken::library

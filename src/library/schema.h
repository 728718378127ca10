// The tables of a library file and how older files become today's. docs/LIBRARY.md describes them.
#pragma once

#include <span>

#include "library/sqlite.h"

namespace hearken::library {

/// "HRKN", in the file's header: this SQLite file is a Hearken library.
inline constexpr int kApplicationId = 0x48524B4E;

/// migrations()[v] takes a file of version v to v + 1; version 0 is an empty file.
using Migration = void (*)(Database&);
std::span<const Migration> migrations();

/// Brings the file to the newest version, each step in a transaction of its own together with its version number; a
/// file that is there already is not written. Throws Error: mismatch for a file newer than the table, busy, io.
void migrate(Database& database, std::span<const Migration> table = migrations());

}  // namespace hearken::library

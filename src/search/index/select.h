// Which tracks a search may find: those below a path, those of which a condition holds.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

#include "search/index/where.h"
#include "search/scan/exact_scan.h"

namespace hearken::search {

/// What of the catalogue is searched. Empty members select everything.
struct Selection {
  std::filesystem::path under;  // tracks at or below it; absolute, links of the root resolved (resolved())
  std::optional<Where> where;

  bool operator==(const Selection&) const = default;
};

/// Of find()'s options and those like them. Throws WhereError, and as resolved().
Selection selection_of(const std::filesystem::path& under, std::string_view where);

/// `path` as tracks carry theirs. Empty stays empty. Throws Error as the operating system refuses.
std::filesystem::path resolved(const std::filesystem::path& path);

/// Reads the catalogue as it is now. Tracks that are missing at present are left out; no filter at all when everything
/// is selected.
TrackFilter select_tracks(const Library& library, const Selection& selection);

/// Visible tracks which the filter of `selection` lets through and which have vectors, but none in this space.
std::int64_t count_without(const Library& library, const Space& space, const Selection& selection);

}  // namespace hearken::search

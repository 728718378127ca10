// One indexing run as `index` and `find --dir` both do it: progress, Ctrl-C, remarks about single files.
#pragma once

#include <filesystem>
#include <span>

#include "cli/common.h"

namespace hearken::cli {

/// A mistyped path makes no library: throws Error(not_found) where there is no library yet and none of the paths.
void check_worth_a_library(const std::filesystem::path& library, std::span<const std::filesystem::path> paths);

/// Ctrl-C stops the run after the tracks at hand; a second one ends the program at once. Skipped files and warnings are
/// named on standard error (warnings not when quiet).
IndexReport run_index(Library& library, const Model& model, std::span<const std::filesystem::path> paths,
                      IndexOptions options, bool quiet);

/// The same, and nobody is told what was skipped.
IndexReport run_index_untold(Library& library, const Model& model, std::span<const std::filesystem::path> paths,
                             IndexOptions options, bool quiet);

/// What --dir does before a search.
struct FolderIndexed {
  Windowing windowing;
  bool anything = true;  // there is sound in it
  int status = kDone;    // of what was left out
  double seconds = 0;
};
/// Indexes what is new in `folder`, and says how much that was. Throws Error as index(), and cancelled.
FolderIndexed index_folder(Library& library, const LibraryInfo& info, const Model& model,
                           const std::filesystem::path& folder, const CommonOptions& options);

}  // namespace hearken::cli

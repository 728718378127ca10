// FILE|DIR|TRACK…: the sounds that a command is asked about, with the library and the model that answer.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cli/common.h"

namespace hearken::cli {

struct Songs {
  std::vector<ScoreInput> inputs;
  /// For files the library need not be there; where it is, they take its model and windows, and what it has heard
  /// already.
  std::optional<Library> library;
  LibraryInfo info;  // of the library, if there is one
  Model model;

  const Library* opened() const { return library ? &*library : nullptr; }
};

/// `needs_library`: also when no track is among the names. Throws Error as Library::open() and load_model().
Songs songs_asked(const CommonOptions& options, std::span<const std::string> names, bool needs_library = false);

/// On standard error: what was left out, and, unless --quiet, what is odd about the rest.
void complain_of(const CommonOptions& options, std::span<const FileNote> skipped, std::span<const FileNote> warnings);

}  // namespace hearken::cli

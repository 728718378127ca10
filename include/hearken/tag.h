// Tags: labels in the catalogue, which `--where "tag = 'Dog'"` finds. Sound files stay as they are.
//
// A tag is the machine's (written by tag(), with the model's score) or a person's (added, or removed: what a person
// removed no later run brings back). A track has a label once, whatever sets it stands in.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "hearken/catalogue.h"
#include "hearken/index.h"
#include "hearken/labels.h"
#include "hearken/library.h"
#include "hearken/model.h"

namespace hearken {

struct TagOptions : WatchedRunOptions {
  Windowing windowing;                 // of the vectors that are looked at
  std::filesystem::path under;         // only tracks at or below this path; empty: all
  std::string where;                   // only tracks of which this is true (docs/FIND.md); empty: all
  std::vector<std::string> templates;  // in place of the set's own
  bool dry_run = false;                // nothing is written
};

struct TagResult {
  std::vector<TaggedTrack> tracks;  // by number, with the tags of this set; those of which no label holds too
  std::vector<FileNote> skipped;    // whose vectors are damaged
  std::int64_t without_vectors = 0;
};

/// Gives every track that the library has vectors of the labels that are HIGH (likelihood 0.7 and more), the ten best
/// at most, and of names for instruments, moods and other music those near the best of their kind (docs/TAG.md); of a
/// set in which every label has a code and lies under a category, as in UCS, one: a subcategory where that is sure,
/// else the category's own label. They take the place of the machine's earlier tags of this set and of other models.
/// The same again changes nothing. The library is open for writing unless `dry_run`. Throws Error: mismatch (no vectors
/// of this model with these windows), as classify() for the labels, as find() for `where`.
TagResult tag(const Library& library, const Model& model, const LabelSet& labels, const TagOptions& options = {});

struct Rename {
  std::int64_t id = 0;
  std::filesystem::path from, to;
};
/// A track that keeps its name, because what it is is not sure enough.
struct LeftAlone {
  std::int64_t id = 0;
  std::filesystem::path path;
  std::string label;  // its tag of the set `ucs`; empty: none
  double likelihood = 0;
};
struct RenameResult {
  std::vector<Rename> renamed;    // by track; with dry_run: what would be
  std::vector<LeftAlone> left;    // by track; of undo_rename() none
  std::vector<FileNote> skipped;  // a name that is taken, a file that is gone, …
};

/// How likely a tag must be for a file to be named after it.
inline constexpr double kRenameLikelihood = 0.8;

/// Renames files by the Universal Category System, "AEROHeli_NAME.wav", by each track's first tag of the set `ucs`,
/// where that is at least so likely (0 to 1; a person's is 1); the library follows. NAME is the file's, without an
/// earlier CatID and with spaces for underscores, which UCS keeps for itself. Nothing is ever overwritten. What is
/// renamed is recorded before the first file moves. With `dry_run` nothing is done; otherwise the library is open for
/// writing. Throws Error(invalid_argument) for a likelihood that is none.
RenameResult rename_by_ucs(const Library& library, double least_likelihood, bool dry_run);

/// Gives the files of the last rename_by_ucs() their names back; called again, those of the one before. A file stays as
/// it is, and in the record, when its old name is taken or it is no longer the file that was renamed, by its content.
/// Where that is so of all of a run, the one before it is taken back. With `dry_run` nothing is done; otherwise the
/// library is open for writing.
RenameResult undo_rename(const Library& library, bool dry_run);

struct SidecarResult {
  std::vector<std::filesystem::path> written;
  std::vector<FileNote> skipped;
};

/// Writes NAME.tags.json beside the file of every track that has tags, over an earlier one of its own and over no other
/// file. With `dry_run` nothing is written.
SidecarResult write_sidecars(const Library& library, bool dry_run);

}  // namespace hearken

// Vectors and catalogue out of a library and into one; copies of what was found.
//
// An exported folder holds
//   export.json      what it is: model, fingerprint, windows, number of rows (docs/EXPORT.md); written last
//   vectors.npy      float32 [rows, dimension]: a window's unit vector, or the mean of a track's, not normalised
//   catalogue.jsonl  a JSON object for each row, in the same order
//   catalogue.csv    the same as a table
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "hearken/find.h"
#include "hearken/index.h"
#include "hearken/library.h"
#include "hearken/model.h"

namespace hearken {

enum class ExportBy { window, track };

struct ExportOptions {
  ExportBy by = ExportBy::window;
  bool npy = true, jsonl = true, csv = true;
  std::string model;                          // as the library names it; empty: the library's own
  std::filesystem::path under;                // only tracks at or below this path
  std::string where;                          // only tracks of which this is true (docs/FIND.md)
  std::filesystem::path clips;                // a folder for each window's sound as CHUNK_ID.wav; empty: none
  const std::atomic<bool>* cancel = nullptr;  // when it turns true, Error(cancelled) is thrown soon
};

struct ExportReport {
  std::string model, fingerprint;
  Windowing windowing;
  std::size_t dimension = 0;
  std::int64_t rows = 0, tracks = 0;
  std::vector<std::filesystem::path> files;  // written, export.json last
  std::int64_t clips = 0;
  std::vector<FileNote> skipped;     // tracks of which not all clips could be written
  std::int64_t without_vectors = 0;  // tracks left out: there, but with other vectors only
};

/// One moment of the library, tracks by number, windows by start; memory for one track at a time. What was exported to
/// `folder` before is replaced; each file appears whole or not at all. A clip is 16-bit mono WAV at 48 kHz.
/// Throws Error: what find() throws for its library, not_found (no track is so), invalid_argument, io, cancelled.
ExportReport export_vectors(const Library& library, const std::filesystem::path& folder,
                            const ExportOptions& options = {});

/// What made vectors that come from elsewhere.
struct VectorOrigin {
  std::string model;        // as it was named there
  std::string fingerprint;  // Model::fingerprint
  Windowing windowing;
  Precision precision = Precision::fp32;  // never `automatic`
  std::size_t dimension = 0;
};

/// What export.json says.
struct ExportManifest {
  ExportBy by = ExportBy::window;
  std::size_t rows = 0;
  VectorOrigin origin;
};

/// Throws Error: not_found, corrupt, io, naming the file.
ExportManifest read_manifest(const std::filesystem::path& folder);

struct ImportOptions {
  const Model* model = nullptr;  // that must have made the vectors; none: they must be of one that the library holds
  const std::atomic<bool>* cancel = nullptr;  // when it turns true, the run stops soon; imported tracks stay
};

struct ImportReport {
  std::int64_t tracks = 0;    // in the folder or the stream
  std::int64_t imported = 0;  // new, or given vectors that they did not have
  std::int64_t unchanged = 0;
  std::int64_t windows = 0;  // of those imported
  // Tracks whose file is not there, or is not the one the vectors are of; of a stream also what has no vectors of a
  // file.
  std::vector<FileNote> skipped;
  bool cancelled = false;
};

/// Takes the vectors of an export by windows into a library opened with OpenMode::create. Everything is checked before
/// the first track is written: fingerprint, shapes, rows against vectors, windows without gaps, numbers, unit length
/// (within 0.005). A track is written whole, when the file at its path has the size and, unless its time is that of the
/// row, the content hash of the row. What the library has already stays: the same command twice changes nothing.
/// Throws Error: mismatch (another model's vectors, an export by tracks; names both), corrupt (names file and line),
/// busy (another run writes this library), not_found, io.
ImportReport import_vectors(Library& library, const std::filesystem::path& folder, const ImportOptions& options = {});

/// The rows that `hearken embed --stream` writes (stream.h), in both of its encodings, of one process or of many put
/// one behind the other. One thread at a time. Memory: some times the longest row.
class VectorStream {
 public:
  /// `in` must live as long; `shown` is its name in messages. Reads up to the first row with a file's vectors.
  /// Throws Error: corrupt (names the line, or the record), not_found (there is no such row), io.
  VectorStream(std::istream& in, std::filesystem::path shown);
  ~VectorStream();
  VectorStream(const VectorStream&) = delete;
  VectorStream& operator=(const VectorStream&) = delete;

  /// What made the vectors of the first row that has a file's.
  const VectorOrigin& origin() const noexcept;

  struct Impl;

 private:
  friend Impl& impl_of(const VectorStream&) noexcept;
  std::unique_ptr<Impl> impl_;
};

/// Takes the rest of a stream into a library opened with OpenMode::create, in one reading: each row is checked as those
/// of a folder are, and what came before a row that is wrong stays. A track is taken, or left as it is, by the same
/// rules, so the same stream twice changes nothing, and neither does a row that comes twice. Rows of texts, of sounds
/// that came by http, and of errors are in `skipped`.
/// Throws Error: mismatch (vectors of another model, or of two), corrupt (names the line, or the record), busy, io.
ImportReport import_vectors(Library& library, VectorStream& stream, const ImportOptions& options = {});

struct SpaceOptions : WatchedRunOptions {
  std::string name;                           // of the space: letters, digits, "-", "_", "."
  Windowing windowing;                        // where rows have a start; else they are of whole tracks
  const std::atomic<bool>* cancel = nullptr;  // when it turns true, the run stops soon; imported tracks stay
};

/// Takes vectors that another program made of files into a space of their own, in a library opened with
/// OpenMode::create: `vectors` is float32 [n, d] (.npy), row i of `tracks` (CSV with a header) says what row i is of:
/// `path` (relative to the CSV's folder), if you like `start` (seconds; then a track has as many rows as windows,
/// ascending), title, artist, album, genre. Vectors are brought to length 1: similarity is their cosine. Tracks that
/// the library has stay what they are, and get these vectors, too; others become tracks, and are listened to for what
/// `index` measures without a model. Each is taken whole or not at all. What the space has already is replaced where
/// it differs. Memory: twice the vectors.
/// All of both files is checked before the first track is taken. Throws Error: corrupt (naming file and row or line: a
/// value that is no number, a vector of length 0, a start that does not follow), mismatch (as many rows as lines, or
/// the space has vectors of another length or other windows), not_found (a path that is no file), invalid_argument (a
/// name that is none, or is a model's), busy, io. Files that cannot be decoded are in `skipped`.
ImportReport import_space(Library& library, const std::filesystem::path& vectors, const std::filesystem::path& tracks,
                          const SpaceOptions& options);

struct CopyReport {
  std::vector<std::filesystem::path> written;
  std::vector<FileNote> skipped;  // could not be read
};

/// Copies what was found into `folder` (made when it is not there), as "01 NAME.ogg", the number being the hit's rank
/// from `first_rank` on; with `moments` each hit's part of the sound, as "01 NAME 1-35.wav", 16-bit mono at 48 kHz.
/// Each file appears whole or not at all. Throws Error(mismatch) before the first copy if a name is taken; io.
CopyReport copy_hits(std::span<const FindHit> hits, const std::filesystem::path& folder, std::size_t first_rank = 1,
                     bool moments = false);

}  // namespace hearken

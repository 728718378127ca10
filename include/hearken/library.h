// A library: one SQLite file that holds sources, tracks and the vectors of their windows.
//
// The file is the truth: it is written with a write-ahead log and full synchronisation, a track becomes visible whole
// or not at all, and killing the process at any instant loses no track that another process has seen.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hearken/model.h"

namespace hearken {

/// $HEARKEN_LIBRARY, else $XDG_DATA_HOME/hearken/library.db, else ~/.local/share/hearken/library.db.
std::filesystem::path default_library_path();

enum class OpenMode {
  read,    // must exist; any number of readers, also while another process indexes
  write,   // must exist; what is written waits some seconds for whoever else writes
  create,  // created with its parent folders when it is not there
};

struct LibraryModel {
  std::string name;         // how the user named it when the library was made with it
  std::string fingerprint;  // Model::fingerprint
  int dimension = 0;
  Windowing windowing;
  Precision precision = Precision::fp32;  // what the first run used; later runs follow
  std::int64_t tracks = 0;
  std::int64_t windows = 0;
  std::int64_t silent_windows = 0;  // of those: nothing is heard in them, so no search finds them
  std::int64_t silent_tracks = 0;   // of nothing else
  std::int64_t quick_tracks = 0;    // of the tracks: three windows of a quick pass stand for the whole
  // Of two models the one with the greater number got vectors last; 0 without any of a track that is there.
  std::int64_t newest_vectors = 0;
};

/// Whether vectors of this fingerprint come from another program (import_space() in exchange.h): no model here makes
/// such, so they know no texts and hear no files.
bool is_foreign(std::string_view fingerprint) noexcept;

/// The library's own model, which is meant where none is named: the first entry that is not foreign; nullptr when there
/// is none. It belongs to `models`.
const LibraryModel* own_model(const std::vector<LibraryModel>& models) noexcept;

struct LibraryInfo {
  std::filesystem::path path;
  std::int64_t tracks = 0;           // visible: embedded and not missing
  std::int64_t missing = 0;          // embedded, but the file is not there at present
  std::int64_t windows = 0;          // of visible tracks, over all models
  std::int64_t silent_windows = 0;   // of those
  std::int64_t measured = 0;         // visible tracks whose loudness, tempo, key and brightness were measured
  std::int64_t fingerprinted = 0;    // visible tracks with a fingerprint
  std::int64_t quick_tracks = 0;     // visible tracks of which a model has only a quick pass: `index` goes on with them
  double audio_seconds = 0;          // of visible tracks
  std::int64_t bytes = 0;            // of the library file with its log
  std::vector<LibraryModel> models;  // in the order they were added; own_model() is the library's own
  std::vector<std::filesystem::path> sources;
};

/// A track, as the library stores it.
struct Track {
  std::int64_t id = 0;                      // as in "id:42"
  std::filesystem::path path;               // absolute
  std::string title, artist, album, genre;  // empty when the file has no such tag
  double duration_seconds = 0;
  std::int64_t added_at = 0;               // Unix seconds
  bool missing = false;                    // its file is not there at present
  std::int64_t size = 0, mtime_ns = 0;     // of its file, when it was read
  std::array<std::uint8_t, 16> content{};  // XXH3-128 of the file's bytes
};

/// What the library knows of a track besides its vectors.
struct TrackFacts : Track {
  std::int64_t windows = 0;         // over all models
  std::int64_t silent_windows = 0;  // of those: nothing is heard in them
  bool measured = false;            // what follows was looked for; of older libraries `index` makes up for it
  bool fingerprinted = false;
  bool quick = false;                   // a model has only a quick pass of it
  std::optional<double> loudness_lufs;  // integrated, EBU R 128; none of silence
  std::optional<double> tempo_bpm;      // none without a steady beat
  std::optional<std::string> key;       // "A minor", "C# major"; none when it is undecided
  std::optional<double> brightness_hz;  // the mean frequency of its energy; none of silence
};

/// Whether vectors of this fingerprint and windowing were made by `model`, whatever it is called. Reads its weights.
bool made_by(const Model& model, const Windowing& windowing, std::string_view fingerprint);

/// Of the entries that `model` made (one for each windowing), the one that was indexed last; nullptr when there is
/// none. The entry belongs to `library`. Reads the model's weights.
const LibraryModel* newest_made_by(const Model& model, const LibraryInfo& library);

/// Thread rules: one Library object is used by one thread at a time; open the file again for another thread.
/// Copies share the connection.
class Library {
 public:
  /// Throws Error: not_found (read and write), permission_denied, corrupt (not a Hearken library), mismatch (written by
  /// a newer Hearken), io.
  static Library open(const std::filesystem::path& path, OpenMode mode);

  const std::filesystem::path& path() const noexcept;
  LibraryInfo info() const;

  /// Of one track, a missing one too; nothing when there is none of this number, or at this path (absolute, links of
  /// folders resolved).
  std::optional<TrackFacts> track(std::int64_t id) const;
  std::optional<TrackFacts> track_at(const std::filesystem::path& path) const;
  /// Of all visible tracks, by number.
  std::vector<TrackFacts> tracks() const;

  struct Impl;

 private:
  friend Impl& impl_of(const Library&) noexcept;
  explicit Library(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace hearken

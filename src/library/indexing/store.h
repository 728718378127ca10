// The rows of a library as an index run reads and writes them. Writing calls belong inside a write transaction.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/hash.h"
#include "hearken/model.h"
#include "library/indexing/crawl.h"
#include "library/indexing/pipeline.h"
#include "library/sqlite.h"

namespace hearken::library {

/// The model that a run uses; its row is made with the first vectors.
struct ModelEntry {
  std::string fingerprint;
  std::string name;
  std::size_t dimension = 0;
  Windowing windowing;
  Precision precision = Precision::fp32;
};

struct TrackRow {
  std::int64_t id = 0;
  std::string path;
  FileState state;
  Digest content{};  // of the bytes that everything stored about the track was made from
  bool missing = false;
  bool embedded = false;  // with this run's model; where the whole is wanted, a quick pass does not count
  bool quick = false;     // with this run's model, by a quick pass
  bool heard = false;     // its fingerprint and its features are there, as this program makes them
};

enum class RelinkResult {
  unknown,  // nobody has these bytes
  same,     // the track at this path has them: only its time had changed
  moved,    // a track whose file is gone: it now has this path
  copied,   // a file that stays where it is: a track of its own with the same vectors, fingerprint and features
};

/// What a run wants of each track.
enum class Pass {
  whole,
  quick,  // a few windows will do
};

class Store {
 public:
  Store(Database& database, ModelEntry model, Pass pass = Pass::whole);

  std::optional<TrackRow> at(std::string_view path);
  /// Tracks at or below `folder`, by path. `missing` picks those that are, or are not, marked so. No writing meanwhile.
  void for_each_below(std::string_view folder, bool missing, const std::function<void(const TrackRow&)>& visit);
  /// Digests of all tracks that are embedded, as TrackRow says it, sorted.
  std::vector<Digest> contents();
  /// Digests of all tracks that are heard, sorted.
  std::vector<Digest> heard_contents();

  /// Stores a file's vectors, and what was heard in it. Whatever was stored about other bytes at this path goes. At a
  /// new path the file may be one that was moved, of which other vectors are stored: then it is that track. `gone` as
  /// in adopt().
  void put(std::string_view path, const Embedded& embedded, const std::function<bool(const TrackRow&)>& gone = {});
  /// Finds the vectors for bytes the library knows, and stores what was heard in them with every track of these bytes
  /// that lacks it. `gone` says whether a track's file is no longer where it was.
  RelinkResult adopt(std::string_view path, const AlreadyStored& known,
                     const std::function<bool(const TrackRow&)>& gone);
  /// The file is there, in this state, with the content stored.
  void seen(std::int64_t id, const FileState& state);
  /// Unix seconds; 0: nobody did.
  std::int64_t last_rated(std::int64_t id);
  void mark_missing(std::int64_t id);
  void forget(std::int64_t id);
  void add_source(std::string_view folder);
  /// Of vectors made before silence was measured: flags all windows of the tracks whose features say that nothing in
  /// them is to be heard. Nothing is decoded; of a track that is silent in parts they say nothing.
  void flag_silent();

 private:
  bool find_model();
  void add_model();
  std::int64_t write_track(const std::optional<TrackRow>& row, std::string_view path, const Embedded& embedded);
  void copy(const TrackRow& from, const std::optional<TrackRow>& row, std::string_view path,
            const AlreadyStored& known);
  RelinkResult take_in(std::string_view path, const AlreadyStored& known,
                       const std::function<bool(const TrackRow&)>& gone);
  std::vector<TrackRow> tracks_with(const Digest& content, std::int64_t size);
  const TrackRow* move_one(std::vector<TrackRow>& tracks, std::string_view path,
                           const std::function<bool(const TrackRow&)>& gone);
  std::vector<std::int64_t> tracks_of(const Digest& content, bool heard);
  void put_analysis(const Digest& content, const SoundAnalysis& heard);
  void share_heard(const Digest& content);
  void put_silence(std::int64_t embedding, const std::vector<std::uint8_t>& flags);
  void write_analysis(std::int64_t id, const SoundAnalysis& heard);
  void clear(std::int64_t id);

  Database& database_;
  ModelEntry model_;
  const Pass pass_;
  std::int64_t model_id_ = 0;  // 0: no row yet
  Statement at_, below_, by_content_, seen_, missing_, forget_, insert_track_, update_track_, move_track_;
  Statement insert_embedding_, insert_windows_, insert_digests_, clear_embedding_, insert_stage_;
  Statement tracks_of_, insert_fingerprint_, insert_features_;
  std::vector<Statement> clear_;  // all that was made from a track's content
};

}  // namespace hearken::library

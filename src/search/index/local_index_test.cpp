// The index of a library: the contract, and what only a library has.
#include "search/index/local_index.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "library/test_support.h"
#include "library/window_flags.h"
#include "search/index/index_contract.h"

namespace hearken::search {
namespace {

using library::Statement;

// A library of toy tracks.
class LocalKind {
 public:
  static constexpr double kTolerance = 1e-5;

  explicit LocalKind(const std::vector<ToyTrack>& tracks) {
    library::Transaction transaction(impl_of(library_).db(), library::Transaction::Kind::write);
    std::vector<library::EmbeddingFlags> flags;
    for (const ToyTrack& track : tracks) add(track, flags);
    transaction.commit();
    library::replace_window_flags(library_, 1, flags);
    space_ = spaces(library_).at(0);
    engine_.emplace(library_, space_);
    index_.emplace(library_, space_, *engine_);
  }

  const Index& index() const { return *index_; }
  const Library& library() const { return library_; }

 private:
  void add(const ToyTrack& track, std::vector<library::EmbeddingFlags>& flags) {
    library::Embedded e;
    e.content = track.content;
    e.state = {1, 1, 1};
    e.tags = {track.title, track.artist, track.album, track.genre};
    e.duration_seconds = track.duration_seconds;
    e.starts_seconds = track.starts;
    for (const auto& window : track.windows)
      for (const float x : window) e.vectors.push_back(library::half_from_float(x));
    e.silence.emplace(track.windows.size(), std::uint8_t{0});
    for (std::size_t w = 0; w < track.flags.size(); ++w) (*e.silence)[w] = track.flags[w] & library::kSilentFlag;
    library::Database& db = impl_of(library_).db();
    library::Store(db, {"toy", "toy", kContractDimension, {1.0, 0.5}, Precision::fp32}).put(track.path.native(), e);
    const std::int64_t id = db.integer("SELECT max(id) FROM tracks");
    Statement(db, "UPDATE tracks SET added_at = ? WHERE id = ?").run(track.added_at, id);
    const bool measured = track.loudness || track.tempo || track.brightness || !track.key.empty();
    if (measured) Statement(db, "INSERT INTO features (track_id) VALUES (?)").run(id);
    if (track.loudness) Statement(db, "UPDATE features SET loudness = ? WHERE track_id = ?").run(*track.loudness, id);
    if (track.tempo) Statement(db, "UPDATE features SET tempo = ? WHERE track_id = ?").run(*track.tempo, id);
    if (track.brightness)
      Statement(db, "UPDATE features SET brightness = ? WHERE track_id = ?").run(*track.brightness, id);
    if (!track.key.empty()) Statement(db, "UPDATE features SET key = ? WHERE track_id = ?").run(track.key, id);
    for (const std::string& tag : track.tags)
      Statement(db, "INSERT INTO tags (track_id, label, label_set, model, verdict) VALUES (?, ?, '', '', 1)")
          .run(id, tag);
    if (!track.flags.empty()) flags.push_back({db.integer("SELECT max(id) FROM embeddings"), track.flags});
  }

  TempFolder dir_;
  Library library_ = Library::open(dir_ / "l.db", OpenMode::create);
  Space space_;
  std::optional<ExactScan> engine_;
  std::optional<LocalIndex> index_;
};

INSTANTIATE_TYPED_TEST_SUITE_P(Local, IndexContract, LocalKind);

TEST(LocalIndex, SaysWhyATrackCannotBeSearched) {
  const std::vector<ToyTrack> tracks = toy_tracks();
  const LocalKind kind(tracks);
  const std::int64_t id = kind.index().track_with(tracks[0].content).value();
  library::Database& db = impl_of(kind.library()).db();
  const auto reason = [&]() -> std::string {
    try {
      kind.index().searchable(id);
    } catch (const Error& error) {
      return error.what();
    }
    return {};
  };
  EXPECT_EQ(reason(), "");
  Statement(db, "UPDATE tracks SET missing = 1 WHERE id = ?").run(id);
  EXPECT_TRUE(reason().ends_with("(/m/jazz/so what.flac): its file is not there at present")) << reason();
  EXPECT_FALSE(kind.index().track_with(tracks[0].content));
  Statement(db, "UPDATE tracks SET missing = 0 WHERE id = ?").run(id);
  Statement(db, "DELETE FROM embeddings WHERE track_id = ?").run(id);
  EXPECT_TRUE(reason().ends_with("has no vectors of the model 'toy' with windows of 1 s every 0.5 s")) << reason();
  EXPECT_TRUE(kind.index().tracks({&id, 1}).at(0));
  EXPECT_TRUE(kind.index().windows_of({&id, 1}).at(0).starts_seconds.empty());
}

TEST(LocalIndex, ReadsTheCatalogueOnceForOneScope) {
  const std::vector<ToyTrack> tracks = toy_tracks();
  const LocalKind kind(tracks);
  const std::vector<float>& query = tracks[0].windows[0];
  const Scope jazz{{{}, parse_where("genre = 'jazz'")}, {}, false},
      rock{{{}, parse_where("genre = 'rock'")}, {}, false};
  const auto searched = [&](const Scope& scope) {
    return kind.index().best_tracks(query, 3, TrackRank::mean, scope, 1).searched;
  };
  EXPECT_EQ(searched(jazz), 2);
  impl_of(kind.library()).db().execute("UPDATE tracks SET genre = 'polka' WHERE genre = 'Jazz'");
  EXPECT_EQ(searched(jazz), 2);
  EXPECT_EQ(searched(rock), 11);
  EXPECT_EQ(searched(jazz), 1);
}

}  // namespace
}  // namespace hearken::search

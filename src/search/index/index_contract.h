// What every Index must do, as tests that an engine is put into: TYPED_TEST_SUITE_P over a `Kind`.
//
//     struct Kind {
//       static constexpr double kTolerance = 1e-5;           // of scores and vectors
//       explicit Kind(const std::vector<ToyTrack>& tracks);  // holds exactly these, in toy_space()'s vectors
//       const Index& index() const;
//       static std::string why_not();  // optional: why it cannot be tested here; empty: it can
//     };
//     INSTANTIATE_TYPED_TEST_SUITE_P(Name, IndexContract, Kind);
//
// Numbers of tracks are the engine's own: tracks are told apart by what their bytes were (ToyTrack::content).
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "hearken/error.h"
#include "library/half.h"
#include "search/index/index_fixture.h"

namespace hearken::search {

TYPED_TEST_SUITE_P(IndexContract);

TYPED_TEST_P(IndexContract, SaysWhatItHolds) {
  EXPECT_EQ(this->index().space().dimension, kContractDimension);
  EXPECT_EQ(this->index().space().windowing.window_seconds, 1.0);
  EXPECT_EQ(this->index().space().windowing.hop_seconds, 0.5);
  EXPECT_EQ(this->index().space().fingerprint, "toy");
  EXPECT_FALSE(this->index().shown().empty());
  std::size_t windows = 0;
  for (const ToyTrack& track : this->tracks) windows += track.windows.size();
  EXPECT_EQ(this->index().windows(), windows);
  EXPECT_EQ(count_tracks(this->index(), {}), static_cast<std::int64_t>(this->tracks.size()));
  EXPECT_EQ(this->index().without_vectors({}), 0);
}

TYPED_TEST_P(IndexContract, FindsTheNearestWindowsOfManyQueries) {
  std::vector<float> queries;
  for (int q = 0; q < 48; ++q) {
    // The first is a window that is there three times: equal ones by track, then by start.
    const std::vector<float> one = q == 0 ? this->tracks[0].windows[2] : toy_vector(this->random);
    queries.insert(queries.end(), one.begin(), one.end());
  }
  for (const std::size_t k : {std::size_t{1}, std::size_t{5}, std::size_t{40}, std::size_t{1000}}) {
    SCOPED_TRACE(k);
    const auto found = this->index().nearest_windows(queries, k, {}, 2);
    ASSERT_EQ(found.size(), 48U);
    for (std::size_t q = 0; q < found.size(); ++q) {
      const auto query = std::span(queries).subspan(q * kContractDimension, kContractDimension);
      this->expect_ranked(this->plain(found[q]), this->expected_windows(query, {}), k);
    }
  }
}

TYPED_TEST_P(IndexContract, FindsTheNearestTracksOfManyQueries) {
  std::vector<float> queries;
  for (int q = 0; q < 48; ++q) {
    const std::vector<float> one = q == 0 ? this->tracks[0].windows[2] : toy_vector(this->random);
    queries.insert(queries.end(), one.begin(), one.end());
  }
  const Scope some{{"/m/many", parse_where("genre ~ 'rock'")}, {this->id_of("/m/many/3.wav")}, true};
  const Scope unflagged{{}, {}, true};
  for (const Scope& scope : {Scope{}, unflagged, some}) {
    for (const std::size_t k : {std::size_t{1}, std::size_t{7}, std::size_t{500}}) {
      SCOPED_TRACE(k);
      const auto found = this->index().nearest_tracks(queries, k, scope, 2);
      ASSERT_EQ(found.size(), 48U);
      for (std::size_t q = 0; q < found.size(); ++q) {
        const auto query = std::span(queries).subspan(q * kContractDimension, kContractDimension);
        this->expect_ranked(this->plain(found[q]), this->expected_nearest_tracks(query, scope), k);
      }
    }
  }
  EXPECT_TRUE(this->index().nearest_tracks({}, 5, {}, 1).empty());
  for (const auto& hits : this->index().nearest_tracks(queries, 0, {}, 1)) EXPECT_TRUE(hits.empty());
}

TYPED_TEST_P(IndexContract, RanksTracksInEveryWay) {
  std::vector<std::vector<float>> queries;
  for (int q = 0; q < 6; ++q) queries.push_back(toy_vector(this->random));
  // Against a window of its own every score is negative, and the order still holds.
  queries.push_back(this->tracks[4].windows[0]);
  for (float& x : queries.back()) x = -x;
  for (const TrackRank rank : {TrackRank::mean, TrackRank::cosine, TrackRank::best, TrackRank::top3}) {
    for (const std::size_t k : {std::size_t{1}, std::size_t{7}, std::size_t{500}}) {
      SCOPED_TRACE(std::to_string(static_cast<int>(rank)) + " " + std::to_string(k));
      for (const auto& query : queries) {
        const TrackHits hits = this->index().best_tracks(query, k, rank, {}, 2);
        EXPECT_EQ(hits.searched, static_cast<std::int64_t>(this->tracks.size()));
        this->expect_ranked(this->plain(hits.best), this->expected_tracks(query, rank, {}), k);
      }
    }
  }
  const Scope one{{"/m/a", std::nullopt}, {}, false};
  const TrackHits against = this->index().best_tracks(queries.back(), 3, TrackRank::top3, one, 1);
  ASSERT_EQ(against.best.size(), 1U);
  EXPECT_NEAR(against.best[0].score, -1, 1e-3 + TypeParam::kTolerance);
}

TYPED_TEST_P(IndexContract, KeepsToAFolder) {
  for (const char* under : {"/m", "/m/jazz", "/m/a", "/m/many", "/m/many/3.wav", "/m/odd", "/m/odd/100%_[a]*?.wav",
                            "/m/odd/Ünï", "/m/ja", "/n"})
    this->expect_scope({{under, std::nullopt}, {}, false}, under);
  this->expect_scope({{"/m/many", parse_where("genre = 'rock' and tempo > 100")}, {}, false}, "both");
}

TYPED_TEST_P(IndexContract, KeepsToConditionsOnText) {
  for (const std::string column : {"title", "artist", "album", "genre", "key", "path"}) {
    for (const std::string value : {"jazz", "JAZZ", "rock", "d minor", "/m/a", ""}) {
      for (const std::string relation : {"=", "!=", "<", "<=", ">", ">=", "~"})
        this->expect_where(column + " " + relation + " '" + value + "'");
    }
    this->expect_where("not " + column + " ~ 'a'");
    this->expect_where(column + " in ('jazz', 'rock', 'g major', '%')");
    this->expect_where(column + " not in ('jazz', 'rock', 'g major', '%')");
    this->expect_where(column + " is empty");
    this->expect_where(column + " is not empty");
  }
  using Names = std::set<std::string>;
  EXPECT_EQ(this->found_where("genre = 'jazz'"), (Names{"so what.flac", "ČEŠTINA ΩMEGA.wav"}));
  EXPECT_EQ(this->found_where("genre ~ 'jazz'"), (Names{"so what.flac", "ČEŠTINA ΩMEGA.wav", "birdland.flac"}));
}

TYPED_TEST_P(IndexContract, TakesOddCharactersAsTheyAre) {
  for (const std::string value : {"%", "_", "*", "?", "**", "*?", "t\\'s_", "\\'", "\\\"", "\\\\", "{", "[a]", "100%",
                                  "it\\'s_\\\"q\\\"", " ", "\n"}) {
    for (const std::string column : {"title", "artist", "genre", "path", "tag"}) {
      this->expect_where(column + " ~ '" + value + "'");
      this->expect_where(column + " = '" + value + "'");
      this->expect_where("not " + column + " ~ '" + value + "'");
    }
  }
  for (const std::string value : {"čeština", "ČEŠTINA", "ωmega", "ΩMEGA", "straße", "STRASSE", "οδυσσευς", "ΟΔΥΣΣΕΥΣ",
                                  "istanbul", "İstanbul", "日本", "本", "ünï"}) {
    for (const std::string column : {"title", "artist", "album", "path"}) {
      this->expect_where(column + " ~ '" + value + "'");
      this->expect_where(column + " = '" + value + "'");
      this->expect_where(column + " > '" + value + "'");
    }
  }
  using Names = std::set<std::string>;
  EXPECT_EQ(this->found_where("title ~ '%'"), Names{"100%_[a]*?.wav"});
  EXPECT_EQ(this->found_where("title ~ '*'"), Names{"100%_[a]*?.wav"});
  EXPECT_EQ(this->found_where("title ~ 'čeština ω'"), Names{"ČEŠTINA ΩMEGA.wav"});
}

TYPED_TEST_P(IndexContract, KeepsToConditionsOnNumbersAndDates) {
  for (const std::string relation : {"=", "!=", "<", "<=", ">", ">="}) {
    for (const std::string value :
         {"duration R 562.5", "duration R 1.25", "loudness R -9", "loudness R 0", "tempo R 136", "tempo R 154.5",
          "brightness R 0", "brightness R 1800", "added R '2023'", "added R '2024'", "added R '2024-02'",
          "added R '2024-02-29'", "added R '2024-01-01'", "added R '1970'"}) {
      std::string where = value;
      where.replace(where.find(" R ") + 1, 1, relation);
      this->expect_where(where);
      this->expect_where("not " + where);
    }
    const std::int64_t id = std::next(this->of_id.begin(), 7)->first;
    this->expect_where("id " + relation + " " + std::to_string(id));
  }
  for (const std::string column : {"loudness", "tempo", "brightness", "key"}) {
    this->expect_where(column + " is empty");
    this->expect_where(column + " is not empty");
  }
  this->expect_where("tempo in (60, 136, 100)");
  this->expect_where("tempo not in (60, 136, 100)");
  this->expect_where("added in ('2023', '2024-02-29')");
  this->expect_where("id in (" + std::to_string(this->id_of("/m/ab")) + ", " + std::to_string(this->missing_id()) +
                     ")");
}

TYPED_TEST_P(IndexContract, KeepsToConditionsOnTags) {
  for (const std::string value : {"trumpet", "CALM", "many", "5", "it\\'s", "synth", "a", ""}) {
    for (const std::string relation : {"=", "!=", "<", "<=", ">", ">=", "~"}) {
      this->expect_where("tag " + relation + " '" + value + "'");
      this->expect_where("not tag " + relation + " '" + value + "'");
    }
  }
  this->expect_where("tag is empty");
  this->expect_where("tag is not empty");
  this->expect_where("tag in ('calm', '10')");
  this->expect_where("tag not in ('calm', '10')");
  this->expect_where("tag = 'calm' and tag = 'trumpet'");
  this->expect_where("tag = 'calm' and tag != 'trumpet'");
  using Names = std::set<std::string>;
  EXPECT_EQ(this->found_where("tag = 'calm'"), Names{"so what.flac"});
  EXPECT_EQ(this->found_where("tag != 'calm' and path ~ '/m/jazz/'"), Names{});
}

TYPED_TEST_P(IndexContract, KeepsToNestedConditions) {
  this->expect_where("genre ~ 'rock' and not (tempo < 100 or tempo is empty)");
  this->expect_where("not (genre ~ 'rock' or tag is empty)");
  this->expect_where("not not not tempo > 100");
  this->expect_where("(genre = 'rock' or genre = 'jazz') and (duration < 2 or loudness > -20) or id = 0");
  this->expect_where("not (loudness > -10 and tempo > 150)");
  this->expect_where("not (title is empty and artist is empty)");
}

TYPED_TEST_P(IndexContract, OfNothingFindsNothing) {
  const std::vector<float> query = toy_vector(this->random);
  const Scope nothing{{{}, parse_where("genre = 'polka'")}, {}, false};
  const auto windows = this->index().nearest_windows(query, 10, nothing, 1);
  ASSERT_EQ(windows.size(), 1U);
  EXPECT_TRUE(windows[0].empty());
  for (const TrackRank rank : {TrackRank::mean, TrackRank::cosine, TrackRank::best, TrackRank::top3}) {
    const TrackHits hits = this->index().best_tracks(query, 10, rank, nothing, 1);
    EXPECT_TRUE(hits.best.empty());
    EXPECT_EQ(hits.searched, 0);
  }
  const TrackHits counted = this->index().best_tracks(query, 0, TrackRank::mean, {}, 1);
  EXPECT_TRUE(counted.best.empty());
  EXPECT_EQ(counted.searched, static_cast<std::int64_t>(this->tracks.size()));
}

TYPED_TEST_P(IndexContract, LeavesTracksOut) {
  const std::vector<std::int64_t> some{this->id_of("/m/twin"), this->missing_id(), this->id_of("/m/a"),
                                       this->id_of("/m/a")};
  this->expect_scope({{}, some, false}, "of all");
  this->expect_scope({{"/m/many", std::nullopt}, some, false}, "of a folder that they are not in");
  this->expect_scope({{{}, parse_where("tag is empty")}, some, false}, "of those a condition picks");
}

TYPED_TEST_P(IndexContract, LeavesFlaggedWindowsOut) {
  this->expect_scope({{}, {}, true}, "of all");
  this->expect_scope({{"/m/all flagged", std::nullopt}, {}, true}, "of a track with no others");
  this->expect_scope({{"/m/flagged", std::nullopt}, {this->id_of("/m/twin")}, true}, "of one");
}

TYPED_TEST_P(IndexContract, KnowsWhereATrackIsNearest) {
  const std::int64_t twin = this->id_of("/m/twin"), other = this->id_of("/m/ab");
  const std::vector<std::int64_t> asked{other, this->missing_id(), twin, other};
  const std::vector<float>& query = this->tracks[0].windows[2];
  const auto starts = this->index().best_starts(query, asked);
  ASSERT_EQ(starts.size(), 4U);
  EXPECT_FALSE(starts[1]);
  EXPECT_EQ(starts[2], 0.0);  // of two equal ones the first
  const ToyTrack& track = *this->of_id.at(other);
  std::size_t best = 0;
  for (std::size_t w = 1; w < track.windows.size(); ++w)
    if (this->product(query, track.windows[w]) > this->product(query, track.windows[best])) best = w;
  EXPECT_EQ(starts[0], track.starts[best]);
  EXPECT_EQ(starts[3], starts[0]);
  const std::int64_t silent = this->id_of("/m/silent in parts");
  EXPECT_NE(this->index().best_starts(query, {&silent, 1}).at(0), 0.0);  // though nothing is nearer
  EXPECT_TRUE(this->index().best_starts(query, {}).empty());
}

TYPED_TEST_P(IndexContract, GivesWindowsBack) {
  const std::vector<std::int64_t> asked{this->id_of("/m/flagged"), this->missing_id(),
                                        this->id_of("/m/jazz/so what.flac")};
  const std::vector<TrackWindows> found = this->index().windows_of(asked);
  ASSERT_EQ(found.size(), 3U);
  EXPECT_TRUE(found[1].starts_seconds.empty());
  EXPECT_TRUE(found[1].vectors.empty());
  for (const std::size_t place : {std::size_t{0}, std::size_t{2}}) {
    const ToyTrack& track = *this->of_id.at(asked[place]);
    EXPECT_EQ(found[place].starts_seconds, track.starts);
    ASSERT_EQ(found[place].vectors.size(), track.windows.size() * kContractDimension);
    for (std::size_t i = 0; i < found[place].vectors.size(); ++i)
      EXPECT_NEAR(found[place].vectors[i], track.windows[i / kContractDimension][i % kContractDimension], 1e-6);
    EXPECT_EQ(found[place].flags, track.flags);
  }
  EXPECT_THROW(windows_of_track(this->index(), this->missing_id()), Error);
}

TYPED_TEST_P(IndexContract, KnowsItsTracks) {
  std::vector<std::int64_t> ids{this->missing_id()};
  for (const auto& [id, track] : this->of_id) ids.push_back(id);
  ids.push_back(ids[1]);
  const auto found = this->index().tracks(ids);
  ASSERT_EQ(found.size(), ids.size());
  EXPECT_FALSE(found[0]);
  for (std::size_t i = 1; i < ids.size(); ++i) {
    const ToyTrack& track = *this->of_id.at(ids[i]);
    ASSERT_TRUE(found[i]) << track.path;
    EXPECT_EQ(found[i]->id, ids[i]);
    EXPECT_EQ(found[i]->path, track.path);
    EXPECT_EQ(found[i]->title, track.title);
    EXPECT_EQ(found[i]->artist, track.artist);
    EXPECT_EQ(found[i]->duration_seconds, track.duration_seconds);
    EXPECT_EQ(found[i]->album, track.album);
    EXPECT_EQ(found[i]->genre, track.genre);
    EXPECT_EQ(found[i]->added_at, track.added_at);
  }
  EXPECT_EQ(this->index().searchable(ids[1]).path, this->of_id.at(ids[1])->path);
  Digest nobody{};
  nobody.fill(0xEE);
  EXPECT_FALSE(this->index().track_with(nobody));
}

TYPED_TEST_P(IndexContract, NamesATrackThatIsNotThere) {
  try {
    this->index().searchable(this->missing_id());
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::not_found);
    EXPECT_EQ(error.what(),
              this->index().shown() + ": track id:" + std::to_string(this->missing_id()) + " is not there");
  }
}

TYPED_TEST_P(IndexContract, SearchesTheseTracksAlone) {
  const std::int64_t modal = this->id_of("/m/jazz/so what.flac"), twin = this->id_of("/m/twin");
  Scope these;
  these.only = {{std::min(modal, twin), std::max(modal, twin), this->missing_id()}};
  const std::vector<float> query = toy_vector(this->random);
  for (const TrackRank rank : {TrackRank::mean, TrackRank::best}) {
    const TrackHits hits = this->index().best_tracks(query, 10, rank, these, 1);
    EXPECT_EQ(hits.best.size(), 2U);
    EXPECT_EQ(hits.searched, 2);
    for (const TrackHit& hit : hits.best) EXPECT_TRUE(hit.id == modal || hit.id == twin);
  }
  these.selection.where = parse_where("genre = 'Jazz'");
  EXPECT_EQ(this->index().best_tracks(query, 10, TrackRank::mean, these, 1).best.at(0).id, modal);
  these.left_out = {modal};
  EXPECT_TRUE(this->index().nearest_windows(query, 10, these, 1).at(0).empty());
}

TYPED_TEST_P(IndexContract, GivesMeansAndSoundsWithoutSilence) {
  const std::vector<std::int64_t> asked{this->id_of("/m/silent in parts"), this->missing_id(), this->id_of("/m/a")};
  const std::vector<std::vector<float>> means = this->index().means_of(asked);
  ASSERT_EQ(means.size(), 3U);
  EXPECT_TRUE(means[1].empty());
  const ToyTrack& track = *this->of_id.at(asked[0]);
  for (std::size_t i = 0; i < kContractDimension; ++i)
    EXPECT_NEAR(means[0].at(i), (track.windows[1][i] + track.windows[3][i]) / 2, TypeParam::kTolerance);
  EXPECT_EQ(this->index().count_windows(asked[0]), 4U);
  EXPECT_EQ(this->index().count_windows(asked[1]), 0U);
  std::vector<std::int64_t> seen;
  const std::vector<FileNote> skipped =
      this->index().visit_sounds(asked, [&](const Track& of, const EmbeddedSound& sound) {
        seen.push_back(of.id);
        EXPECT_EQ(sound.id, of.id);
        EXPECT_EQ(sound.path, this->of_id.at(of.id)->path);
        EXPECT_EQ(sound.window_seconds, 1.0);
        EXPECT_EQ(sound.vectors.size(), sound.starts_seconds.size() * kContractDimension);
        if (of.id != asked[0]) return;
        ASSERT_EQ(sound.starts_seconds.size(), 2U);
        EXPECT_EQ(sound.starts_seconds[0], 0.5);
        EXPECT_EQ(library::float_from_half(sound.vectors[0]), track.windows[1][0]);
      });
  EXPECT_EQ(seen, (std::vector<std::int64_t>{asked[0], asked[2]}));
  ASSERT_EQ(skipped.size(), 1U);
  EXPECT_EQ(skipped[0].path, "id:" + std::to_string(asked[1]));
  EXPECT_EQ(skipped[0].code, ErrorCode::not_found);
}

REGISTER_TYPED_TEST_SUITE_P(IndexContract, SaysWhatItHolds, FindsTheNearestWindowsOfManyQueries,
                            FindsTheNearestTracksOfManyQueries, RanksTracksInEveryWay, KeepsToAFolder,
                            KeepsToConditionsOnText, TakesOddCharactersAsTheyAre, KeepsToConditionsOnNumbersAndDates,
                            KeepsToConditionsOnTags, KeepsToNestedConditions, OfNothingFindsNothing, LeavesTracksOut,
                            LeavesFlaggedWindowsOut, KnowsWhereATrackIsNearest, GivesWindowsBack, KnowsItsTracks,
                            NamesATrackThatIsNotThere, SearchesTheseTracksAlone, GivesMeansAndSoundsWithoutSilence);

}  // namespace hearken::search

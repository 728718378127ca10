// Journeys and radio over a library whose vectors are known, and tracks by name. (Playlists by words need a model:
// tests/cli/test_playlist.py.)
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>
#include <string>
#include <vector>

#include "hearken/playlist.h"
#include "search/toy_tracks.h"

namespace hearken {
namespace {

class ListsTest : public search::ToyTracksTest {
 protected:
  // A track whose mean points at this angle in the first two dimensions, in degrees.
  std::int64_t at(double degrees, const std::string& artist = {}, double aside = 0) {
    const double turn = degrees * std::numbers::pi / 180;
    std::vector<float> v(library::kToyDimension, 0.0F);
    const double within = std::sqrt(1 - aside * aside);
    v[0] = static_cast<float>(within * std::cos(turn));
    v[1] = static_cast<float>(within * std::sin(turn));
    v[2] = static_cast<float>(aside);
    audio::Tags tags;
    tags.title = "title";
    tags.artist = artist;
    add("/m/" + std::to_string(++count_) + ".ogg", {v}, library::toy_entry(), tags);
    return count_;
  }
  static std::vector<std::int64_t> ids(const TrackList& list) {
    std::vector<std::int64_t> out;
    for (const ListedTrack& track : list.tracks) out.push_back(track.id);
    return out;
  }
  using Ids = std::vector<std::int64_t>;
  static JourneyOptions steps(int count, const std::string& where = {}, const std::string& model = {},
                              int threads = 0) {
    JourneyOptions options;
    options.steps = count;
    options.from.where = where;
    options.model = model;
    options.threads = threads;
    return options;
  }
  static RadioOptions tracks(int k, const Ids& leave_out = {}) {
    RadioOptions options;
    options.k = k;
    options.leave_out = leave_out;
    return options;
  }
  static RadioOptions minutes(double m) {
    RadioOptions options;
    options.minutes = m;
    return options;
  }
  int count_ = 0;
};

TEST_F(ListsTest, AJourneyGoesInEvenSteps) {
  const auto a = at(0), b = at(90);
  at(0.001);  // the first one again
  const auto third = at(31), two = at(60);
  at(45, {}, 0.8);  // far from the way
  at(10), at(80);
  const Journey made = journey(library, a, b, steps(3));
  EXPECT_EQ(ids(made.list), (Ids{a, third, two, b}));
  EXPECT_FALSE(made.shorter);
  EXPECT_EQ(made.list.tracks[0].score, 0);
  EXPECT_EQ(made.list.tracks[3].score, 1);
  EXPECT_NEAR(made.list.tracks[1].score, 31.0 / 90, 0.01);
  EXPECT_EQ(made.list.tracks[0].step, 0);
  EXPECT_NEAR(made.list.tracks[1].step, 1 - std::cos(31 * std::numbers::pi / 180), 0.01);
  EXPECT_EQ(made.list.searched, 8);
  EXPECT_NEAR(made.list.duration_seconds, 4 * 0.2, 1e-9);
  EXPECT_EQ(ids(journey(library, b, a, steps(3)).list), (Ids{b, two, third, a}));
  EXPECT_EQ(ids(journey(library, a, b, steps(1)).list), (Ids{a, b}));
  const Journey longest = journey(library, a, b, steps(20));
  EXPECT_TRUE(longest.shorter);
  EXPECT_EQ(longest.list.tracks.size(), 7U);  // all but the same recording
  EXPECT_EQ(ids(journey(library, a, b, steps(2, "id = 7")).list), (Ids{a, 7, b}));
  EXPECT_EQ(ids(journey(library, a, b, steps(5, {}, {}, 1)).list), ids(journey(library, a, b, steps(5)).list));
}

TEST_F(ListsTest, AJourneyNeedsTwoEnds) {
  const auto a = at(0), same = at(0.001), b = at(90);
  EXPECT_THROW(journey(library, a, a), Error);
  EXPECT_THROW(journey(library, a, same), Error);
  EXPECT_THROW(journey(library, a, 99), Error);
  EXPECT_THROW(journey(library, a, b, steps(0)), Error);
  EXPECT_THROW(journey(library, a, b, steps(2, "nonsense")), Error);
  EXPECT_THROW(journey(library, a, b, steps(2, {}, "other")), Error);
}

TEST_F(ListsTest, RadioGoesOnFromWhatWasPlayed) {
  Ids all;
  for (int i = 0; i < 12; ++i) all.push_back(at(5.0 * i));
  at(5.001);  // the second one again
  const RadioSeed seed{all[0], {}};
  EXPECT_EQ(ids(radio(library, std::span(&seed, 1), tracks(5))), (Ids{2, 3, 4, 5, 6}));
  // Everything once, and then the library has no more.
  const TrackList whole = radio(library, std::span(&seed, 1), minutes(1000));
  const std::set<std::int64_t> different(whole.tracks.size() == 11 ? all.begin() + 1 : all.begin(), all.end());
  EXPECT_EQ(whole.tracks.size(), 11U);
  const Ids played = ids(whole);
  EXPECT_EQ(std::set<std::int64_t>(played.begin(), played.end()), different);
  // At least so long: five tracks of 0.2 s make a second.
  EXPECT_EQ(radio(library, std::span(&seed, 1), minutes(0.99 / 60)).tracks.size(), 5U);
  EXPECT_EQ(ids(radio(library, std::span(&seed, 1), tracks(2, {2, 3, 13}))), (Ids{4, 5}));
  // From the end of a list on: what was played is not played again.
  const RadioSeed list[] = {{3, {}}, {4, {}}, {5, {}}};
  for (const std::int64_t id : ids(radio(library, list, tracks(6)))) EXPECT_TRUE(id < 3 || id > 5);
  std::vector<float> heard(library::kToyDimension, 0.0F);
  heard[1] = 1;  // at 90 degrees; the nearest is at 55
  const RadioSeed outside{0, heard};
  EXPECT_EQ(ids(radio(library, std::span(&outside, 1), tracks(1))), (Ids{12}));
}

TEST_F(ListsTest, RadioEndsWhereNothingIsAlike) {
  const auto seed_id = at(0), near = at(20), on = at(50), far = at(140), farther = at(155);
  const RadioSeed seed{seed_id, {}}, other{far, {}};
  const TrackList list = radio(library, std::span(&seed, 1), tracks(10));
  EXPECT_EQ(ids(list), (Ids{near, on}));
  EXPECT_EQ(list.searched, 5);
  const RadioSeed both[] = {seed, other};
  EXPECT_EQ(ids(radio(library, both, tracks(10))).size(), 3U);  // asked for
  RadioOptions strict = tracks(10);
  strict.alike = {0.95, 0.95, 0.9, {}};
  EXPECT_EQ(ids(radio(library, std::span(&seed, 1), strict)), (Ids{near}));
  EXPECT_EQ(ids(radio(library, std::span(&other, 1), strict)), (Ids{farther}));
}

TEST_F(ListsTest, AJourneyTakesWhatIsLikeIt) {
  const auto a = at(0), b = at(60), noise = at(30, {}, 0.95);
  at(20), at(40);
  const Journey made = journey(library, a, b, steps(20));
  EXPECT_TRUE(made.shorter);
  EXPECT_EQ(ids(made.list), (Ids{a, 4, 5, b}));
  EXPECT_EQ(ids(journey(library, a, noise, steps(1)).list), (Ids{a, noise}));  // asked for
}

TEST_F(ListsTest, RadioKeepsArtistsApart) {
  const auto seed_id = at(0, "A");
  for (int i = 1; i <= 6; ++i) at(2 * i, "A");
  Ids others;
  for (int i = 1; i <= 6; ++i) others.push_back(at(30 + 2 * i, std::string(1, static_cast<char>('B' + i % 3))));
  const RadioSeed seed{seed_id, {}};
  const TrackList list = radio(library, std::span(&seed, 1), tracks(12));
  ASSERT_EQ(list.tracks.size(), 12U);
  std::vector<std::string> artists{"A"};
  for (const ListedTrack& track : list.tracks) artists.push_back(track.artist);
  EXPECT_EQ(std::set<std::string>(artists.begin(), artists.begin() + 4).size(), 4U);
  EXPECT_EQ(std::set<std::string>(artists.begin() + 4, artists.begin() + 8).size(), 4U);
  EXPECT_EQ(artists.back(), "A");  // nothing else was left
}

TEST_F(ListsTest, RadioNeedsSeedsThatPointSomewhere) {
  const auto a = at(0), b = at(180);
  EXPECT_THROW(radio(library, {}), Error);
  const RadioSeed both[] = {{a, {}}, {b, {}}};
  EXPECT_THROW(radio(library, both), Error);
  const RadioSeed none{77, {}}, narrow{0, {1.0F}};
  EXPECT_THROW(radio(library, std::span(&none, 1)), Error);
  EXPECT_THROW(radio(library, std::span(&narrow, 1)), Error);
}

TEST_F(ListsTest, TracksOfAPlaylist) {
  const std::vector<float> v = {1, 0, 0, 0, 0, 0, 0, 0};
  add("/m/one/song.ogg", {v});
  add("/m/two/song.ogg", {v});
  impl_of(library).db().execute("UPDATE tracks SET missing = 1 WHERE id = 1");
  library::write_text(dir / "l.m3u8", "/m/two/song.ogg\n/m/one/song.ogg\nhttp://a/b\nnothing.ogg\n/m/two/song.ogg\n");
  const PlaylistTracks tracks = tracks_of_playlist(library, dir / "l.m3u8");
  EXPECT_EQ(tracks.ids, (Ids{2, 2}));
  ASSERT_EQ(tracks.unknown.size(), 3U);
  EXPECT_EQ(tracks.unknown[0].line, 2U);
  EXPECT_EQ(tracks.unknown[1].location, "http://a/b");
}

}  // namespace
}  // namespace hearken

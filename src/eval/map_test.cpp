// Maps of toy tracks and of files: points, classes, figures, and drawings that other programs can read.
#include "hearken/map.h"

#include <cairo.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <random>

#include "core/files/npy.h"
#include "eval/drawing/plot.h"
#include "hearken/compare.h"
#include "search/toy_tracks.h"

namespace hearken::eval {
namespace {

class MapTest : public search::ToyTracksTest {
 protected:
  // Two kinds of tracks, by genre, folder and artist.
  void add_tracks(int count) {
    std::mt19937 random(5);
    const auto a = search::random_unit(random), b = search::random_unit(random);
    for (int t = 0; t < count; ++t) {
      std::vector<float> v = t % 2 == 0 ? a : b;
      v[0] += 0.01F * static_cast<float>(t % 5), v[1] -= 0.02F * static_cast<float>(t % 3);
      audio::Tags tags;
      tags.title = library::numbered("<b> ", t, " & co");
      tags.artist = t % 2 == 0 ? "Ä" : "B";
      tags.genre = t == 4 ? "" : t % 2 == 0 ? "calm" : "loud";
      add(library::numbered(t % 2 == 0 ? "/m/one/" : "/m/two/", t), {v, v, a}, library::toy_entry(), tags);
    }
  }
};

TEST_F(MapTest, OfTracks) {
  add_tracks(12);
  const Map map = map_library(library);
  ASSERT_EQ(map.points.size(), 12U);
  EXPECT_EQ(map.by, "genre");
  EXPECT_EQ(map.classes, (std::vector<std::string>{"loud", "calm"}));
  EXPECT_EQ(map.points[0].of_class, 1);
  EXPECT_EQ(map.points[4].of_class, -1);
  EXPECT_EQ(map.plane.points, 11);
  EXPECT_GT(map.plane.silhouette.value(), 0.8);
  EXPECT_EQ(map.space.nearest_centroid, 1);
  EXPECT_GT(map.shares[0], 0.8);
  MapOptions options;
  options.by = MapBy::artist;
  options.where = "id > 2";
  const Map by_artist = map_library(library, options);
  EXPECT_EQ(by_artist.classes, (std::vector<std::string>{"B", "Ä"}));
  EXPECT_EQ(by_artist.points.size(), 10U);
  options.by = MapBy::folder;
  EXPECT_EQ(map_library(library, options).classes, (std::vector<std::string>{"one", "two"}));
  options.where = "id = 77";
  EXPECT_THROW(map_library(library, options), Error);
}

TEST_F(MapTest, ByTag) {
  add_tracks(4);
  MapOptions options;
  options.by = MapBy::tag;
  library::Database& db = impl_of(library).db();
  EXPECT_TRUE(map_library(library, options).classes.empty());
  db.execute(
      "INSERT INTO tags (track_id, label, label_set, model, score, verdict) VALUES (1, 'rain', '', '', 0.1, 0), "
      "(1, 'wind', '', '', 0.3, 0), (2, 'wind', '', '', 0.1, 0), (2, 'rain', '', '', 0.0, 1), (3, 'wind', '', '', 0.2, "
      "-1)");
  const Map map = map_library(library, options);
  EXPECT_EQ(map.classes, (std::vector<std::string>{"rain", "wind"}));
  EXPECT_EQ(map.points[0].of_class, 1);
  EXPECT_EQ(map.points[1].of_class, 0);
  EXPECT_EQ(map.points[2].of_class, -1);
}

TEST_F(MapTest, OfWindows) {
  add_tracks(3);
  MapOptions options;
  options.windows = true;
  const Map map = map_library(library, options);
  ASSERT_EQ(map.points.size(), 9U);
  EXPECT_EQ(map.points[4].id, 2);
  EXPECT_EQ(map.points[4].start_seconds, 0.5);
  EXPECT_NEAR(map.points[5].end_seconds, 1.2, 1e-9);
  EXPECT_EQ(map.points[2].x, map.points[5].x);  // the window that all have
}

TEST_F(MapTest, OfOneTrackHasAPlaceButNoClassesApart) {
  add_tracks(1);
  const Map map = map_library(library);
  EXPECT_EQ(map.points.size(), 1U);
  EXPECT_EQ(map.points[0].x, 0);
  EXPECT_FALSE(map.plane.silhouette);
  EXPECT_NE(map_svg(map).find("</svg>"), std::string::npos);
}

TEST_F(MapTest, IsDrawn) {
  add_tracks(12);
  const Map map = map_library(library);
  const std::string svg = map_svg(map), page = map_page(map), png = map_png(map);
  EXPECT_NE(svg.find("&lt;b&gt; 3 &amp; co — B"), std::string::npos);
  EXPECT_EQ(svg.find("<b>"), std::string::npos);
  EXPECT_EQ(page.find("<b> 3"), std::string::npos);
  EXPECT_EQ(page.find("http"), page.find("http-equiv"));  // nothing is loaded; the only other is SVG's namespace
  EXPECT_EQ(page.find("https:"), std::string::npos);
  const std::string start = "type=\"application/json\">";
  const std::size_t at = page.find(start) + start.size();
  const auto plots = nlohmann::json::parse(page.substr(at, page.find("</script>", at) - at)).at("plots");
  EXPECT_EQ(plots.at(0).at("name").at(3), "<b> 3 & co — B");
  EXPECT_EQ(plots[0]["legend"].size(), 3U);

  // PNG: read again, it has the size of the layout and the first class's colour.
  struct Reading {
    const std::string& bytes;
    std::size_t at = 0;
  } reading{png};
  const auto read = [](void* from, unsigned char* to, unsigned int size) {
    auto& r = *static_cast<Reading*>(from);
    if (r.bytes.size() - r.at < size) return CAIRO_STATUS_READ_ERROR;
    std::memcpy(to, r.bytes.data() + r.at, size);
    r.at += size;
    return CAIRO_STATUS_SUCCESS;
  };
  const std::unique_ptr<cairo_surface_t, decltype(&cairo_surface_destroy)> picture(
      cairo_image_surface_create_from_png_stream(read, &reading), cairo_surface_destroy);
  ASSERT_EQ(cairo_surface_status(picture.get()), CAIRO_STATUS_SUCCESS);
  EXPECT_EQ(cairo_image_surface_get_width(picture.get()), 916);
  const std::size_t pixels = 916 * static_cast<std::size_t>(cairo_image_surface_get_height(picture.get()));
  const std::span colours(reinterpret_cast<const std::uint32_t*>(cairo_image_surface_get_data(picture.get())), pixels);
  EXPECT_GT(std::ranges::count_if(colours, [](std::uint32_t c) { return (c & 0xFFFFFF) == 0x0072B2; }), 20);
  EXPECT_EQ(map_png(map), png);
}

TEST_F(MapTest, ClassesOfOnePointAreDrawnButNotMeasured) {
  write_npy(dir / "x.npy", std::vector<float>{0, 0, 1, 0, 0, 1, 5, 5, 5, 6}, 2);
  library::write_text(dir / "y.csv", "label\na\na\nalone\nb\nb\n");
  const Map map = map_vectors(dir / "x.npy", dir / "y.csv");
  EXPECT_EQ(map.classes, (std::vector<std::string>{"a", "b", "alone"}));
  EXPECT_EQ(map.points[2].of_class, 2);
  EXPECT_EQ(map.plane.points, 4);
  EXPECT_EQ(map.plane.by_class.size(), 2U);
  EXPECT_TRUE(map_vectors(dir / "x.npy", {}).classes.empty());
}

TEST(Plot, CutsNamesBetweenLetters) {
  EXPECT_EQ(shortened("Größe", 5), "Grö…");
  EXPECT_EQ(shortened("Größe", 4), "Gr…");
  EXPECT_EQ(shortened("abc", 3), "abc");
}

TEST_F(MapTest, TwoFilesOfVectorsAreCompared) {
  std::vector<float> a, b;
  std::mt19937 random(9);
  std::normal_distribution<float> normal;
  std::string csv = "label\n";
  for (int i = 0; i < 60; ++i) {
    const auto kind = static_cast<float>(i % 3);
    for (const float spread : {0.1F, 3.0F})
      for (int d = 0; d < 5; ++d) (spread < 1 ? a : b).push_back((d == i % 3 ? 4 + kind : 0) + spread * normal(random));
    csv += "kind " + std::to_string(i % 3) + "\n";
  }
  write_npy(dir / "a.npy", a, 5);
  write_npy(dir / "b.npy", b, 5);
  library::write_text(dir / "y.csv", csv);
  const std::filesystem::path files[] = {dir / "a.npy", dir / "b.npy"};
  const Comparison got = compare_vectors(files, dir / "y.csv");
  EXPECT_TRUE(got.one_plane);
  EXPECT_EQ(got.labels, (std::vector<std::string>{"kind 0", "kind 1", "kind 2"}));
  EXPECT_GT(got.models[0].plane.silhouette.value(), got.models[1].plane.silhouette.value() + 0.2);
  EXPECT_EQ(got.models[0].space.nearest_centroid, 1);
  const std::string page = compare_page(got);
  EXPECT_NE(page.find("\"labels\":[\"kind 0\",\"kind 1\",\"kind 2\"]"), std::string::npos);
  EXPECT_NE(page.find("Class by class"), std::string::npos);
  write_npy(dir / "b.npy", b, 10);
  EXPECT_THROW(compare_vectors(files, dir / "y.csv"), Error);
  b.resize(60 * 2);
  write_npy(dir / "b.npy", b, 2);
  EXPECT_FALSE(compare_vectors(files, dir / "y.csv").one_plane);
}

TEST(RankCorrelation, SaysHowSureItIs) {
  std::vector<double> a, b;
  for (int i = 0; i < 40; ++i) a.push_back(i), b.push_back(i % 7 == 0 ? 40 - i : i);
  const RankCorrelation clear = rank_correlation(a, b);
  EXPECT_GT(*clear.rho, 0.5);
  EXPECT_LT(clear.low, *clear.rho);
  EXPECT_GT(clear.high, *clear.rho);
  EXPECT_LT(clear.p, 0.001);
  EXPECT_GT(clear.power, 0.8);
  EXPECT_LE(clear.needed, 40U);
  const std::vector<double> few = {1, 2, 3}, more = {1, 3, 2}, same = {1, 1, 1};
  EXPECT_EQ(rank_correlation(few, more).n, 3U);
  EXPECT_GT(rank_correlation(few, more).p, 0.3);
  EXPECT_EQ(rank_correlation(few, more).power, 0);
  EXPECT_FALSE(rank_correlation(few, same).rho);
  EXPECT_FALSE(rank_correlation({}, {}).rho);
  // Of all 120 orders of five things one other is as strong: p is near 2 / 120.
  const std::vector<double> five = {1, 2, 3, 4, 5};
  EXPECT_NEAR(rank_correlation(five, five).p, 2.0 / 120, 0.006);
}

}  // namespace
}  // namespace hearken::eval

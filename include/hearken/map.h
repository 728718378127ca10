// Maps: tracks, windows or any vectors as points of a plane, and how well their classes lie apart, as figures.
//
// The plane is that of the first two principal components (Pearson 1901): the directions in which the vectors differ
// most. It shows only a part of what the space holds, `shares` says how much; the figures are given for the plane and
// for the whole space. The same bits on every run and for any number of threads.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hearken/library.h"
#include "hearken/model.h"
#include "hearken/run.h"

namespace hearken {

/// How well one class lies apart from the others.
struct ClassSeparation {
  std::int64_t points = 0;
  std::optional<double> silhouette;  // the mean of its points; none where there are no silhouettes
  double nearest_centroid = 0;       // share of its points whose nearest centroid is their class's
};

struct Separation {
  std::int64_t points = 0;   // that have a class
  std::int64_t classes = 0;  // that have a point
  /// The mean silhouette (Rousseeuw 1987) by Euclidean distance, −1 to 1; a point that is its class's only one has 0.
  /// scikit-learn's silhouette_score. None with fewer than two classes, or when every point is a class.
  std::optional<double> silhouette;
  std::int64_t silhouette_points = 0;  // that it was taken of
  /// The share of points whose nearest class centroid (Euclidean; of equal ones the first class) is that of their own
  /// class, which they are part of: scikit-learn's NearestCentroid, fitted and scored on the same points.
  double nearest_centroid = 0;
  std::vector<ClassSeparation> by_class;  // in the order of the classes
};

/// What a track's class is.
/// Of several tags the one that a person confirmed, else that of the highest score.
enum class MapBy { automatic, genre, artist, album, folder, tag };
std::string_view to_string(MapBy by) noexcept;  // "genre", "artist", "album", "dir", "tag"

struct MapPoint {
  std::int64_t id = 0;                        // of a track; 0: a row of a file
  std::filesystem::path path;                 // of a track
  std::string title, artist;                  // of a track; of a row its name is the title
  double start_seconds = 0, end_seconds = 0;  // of a window; of a whole track 0 and its length
  float x = 0, y = 0;
  int of_class = -1;  // in Map::classes; -1: none
};

struct Map {
  std::string model;                 // as the library names it; empty: vectors of a file
  Windowing windowing;               // of the library's vectors
  bool windows = false;              // the points are windows
  std::string by;                    // what the classes are: "genre", …, of files "label"; empty: there are none
  std::vector<MapPoint> points;      // tracks by id, windows by their start; rows in their order
  std::vector<std::string> classes;  // those of most points first, equal ones by name
  std::array<double, 2> shares{};    // of all variance, that x and y show
  Separation plane, space;           // in the two dimensions, and in all of them
  std::int64_t left_out = 0;         // windows beyond kMostMapWindows
  std::int64_t without_vectors = 0;  // tracks that were picked, but have other vectors only
};

/// Of more windows as many are taken evenly. The figures are about the largest classes, of two points or more.
inline constexpr std::int64_t kMostMapWindows = 200'000;
inline constexpr std::size_t kMostMapClasses = 512;

struct MapOptions : RunOptions {
  std::string model;            // as the library names it; empty: the library's own
  MapBy by = MapBy::automatic;  // the first of genre, folder and artist with two classes or more
  bool windows = false;         // every window is a point, in place of every track
  std::filesystem::path under;  // only tracks at or below this path; empty: all
  std::string where;            // only tracks of which this is true (docs/FIND.md); empty: all
};

/// Tracks by their normalised means, or their windows. Reads no audio and needs no model.
/// Throws Error: what find() throws for its library, invalid_argument (a `where` that is none), not_found (no tracks
/// are picked), corrupt, unsupported (vectors of more dimensions than principal components are computed of).
Map map_library(const Library& library, const MapOptions& options = {});

/// Rows of an .npy file (float32 [n, dimension]), taken as they are; `labels`, unless empty, is a CSV file with a
/// column `label` and optionally `name`, a row for each. Throws Error as the operating system says; corrupt, mismatch
/// (with file, line and reason), unsupported.
Map map_vectors(const std::filesystem::path& vectors, const std::filesystem::path& labels, int threads = 0);

/// The map as a drawing. SVG and PNG have a white ground; the page is one file that loads nothing, shows names at the
/// pointer, zooms, and lets classes be switched off.
std::string map_svg(const Map& map);
std::string map_png(const Map& map);
std::string map_page(const Map& map);

}  // namespace hearken

// Points and classes gathered, put on their two principal axes, and measured.
#include "hearken/map.h"

#include <algorithm>
#include <map>
#include <utility>

#include "core/enum_names.h"
#include "core/numerics/principal.h"
#include "core/paths.h"
#include "data/labelled_vectors.h"
#include "eval/separation.h"
#include "hearken/catalogue.h"
#include "library/catalogue/stored_track.h"
#include "search/index/select.h"
#include "search/index/track_means.h"
#include "search/scan/stored_rows.h"

namespace hearken {
namespace eval {
namespace {

// Names that points carry, as numbered classes.
struct ClassNames {
  std::vector<std::string> names;  // those of most points first, equal ones by name; no empty one
  std::vector<int> of;             // of each point; -1: its name is empty
};

ClassNames class_names(std::span<const std::string> of_points) {
  std::map<std::string, std::size_t> counts;
  for (const std::string& name : of_points)
    if (!name.empty()) ++counts[name];
  ClassNames out;
  for (const auto& [name, count] : counts) out.names.push_back(name);
  std::stable_sort(out.names.begin(), out.names.end(),
                   [&](const std::string& a, const std::string& b) { return counts.at(a) > counts.at(b); });
  std::map<std::string, int> numbers;
  for (const std::string& name : out.names) numbers.emplace(name, static_cast<int>(numbers.size()));
  for (const std::string& name : of_points) out.of.push_back(name.empty() ? -1 : numbers.at(name));
  return out;
}

// Finds the plane of `rows`, one for each point, and the figures of the classes `names`, one for each point.
void lay_out(Map& map, std::span<const float> rows, std::size_t dimension, std::span<const std::string> names,
             int threads) {
  ClassNames classes = class_names(names);
  const numerics::Principal principal = numerics::principal_components(rows, dimension, 2, threads);
  std::copy(principal.shares.begin(), principal.shares.end(), map.shares.begin());
  const std::vector<float> points = numerics::on_axes(principal, rows);
  const std::size_t axes = principal.shares.size();
  std::vector<float> plane(map.points.size() * 2);
  std::vector<std::size_t> sizes(classes.names.size());
  for (std::size_t i = 0; i < map.points.size(); ++i) {
    for (std::size_t a = 0; a < axes; ++a) plane[i * 2 + a] = points[i * axes + a];
    map.points[i].x = plane[i * 2];
    map.points[i].y = plane[i * 2 + 1];
    const int point_class = map.points[i].of_class = classes.of[i];
    if (point_class >= 0) ++sizes[static_cast<std::size_t>(point_class)];
  }
  map.classes = std::move(classes.names);
  // A class of one point lies as far apart as one likes. The largest are the first.
  const auto several = std::count_if(sizes.begin(), sizes.end(), [](std::size_t size) { return size > 1; });
  const std::size_t measured = std::min(static_cast<std::size_t>(several), kMostMapClasses);
  for (int& of : classes.of)
    if (of >= static_cast<int>(measured)) of = -1;
  map.plane = separation(plane, 2, classes.of, measured, threads);
  map.space = separation(rows, dimension, classes.of, measured, threads);
}

std::string class_of(const Track& track, MapBy by) {
  switch (by) {
    case MapBy::artist: return track.artist;
    case MapBy::album: return track.album;
    case MapBy::folder: return display(track.path.parent_path().filename());
    default: return track.genre;
  }
}

MapBy chosen(const std::vector<Track>& tracks, MapBy wanted) {
  if (wanted != MapBy::automatic) return wanted;
  for (const MapBy by : {MapBy::genre, MapBy::folder, MapBy::artist}) {
    std::string first;
    for (const auto& track : tracks) {
      const std::string name = class_of(track, by);
      if (first.empty()) first = name;
      if (name != first && !name.empty()) return by;
    }
  }
  return MapBy::genre;
}

// The windows of the tracks in place of their means: rows, and a point for each.
std::vector<float> take_windows(Map& map, const Library& library, const search::Space& space,
                                const search::TrackMeans& means, std::vector<std::string>& names) {
  const std::int64_t step = (means.windows + kMostMapWindows - 1) / std::max<std::int64_t>(1, kMostMapWindows);
  std::vector<float> rows;
  std::vector<MapPoint> points;
  std::vector<std::string> of_points;
  library::TrackReader reader(library, space);
  std::int64_t place = 0;
  for (std::size_t t = 0; t < means.tracks.size(); ++t) {
    const library::StoredTrack stored = reader.track(means.tracks[t].id);
    for (std::size_t w = 0; w < stored.starts_seconds.size(); ++w, ++place) {
      if (place % step != 0) continue;
      MapPoint point = map.points[t];
      point.start_seconds = stored.starts_seconds[w];
      point.end_seconds = std::min(point.start_seconds + space.windowing.window_seconds, stored.duration_seconds);
      points.push_back(std::move(point));
      of_points.push_back(names[t]);
      rows.resize(rows.size() + space.dimension);
      search::widen(std::span(stored.vectors).subspan(w * space.dimension, space.dimension),
                    std::span(rows).last(space.dimension));
    }
  }
  map.left_out = place - static_cast<std::int64_t>(points.size());
  map.points = std::move(points);
  names = std::move(of_points);
  return rows;
}

}  // namespace
}  // namespace eval

constexpr std::string_view kByNames[] = {"auto", "genre", "artist", "album", "dir", "tag"};
std::string_view to_string(MapBy by) noexcept { return name_in(kByNames, by); }

Map map_library(const Library& library, const MapOptions& options) {
  const search::Space space = search::space_named(library, options.model);
  const search::Selection selection = search::selection_of(options.under, options.where);
  search::TrackMeans means = search::track_means(library, space, search::select_tracks(library, selection));
  if (means.tracks.empty()) throw Error(ErrorCode::not_found, display(library.path()) + ": no track to draw");
  Map map;
  map.model = space.name;
  map.windowing = space.windowing;
  map.windows = options.windows;
  map.without_vectors = search::count_without(library, space, selection);
  const MapBy by = eval::chosen(means.tracks, options.by);
  map.by = to_string(by);
  std::map<std::int64_t, std::string> first_tags;
  if (by == MapBy::tag)
    for (TaggedTrack& track : tagged_tracks(library)) first_tags[track.id] = std::move(track.tags.front().label);
  std::vector<std::string> names;
  for (const auto& track : means.tracks) {
    map.points.push_back({track.id, track.path, track.title, track.artist, 0, track.duration_seconds});
    names.push_back(by == MapBy::tag ? first_tags[track.id] : eval::class_of(track, by));
  }
  if (options.windows) means.rows = eval::take_windows(map, library, space, means, names);
  eval::lay_out(map, means.rows, space.dimension, names, options.threads);
  return map;
}

Map map_vectors(const std::filesystem::path& vectors, const std::filesystem::path& labels, int threads) {
  const data::LabelledVectors read =
      labels.empty() ? data::read_vectors(vectors) : data::read_labelled_vectors(vectors, labels);
  Map map;
  if (!labels.empty()) map.by = "label";
  for (const std::string& name : read.names) map.points.emplace_back().title = name;
  eval::lay_out(map, read.rows, read.dimension, read.labels, threads);
  return map;
}

}  // namespace hearken

// hearken map
#include "hearken/map.h"

#include <fmt/format.h>

#include "cli/common.h"
#include "cli/selecting.h"
#include "core/files/new_file.h"
#include "core/paths.h"
#include "core/threads/threads.h"

namespace hearken::cli {
namespace {

struct MapArguments {
  CommonOptions common;
  std::string by = "auto", where;
  bool windows = false;
  std::filesystem::path under, vectors, labels, out;
};

MapBy parse_by(const std::string& name) {
  for (const MapBy by : {MapBy::genre, MapBy::artist, MapBy::album, MapBy::folder, MapBy::tag})
    if (name == to_string(by)) return by;
  return MapBy::automatic;
}

nlohmann::json class_json(const ClassSeparation& s) {
  return {{"silhouette", optional_json(s.silhouette)}, {"nearest_centroid", s.nearest_centroid}};
}

nlohmann::json separation_json(const Separation& s) {
  return {{"points", s.points},
          {"classes", s.classes},
          {"silhouette", s.silhouette ? nlohmann::json(*s.silhouette) : nlohmann::json()},
          {"silhouette_points", s.silhouette_points},
          {"nearest_centroid", s.nearest_centroid}};
}

nlohmann::json map_json(const Map& map, const MapArguments& options, double seconds) {
  auto classes = nlohmann::json::array(), points = nlohmann::json::array();
  for (std::size_t c = 0; c < map.plane.by_class.size(); ++c)
    classes.push_back({{"name", map.classes[c]},
                       {"points", map.plane.by_class[c].points},
                       {"plane", class_json(map.plane.by_class[c])},
                       {"space", class_json(map.space.by_class[c])}});
  for (const MapPoint& point : map.points) {
    nlohmann::json row{{"x", point.x}, {"y", point.y}, {"title", point.title}};
    row["class"] =
        point.of_class < 0 ? nlohmann::json() : nlohmann::json(map.classes[static_cast<std::size_t>(point.of_class)]);
    if (point.id > 0) {
      row["id"] = point.id;
      row["path"] = display(point.path);
      row["artist"] = point.artist;
      row["start"] = point.start_seconds;
      row["end"] = point.end_seconds;
    }
    points.push_back(std::move(row));
  }
  nlohmann::json out{{"of", map.model.empty() ? "vectors"
                            : map.windows     ? "windows"
                                              : "tracks"},
                     {"by", map.by.empty() ? nlohmann::json() : nlohmann::json(map.by)},
                     {"shares", map.shares},
                     {"plane", separation_json(map.plane)},
                     {"space", separation_json(map.space)},
                     {"classes", std::move(classes)},
                     {"points", std::move(points)},
                     {"left_out", map.left_out},
                     {"without_vectors", map.without_vectors},
                     {"out", options.out.empty() ? nlohmann::json() : nlohmann::json(display(options.out))},
                     {"timings_ms", {{"total", seconds * 1000}}}};
  if (!map.model.empty()) {
    out["model"] = map.model;
    out["window"] = map.windowing.window_seconds;
    out["hop"] = map.windowing.hop_seconds;
  }
  return out;
}

std::string figure(const std::optional<double>& value) { return value ? fmt::format("{:.3f}", *value) : "    –"; }

void print_map(const Map& map) {
  fmt::print("x and y show {:.1f} % and {:.1f} % of the variance\n", 100 * map.shares[0], 100 * map.shares[1]);
  if (map.classes.empty()) return;
  fmt::print("                    silhouette         nearest centroid\n");
  fmt::print("   points       drawn  all dim.       drawn  all dim.   {}\n", display(map.by));
  const auto row = [](std::int64_t points, const std::optional<double>& plane, const std::optional<double>& space,
                      double near_plane, double near_space, const std::string& name) {
    fmt::print("{:>9}      {:>6}    {:>6}       {:.3f}     {:.3f}   {}\n", points, figure(plane), figure(space),
               near_plane, near_space, name);
  };
  constexpr std::size_t kShown = 30;
  const std::size_t classes = map.plane.by_class.size();
  for (std::size_t c = 0; c < std::min(kShown, classes); ++c) {
    const ClassSeparation &plane = map.plane.by_class[c], &space = map.space.by_class[c];
    row(plane.points, plane.silhouette, space.silhouette, plane.nearest_centroid, space.nearest_centroid,
        display(map.classes[c]));
  }
  if (classes > kShown) fmt::print("          … and {} more\n", classes - kShown);
  row(map.plane.points, map.plane.silhouette, map.space.silhouette, map.plane.nearest_centroid,
      map.space.nearest_centroid, "all");
}

// How to draw, by the ending; refused before anything is computed.
std::string (*drawing_of(const std::filesystem::path& path))(const Map&) {
  const std::string ending = path.extension();
  if (ending == ".html" || ending == ".htm") return map_page;
  if (ending == ".svg") return map_svg;
  if (ending == ".png") return map_png;
  throw Error(ErrorCode::invalid_argument, display(path) + ": a map is drawn as .html, .svg or .png");
}

int run_map(const MapArguments& options) {
  const double began = monotonic_seconds();
  if (!good_where(options.where)) return kWrongUsage;
  const auto draw = options.out.empty() ? nullptr : drawing_of(options.out);
  Map map;
  if (!options.vectors.empty()) {
    map = map_vectors(options.vectors, options.labels, options.common.threads);
  } else {
    if (!options.labels.empty())
      throw Error(ErrorCode::invalid_argument,
                  "map: --labels belongs to --vectors; tracks are coloured --by something");
    MapOptions map_options;
    map_options.model = options.common.model;
    map_options.by = parse_by(options.by);
    map_options.windows = options.windows;
    map_options.under = options.under;
    map_options.where = options.where;
    map_options.threads = options.common.threads;
    map = map_library(Library::open(options.common.library_path(), OpenMode::read), map_options);
  }
  if (draw != nullptr) {
    NewFile file(options.out);
    file.write(draw(map));
    file.finish();
    file.appear();
  }
  const double seconds = monotonic_seconds() - began;
  if (options.common.json)
    print_json(map_json(map, options, seconds));
  else
    print_map(map);
  const char* what = map.model.empty() ? "vector" : map.windows ? "window" : "track";
  print_note(options.common,
             fmt::format("{}{}, in {:.0f} ms", counted(static_cast<std::int64_t>(map.points.size()), what),
                         options.out.empty() ? "" : " on " + short_path(options.out), seconds * 1000));
  if (map.plane.silhouette_points > 0 && map.plane.silhouette_points < map.plane.points)
    print_note(options.common,
               fmt::format("silhouettes are of {} of them, drawn by chance", map.plane.silhouette_points));
  if (map.left_out > 0) print_note(options.common, fmt::format("{} left out", counted(map.left_out, "window")));
  if (map.without_vectors > 0)
    print_note(options.common,
               fmt::format("{} left out: no vectors of this model", counted(map.without_vectors, "track")));
  if (options.out.empty() && !options.common.json)
    print_note(options.common, "draw it with -o map.html (or .svg, .png)");
  return kDone;
}

}  // namespace

void add_map(CLI::App& program, int& status) {
  const auto [command, options] =
      add_command(program, status, "map", "Draw the library as a map, and measure how its classes lie apart", run_map);
  one_of(command.add_option("--by", options.by, "What the colours are (default: genre, else folders, else artists)"),
         {"auto", "genre", "artist", "album", "dir", "tag"})
      ->type_name("genre|artist|album|dir|tag");
  command.add_flag("--windows", options.windows, "Draw every window in place of every track");
  add_selection_options(command, options.under, options.where);
  CLI::Option* vectors =
      add_value(command, "--vectors", options.vectors, "Draw the rows of an .npy file (float32) instead", "FILE");
  add_value(command, "--labels", options.labels,
            "Their labels: a CSV file with a column label, and name if you like, a row for each", "FILE")
      ->needs(vectors);
  add_value(command, "-o,--out", options.out, "Write the map to this file: .html, .svg or .png", "FILE");
  add_common_options(command, options.common);
  command.footer(
      std::string(
          R"(The map is the plane of the first two principal components of the vectors in the library: no audio is read
and no model loaded. Besides it, figures say how well the classes lie apart, drawn and in all dimensions: the
silhouette (1: far from all others, 0: among them, below 0: nearer to another class) and the share of points
whose nearest class centre is their own. The HTML page loads nothing from anywhere. See docs/MAP.md.

)") + kConditionHelp +
      R"(
Examples:
  hearken map --by genre -o map.html
  hearken map --windows --where "album = 'HyperRogue'" -o map.png
  hearken map --vectors x.npy --labels y.csv -o map.svg)");
}

}  // namespace hearken::cli

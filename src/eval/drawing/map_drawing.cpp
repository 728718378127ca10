// A map's drawing: what stands on it besides its points.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/paths.h"
#include "eval/drawing/plot.h"
#include "hearken/map.h"
#include "search/space.h"

namespace hearken {
namespace eval {
namespace {

std::string clock(double seconds) {
  const auto whole = static_cast<long long>(seconds);
  return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

PlotPoint plot_point(const Map& map, const MapPoint& point, std::size_t place) {
  PlotPoint out{point.x, point.y, point.of_class, {}, {}, false};
  out.name = point.title.empty() ? display(point.path.filename()) : point.title;
  if (!point.artist.empty() && !point.title.empty()) out.name += " — " + point.artist;
  if (out.name.empty()) out.name = fmt::format("row {}", place);
  if (map.windows) out.name += fmt::format(", {}–{}", clock(point.start_seconds), clock(point.end_seconds));
  if (point.of_class >= 0) out.detail = map.classes[static_cast<std::size_t>(point.of_class)];
  if (point.id > 0) out.detail += fmt::format("{}id:{}", out.detail.empty() ? "" : ", ", point.id);
  return out;
}

Plot map_plot(const Map& map) {
  Plot plot;
  const char* what = map.model.empty() ? "vectors" : map.windows ? "windows" : "tracks";
  plot.title = fmt::format("{} {}{}", map.points.size(), what, map.by.empty() ? "" : " by " + map.by);
  if (!map.model.empty()) plot.note = fmt::format("{}, {}; ", display(map.model), search::in_words(map.windowing));
  if (map.plane.silhouette && map.space.silhouette)
    plot.note += fmt::format("silhouette {:.3f}, nearest centroid {:.3f}; in all dimensions {:.3f} and {:.3f}",
                             *map.plane.silhouette, map.plane.nearest_centroid, *map.space.silhouette,
                             map.space.nearest_centroid);
  else
    plot.note += "no classes to tell apart";
  plot.classes = map.classes;
  for (std::size_t i = 0; i < map.points.size(); ++i) plot.points.push_back(plot_point(map, map.points[i], i));
  plot.shares = map.shares;
  return plot;
}

std::string figures_table(const Map& map) {
  if (map.classes.empty()) return "";
  std::string out =
      "<table><caption>How well the classes lie apart</caption><thead><tr><th>class<th>points<th>silhouette, drawn"
      "<th>silhouette, all dimensions<th>nearest centroid, drawn<th>nearest centroid, all dimensions</thead><tbody>\n";
  const auto row = [&](const std::string& name, std::int64_t points, const std::optional<double>& plane,
                       const std::optional<double>& space, double near_plane, double near_space) {
    out += fmt::format("<tr><th>{}<td>{}<td>{}<td>{}<td>{:.3f}<td>{:.3f}\n", name, points, optional_figure(plane),
                       optional_figure(space), near_plane, near_space);
  };
  row("all", map.plane.points, map.plane.silhouette, map.space.silhouette, map.plane.nearest_centroid,
      map.space.nearest_centroid);
  for (std::size_t c = 0; c < map.plane.by_class.size(); ++c) {
    const ClassSeparation &plane = map.plane.by_class[c], &space = map.space.by_class[c];
    row(escaped(map.classes[c]), plane.points, plane.silhouette, space.silhouette, plane.nearest_centroid,
        space.nearest_centroid);
  }
  return out +
         "</tbody></table>\n<p>A silhouette of 1 is a class far from all others, 0 one that lies among them, below 0 "
         "points nearer to another class. Nearest centroid: the share of points whose nearest class centre is their "
         "own.</p>\n";
}

}  // namespace
}  // namespace eval

std::string map_svg(const Map& map) { return eval::plot_svg(eval::map_plot(map)); }
std::string map_png(const Map& map) { return eval::plot_png(eval::map_plot(map)); }

std::string map_page(const Map& map) {
  const eval::Plot plot = eval::map_plot(map);
  return eval::plot_page(
      plot.title,
      "<div class=\"plots\">\n<!--plot 0-->\n</div>\n<div class=\"scroll\">" + eval::figures_table(map) + "</div>\n",
      {&plot, 1}, {}, {});
}

}  // namespace hearken

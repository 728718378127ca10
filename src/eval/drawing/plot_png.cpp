// The plot as a picture, laid out as the SVG is.
#include <fmt/format.h>

#include <cmath>

#include "eval/drawing/plot.h"
#include "eval/drawing/raster.h"

namespace hearken::eval {

std::string plot_png(const Plot& plot) {
  constexpr std::uint32_t kInk = 0x222222, kSoft = 0x555555, kLine = 0xCCCCCC;
  constexpr auto kSide = static_cast<long>(kPlotSide), kMargin = static_cast<long>(kPlotMargin),
                 kTop = static_cast<long>(kPlotTop);
  const std::vector<LegendEntry> legend = legend_of(plot);
  Raster raster(static_cast<std::size_t>(2 * kPlotMargin + kPlotSide + kLegendWidth),
                static_cast<std::size_t>(height_of(legend.size())));
  raster.text(kMargin, 26, shortened(plot.title, 100), kInk);
  raster.text(kMargin, 46, shortened(plot.note, 120), kSoft);
  raster.frame(kMargin, kTop, kSide, kSide, kLine);
  const std::string across = axis_name(plot, 0), up = axis_name(plot, 1);
  raster.text(kMargin + (kSide - Raster::text_width(across)) / 2, kTop + kSide + 20, across, kSoft);
  raster.text(kMargin - 8, kTop + (kSide + Raster::text_width(up)) / 2, up, kSoft, true);
  const PlotFrame frame = frame_of(plot.points, kPlotSide, kPlotSide, 20);
  const auto at = [&](const PlotPoint& point) {
    return std::pair(kPlotMargin + static_cast<double>(point.x) * frame.scale + frame.left,
                     kPlotTop + frame.top - static_cast<double>(point.y) * frame.scale);
  };
  for (const bool labels : {false, true})
    for (const PlotPoint& point : plot.points) {
      if (point.label != labels) continue;
      const auto [x, y] = at(point);
      raster.marker(shape_of(point), x, y, labels ? 6 : kMarkerRadius, colour_of(point.of_class));
      if (labels) raster.text(std::lround(x) + 9, std::lround(y) + 4, shortened(point.name, 24), kInk);
    }
  long y = kTop + 12;
  for (const LegendEntry& entry : legend) {
    const long x = 2 * kMargin + kSide;
    raster.marker(shape_of({0, 0, entry.of_class, {}, {}, false}), static_cast<double>(x), static_cast<double>(y - 4),
                  5, colour_of(entry.of_class));
    raster.text(x + 14, y, entry.name, kInk);
    raster.text(x + 20 + Raster::text_width(entry.name), y, fmt::format("{}", entry.points), kSoft);
    y += static_cast<long>(kLegendStep);
  }
  return raster.png();
}

}  // namespace hearken::eval

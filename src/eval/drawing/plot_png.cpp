// The plot as a picture, laid out as the SVG is; drawn by Cairo.
#include <fmt/format.h>

#include "eval/drawing/plot.h"
#include "eval/drawing/sheet.h"

namespace hearken::eval {
namespace {

void draw_points(Sheet& sheet, const Plot& plot) {
  const PlotFrame frame = frame_of(plot.points, kPlotSide, kPlotSide, 20);
  for (const bool labels : {false, true})
    for (const PlotPoint& point : plot.points) {
      if (point.label != labels) continue;
      const double x = kPlotMargin + static_cast<double>(point.x) * frame.scale + frame.left,
                   y = kPlotTop + frame.top - static_cast<double>(point.y) * frame.scale;
      sheet.marker(shape_of(point), x, y, labels ? 5 : kMarkerRadius, colour_of(point.of_class));
      if (labels) sheet.text(x + 9, y + 4, shortened(point.name, 24), kInk);
    }
}

}  // namespace

std::string plot_png(const Plot& plot) {
  const std::vector<LegendEntry> legend = legend_of(plot);
  Sheet sheet(2 * kPlotMargin + kPlotSide + kLegendWidth, height_of(legend.size()));
  sheet.text(kPlotMargin, 26, shortened(plot.title, 100), kInk);
  sheet.text(kPlotMargin, 46, shortened(plot.note, 120), kSoft);
  sheet.frame(kPlotMargin, kPlotTop, kPlotSide, kPlotSide);
  const std::string across = axis_name(plot, 0);
  sheet.text(kPlotMargin + (kPlotSide - sheet.width(across)) / 2, kPlotTop + kPlotSide + 20, across, kSoft);
  sheet.text_upwards(kPlotMargin - 8, kPlotTop + kPlotSide / 2, axis_name(plot, 1), kSoft);
  draw_points(sheet, plot);
  double y = kPlotTop + 12;
  for (const LegendEntry& entry : legend) {
    const double x = 2 * kPlotMargin + kPlotSide;
    sheet.marker(shape_of({0, 0, entry.of_class, {}, {}, false}), x, y - 4, 5, colour_of(entry.of_class));
    sheet.text(sheet.text(x + 14, y, entry.name, kInk) + 6, y, fmt::format("{}", entry.points), kSoft);
    y += kLegendStep;
  }
  return sheet.png();
}

}  // namespace hearken::eval

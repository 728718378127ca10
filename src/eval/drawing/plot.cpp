// What the three drawings share, and the SVG.
#include "eval/drawing/plot.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/markup.h"
#include "core/paths.h"

namespace hearken::eval {
namespace {

std::string marker(Shape shape, double x, double y, double r) {
  switch (shape) {
    case Shape::square:
      return fmt::format("M{:.1f} {:.1f}h{:.1f}v{:.1f}h{:.1f}z", x - r * 0.88, y - r * 0.88, r * 1.76, r * 1.76,
                         -r * 1.76);
    case Shape::triangle:
      return fmt::format("M{:.1f} {:.1f}L{:.1f} {:.1f}H{:.1f}z", x, y - r * 1.2, x + r * 1.1, y + r * 0.8, x - r * 1.1);
    case Shape::diamond:
      return fmt::format("M{:.1f} {:.1f}l{:.1f} {:.1f}l{:.1f} {:.1f}l{:.1f} {:.1f}z", x, y - r * 1.25, r * 1.25,
                         r * 1.25, -r * 1.25, r * 1.25, -r * 1.25, -r * 1.25);
    default:
      return fmt::format("M{:.1f} {:.1f}a{} {} 0 1 0 {} 0a{} {} 0 1 0 {} 0z", x - r, y, r, r, 2 * r, r, r, -2 * r);
  }
}

}  // namespace

std::uint32_t colour_of(int of_class) {
  return of_class < 0 || of_class >= static_cast<int>(kDrawnClasses)
             ? kGrey
             : kColours[static_cast<std::size_t>(of_class) % kColours.size()];
}

Shape shape_of(const PlotPoint& point) {
  if (point.label) return Shape::ring;
  if (point.of_class < 0 || point.of_class >= static_cast<int>(kDrawnClasses)) return Shape::circle;
  return static_cast<Shape>(static_cast<std::size_t>(point.of_class) % kShapes);
}

PlotFrame frame_of(std::span<const PlotPoint> points, double width, double height, double margin) {
  if (points.empty()) return {1, width / 2, height / 2};
  const auto [left, right] = std::ranges::minmax_element(points, {}, &PlotPoint::x);
  const auto [low, high] = std::ranges::minmax_element(points, {}, &PlotPoint::y);
  const auto middle = [](float a, float b) { return (static_cast<double>(a) + static_cast<double>(b)) / 2; };
  const double across = static_cast<double>(right->x) - static_cast<double>(left->x),
               up = static_cast<double>(high->y) - static_cast<double>(low->y);
  const double largest = 1e12;  // of points that all lie in one place
  PlotFrame frame;
  frame.scale = std::min(
      {across > 0 ? (width - 2 * margin) / across : largest, up > 0 ? (height - 2 * margin) / up : largest, largest});
  frame.left = width / 2 - middle(left->x, right->x) * frame.scale;
  frame.top = height / 2 + middle(low->y, high->y) * frame.scale;
  return frame;
}

std::vector<LegendEntry> legend_of(const Plot& plot) {
  std::vector<LegendEntry> out;
  const std::size_t drawn = std::min(plot.classes.size(), kDrawnClasses);
  for (std::size_t c = 0; c < drawn; ++c) out.push_back({static_cast<int>(c), shortened(plot.classes[c], 24), 0});
  LegendEntry rest{-1, "none", 0};
  if (plot.classes.size() > drawn) rest.name = fmt::format("{} other classes, and none", plot.classes.size() - drawn);
  for (const PlotPoint& point : plot.points) {
    if (point.label) continue;
    const bool own = point.of_class >= 0 && point.of_class < static_cast<int>(drawn);
    ++(own ? out[static_cast<std::size_t>(point.of_class)] : rest).points;
  }
  if (rest.points > 0) out.push_back(rest);
  return out;
}

double height_of(std::size_t legend_entries) {
  return std::max(kPlotTop + kPlotSide + 36, kPlotTop + kLegendStep * static_cast<double>(legend_entries) + 20);
}

std::string axis_name(const Plot& plot, std::size_t axis) {
  return fmt::format("component {}, {:.1f} % of the variance", axis + 1, 100 * plot.shares[axis]);
}

std::string shortened(const std::string& text, std::size_t most) {
  const std::string shown = display(text);
  if (shown.size() <= most) return shown;
  std::size_t end = most - 1;
  while (end > 0 && (static_cast<unsigned char>(shown[end]) & 0xC0) == 0x80) --end;
  return shown.substr(0, end) + "…";
}

std::string minutes_of(double seconds) {
  const auto whole = static_cast<long long>(seconds);
  return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

std::string optional_figure(const std::optional<double>& figure) {
  return figure ? fmt::format("{:.3f}", *figure) : "–";
}

std::string escaped(std::string_view text) { return escaped_markup(display(text), true); }

std::string plot_svg(const Plot& plot) {
  const std::vector<LegendEntry> legend = legend_of(plot);
  const double height = height_of(legend.size());
  std::string out = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\" "
      "font-family=\"system-ui, sans-serif\" font-size=\"13\" fill=\"#222\">\n"
      "<title>{2}</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
      "<text x=\"{3}\" y=\"28\" font-size=\"18\" font-weight=\"600\">{2}</text>\n"
      "<text x=\"{3}\" y=\"48\" fill=\"#555\">{4}</text>\n",
      kPlotMargin + kPlotSide + kPlotMargin + kLegendWidth, height, escaped(plot.title), kPlotMargin,
      escaped(plot.note));
  out += fmt::format(
      "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"none\" stroke=\"#ccc\"/>\n"
      "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\" fill=\"#555\">{}</text>\n"
      "<text transform=\"translate({} {}) rotate(-90)\" text-anchor=\"middle\" fill=\"#555\">{}</text>\n",
      kPlotMargin, kPlotTop, kPlotSide, kPlotSide, kPlotMargin + kPlotSide / 2, kPlotTop + kPlotSide + 20,
      axis_name(plot, 0), kPlotMargin - 8, kPlotTop + kPlotSide / 2, axis_name(plot, 1));
  const PlotFrame frame = frame_of(plot.points, kPlotSide, kPlotSide, 20);
  std::string labels;
  constexpr std::size_t kMostNames = 5000;  // more would make the file large; the page shows them
  out += "<g stroke=\"#000\" stroke-opacity=\".35\" stroke-width=\".6\">\n";
  for (const PlotPoint& point : plot.points) {
    const double x = kPlotMargin + static_cast<double>(point.x) * frame.scale + frame.left,
                 y = kPlotTop + frame.top - static_cast<double>(point.y) * frame.scale;
    const std::uint32_t colour = colour_of(point.of_class);
    if (point.label) {
      labels += fmt::format(
          "<path d=\"{}\" fill=\"#fff\" stroke=\"#{:06X}\" stroke-width=\"2.5\"/><text x=\"{:.1f}\" y=\"{:.1f}\" "
          "font-size=\"12\" stroke=\"#fff\" stroke-width=\"3\" paint-order=\"stroke\">{}</text>\n",
          marker(Shape::circle, x, y, 5), colour, x + 8, y + 4, escaped(shortened(point.name, 24)));
      continue;
    }
    out += fmt::format("<path fill=\"#{:06X}\" d=\"{}\"", colour, marker(shape_of(point), x, y, kMarkerRadius));
    if (!point.name.empty() && plot.points.size() <= kMostNames)
      out += fmt::format("><title>{}</title></path>\n", escaped(point.name));
    else
      out += "/>\n";
  }
  out += "</g>\n" + labels + "<g>\n";
  double y = kPlotTop + 12;
  for (const LegendEntry& entry : legend) {
    out += fmt::format(
        "<path fill=\"#{:06X}\" stroke=\"#000\" stroke-opacity=\".35\" stroke-width=\".6\" d=\"{}\"/>"
        "<text x=\"{}\" y=\"{}\">{} <tspan fill=\"#666\">{}</tspan></text>\n",
        colour_of(entry.of_class),
        marker(shape_of({0, 0, entry.of_class, {}, {}, false}), 2 * kPlotMargin + kPlotSide, y - 4, 5),
        2 * kPlotMargin + kPlotSide + 14, y, escaped(entry.name), entry.points);
    y += kLegendStep;
  }
  return out + "</g>\n</svg>\n";
}

}  // namespace hearken::eval

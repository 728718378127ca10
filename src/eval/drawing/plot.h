// Points of a plane drawn in colours and shapes, as SVG, as PNG and as a page.
//
// A class has one of seven colours that people with any kind of colour blindness tell apart (Okabe and Ito, Color
// Universal Design, 2008) and one of four shapes; the first 28 classes differ in one of both, the others are drawn
// grey. Both axes have one scale.
#pragma once

#include <array>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hearken::eval {

struct PlotPoint {
  float x = 0, y = 0;
  int of_class = -1;   // in Plot::classes; -1: none
  std::string name;    // at the pointer
  std::string detail;  // below it
  bool label = false;  // a text rather than a sound: a ring with its name beside it
};

struct Plot {
  std::string title;
  std::string note;  // a line below the title
  std::vector<std::string> classes;
  std::vector<PlotPoint> points;
  std::array<double, 2> shares{};  // of all variance
};

inline constexpr std::array<std::uint32_t, 7> kColours = {0x0072B2, 0xE69F00, 0x009E73, 0xCC79A7,
                                                          0x56B4E9, 0xD55E00, 0xF0E442};
inline constexpr std::uint32_t kGrey = 0x8C8C8C;
enum class Shape { circle, square, triangle, diamond, ring };
inline constexpr std::size_t kShapes = 4;
inline constexpr std::size_t kDrawnClasses = kColours.size() * kShapes;

std::uint32_t colour_of(int of_class);
Shape shape_of(const PlotPoint& point);

/// Where a plot's points come to lie: x · scale + left, top − y · scale, within width × height less a margin.
struct PlotFrame {
  double scale = 1, left = 0, top = 0;
};
PlotFrame frame_of(std::span<const PlotPoint> points, double width, double height, double margin);

/// The layout of SVG and PNG: a square of points with its margins, the legend at its right.
inline constexpr double kPlotSide = 640, kPlotMargin = 28, kPlotTop = 64, kLegendWidth = 220, kMarkerRadius = 4;
inline constexpr double kLegendStep = 20;

struct LegendEntry {
  int of_class = -1;
  std::string name;
  std::int64_t points = 0;
};
/// The drawn classes, and the rest where there is one.
std::vector<LegendEntry> legend_of(const Plot& plot);
double height_of(std::size_t legend_entries);

/// "component 1, 23.4 % of the variance".
std::string axis_name(const Plot& plot, std::size_t axis);

/// `text` on one line, at most so many bytes of it, with "…" where it was cut.
std::string shortened(const std::string& text, std::size_t most);

/// "62:03".
std::string minutes_of(double seconds);

/// With three decimals; a dash for nothing.
std::string optional_figure(const std::optional<double>& figure);

/// `text` within XML or HTML: one line, marks as entities.
std::string escaped(std::string_view text);

std::string plot_svg(const Plot& plot);
std::string plot_png(const Plot& plot);

/// One HTML file that loads nothing and needs nothing else (its content security policy says so): `body` (HTML) below
/// the title, and `data` for `script` (web/report).
std::string scripted_page(const std::string& title, const std::string& body, const nlohmann::ordered_json& data,
                          std::string_view script);

/// Such a page with every place "<!--plot N-->" in `body` taken by the Nth plot; `data` (an object, or null) and
/// `script` (or empty) are what it has besides.
std::string plot_page(const std::string& title, const std::string& body, std::span<const Plot> plots,
                      nlohmann::ordered_json data, std::string_view script);

}  // namespace hearken::eval

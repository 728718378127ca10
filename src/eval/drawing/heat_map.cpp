// The picture by Cairo, the page by web/report/heat.js.
#include "eval/drawing/heat_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/carried.h"
#include "eval/drawing/sheet.h"

namespace hearken::eval {
namespace {

constexpr double kMargin = 28, kTop = 64, kNames = 200, kWide = 900, kRow = 22, kBelow = 40;
constexpr std::uint32_t kEvent = 0xD55E00;

// Three colours of "Blues" (Brewer, ColorBrewer, 2002), and between them.
std::uint32_t heat_colour(double value) {
  constexpr std::array<std::array<double, 3>, 3> kBlues{{{247, 251, 255}, {107, 174, 214}, {8, 48, 107}}};
  const double at = std::clamp(value, 0.0, 1.0) * (kBlues.size() - 1);
  const std::size_t from = std::min(static_cast<std::size_t>(at), kBlues.size() - 2);
  std::uint32_t out = 0;
  for (std::size_t c = 0; c < 3; ++c) {
    const double channel = std::lerp(kBlues[from][c], kBlues[from + 1][c], at - static_cast<double>(from));
    out = out << 8 | static_cast<std::uint32_t>(std::lround(channel));
  }
  return out;
}

// Seconds between marks of the time: some ten in all.
double tick_of(double seconds) {
  constexpr std::array kTicks = {0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0};
  for (const double tick : kTicks)
    if (seconds / tick <= 12) return tick;
  return 3600;
}

void draw_row(Sheet& sheet, const HeatMap& map, std::size_t row, double y) {
  const std::size_t rows = map.rows.size(), columns = map.values.size() / rows;
  for (int x = 0; x < static_cast<int>(kWide); ++x) {
    const auto from = static_cast<std::size_t>(x * static_cast<double>(columns) / kWide);
    const auto to = std::max(from + 1, static_cast<std::size_t>((x + 1) * static_cast<double>(columns) / kWide));
    float most = 0;
    for (std::size_t column = from; column < std::min(to, columns); ++column)
      most = std::max(most, map.values[column * rows + row]);
    sheet.box(kMargin + kNames + x, y, 1, kRow - 4, heat_colour(static_cast<double>(most)));
  }
  sheet.text(kMargin, y + 13, shortened(map.rows[row], 28), kInk);
}

}  // namespace

std::string heat_png(const HeatMap& map) {
  const double left = kMargin + kNames, height = static_cast<double>(map.rows.size()) * kRow;
  Sheet sheet(left + kWide + kMargin, kTop + height + kBelow);
  sheet.text(kMargin, 26, shortened(map.title, 140), kInk);
  sheet.text(kMargin, 46, shortened(map.note, 160), kSoft);
  for (std::size_t row = 0; row < map.rows.size(); ++row)
    draw_row(sheet, map, row, kTop + static_cast<double>(row) * kRow);
  const double pixels = kWide / std::max(map.seconds, 1e-9);
  for (const HeatMap::Mark& mark : map.marks)
    sheet.frame(left + mark.start_seconds * pixels, kTop + static_cast<double>(mark.row) * kRow - 1,
                std::max(2.0, (mark.end_seconds - mark.start_seconds) * pixels), kRow - 3, kEvent);
  for (double tick = 0; tick <= map.seconds; tick += tick_of(map.seconds)) {
    sheet.box(left + tick * pixels, kTop + height, 1, 5, kSoft);
    sheet.text(left + tick * pixels, kTop + height + 20,
               tick == std::floor(tick) ? minutes_of(tick) : fmt::format("{:.1f}", tick), kSoft);
  }
  return sheet.png();
}

std::string heat_page(const HeatMap& map) {
  nlohmann::ordered_json data{
      {"seconds", map.seconds}, {"rows", map.rows}, {"values", nlohmann::ordered_json::array()}};
  for (const float value : map.values) data["values"].push_back(std::lround(std::clamp(value, 0.0F, 1.0F) * 100));
  data["events"] = nlohmann::ordered_json::array();
  for (const HeatMap::Mark& mark : map.marks)
    data["events"].push_back(
        {{"row", mark.row}, {"start", mark.start_seconds}, {"end", mark.end_seconds}, {"likelihood", mark.likelihood}});
  return scripted_page(map.title, "<p>" + escaped(map.note) + "</p><div id=\"heat\"></div>", data,
                       carried_file("web/report/heat.js"));
}

}  // namespace hearken::eval

// The plot as a picture, laid out as the SVG is; drawn by Cairo.
#include <cairo.h>
#include <fmt/format.h>

#include <memory>
#include <numbers>

#include "eval/drawing/plot.h"
#include "hearken/error.h"

namespace hearken::eval {
namespace {

constexpr std::uint32_t kInk = 0x222222, kSoft = 0x555555, kLine = 0xCCCCCC, kWhite = 0xFFFFFF;

// A page of pixels, white at first. Places are in pixels from the upper left corner.
class Sheet {
 public:
  Sheet(double width, double height)
      : surface_(cairo_image_surface_create(CAIRO_FORMAT_RGB24, static_cast<int>(width), static_cast<int>(height)),
                 cairo_surface_destroy),
        pen_(cairo_create(surface_.get()), cairo_destroy) {
    take(kWhite);
    cairo_paint(pen_.get());
    cairo_select_font_face(pen_.get(), "sans-serif", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(pen_.get(), 13);
  }

  void frame(double x, double y, double width, double height) {
    take(kLine);
    cairo_set_line_width(pen_.get(), 1);
    cairo_rectangle(pen_.get(), x + 0.5, y + 0.5, width, height);
    cairo_stroke(pen_.get());
  }

  void marker(Shape shape, double x, double y, double r, std::uint32_t colour) {
    outline(shape, x, y, r);
    take(shape == Shape::ring ? kWhite : colour);
    cairo_fill_preserve(pen_.get());
    if (shape == Shape::ring) {
      take(colour);
      cairo_set_line_width(pen_.get(), 2.5);
    } else {
      cairo_set_source_rgba(pen_.get(), 0, 0, 0, 0.35);  // so that light colours stand out
      cairo_set_line_width(pen_.get(), 0.8);
    }
    cairo_stroke(pen_.get());
  }

  // On the base line y; returns where it ends.
  double text(double x, double y, const std::string& words, std::uint32_t colour) {
    take(colour);
    cairo_move_to(pen_.get(), x, y);
    cairo_show_text(pen_.get(), words.c_str());
    return x + width(words);
  }

  // Turned by a quarter to the left, its middle at y.
  void text_upwards(double x, double y, const std::string& words, std::uint32_t colour) {
    cairo_save(pen_.get());
    cairo_translate(pen_.get(), x, y + width(words) / 2);
    cairo_rotate(pen_.get(), -std::numbers::pi / 2);
    text(0, 0, words, colour);
    cairo_restore(pen_.get());
  }

  double width(const std::string& words) const {
    cairo_text_extents_t extents;
    cairo_text_extents(pen_.get(), words.c_str(), &extents);
    return extents.x_advance;
  }

  std::string png() const {
    std::string out;
    const auto add = [](void* bytes, const unsigned char* data, unsigned int size) {
      static_cast<std::string*>(bytes)->append(reinterpret_cast<const char*>(data), size);
      return CAIRO_STATUS_SUCCESS;
    };
    cairo_status_t status = cairo_status(pen_.get());
    if (status == CAIRO_STATUS_SUCCESS) status = cairo_surface_write_to_png_stream(surface_.get(), add, &out);
    if (status != CAIRO_STATUS_SUCCESS)
      throw Error(ErrorCode::internal,
                  fmt::format("the picture could not be drawn: {}", cairo_status_to_string(status)));
    return out;
  }

 private:
  void take(std::uint32_t colour) {
    cairo_set_source_rgb(pen_.get(), (colour >> 16 & 0xFF) / 255.0, (colour >> 8 & 0xFF) / 255.0,
                         (colour & 0xFF) / 255.0);
  }

  void outline(Shape shape, double x, double y, double r) {
    cairo_t* const pen = pen_.get();
    cairo_new_path(pen);
    switch (shape) {
      case Shape::square: cairo_rectangle(pen, x - r * 0.88, y - r * 0.88, r * 1.76, r * 1.76); break;
      case Shape::triangle:
        cairo_move_to(pen, x, y - r * 1.2);
        cairo_line_to(pen, x + r * 1.1, y + r * 0.8);
        cairo_line_to(pen, x - r * 1.1, y + r * 0.8);
        break;
      case Shape::diamond:
        cairo_move_to(pen, x, y - r * 1.25);
        cairo_line_to(pen, x + r * 1.25, y);
        cairo_line_to(pen, x, y + r * 1.25);
        cairo_line_to(pen, x - r * 1.25, y);
        break;
      default: cairo_arc(pen, x, y, r, 0, 2 * std::numbers::pi);
    }
    cairo_close_path(pen);
  }

  std::unique_ptr<cairo_surface_t, decltype(&cairo_surface_destroy)> surface_;
  std::unique_ptr<cairo_t, decltype(&cairo_destroy)> pen_;
};

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

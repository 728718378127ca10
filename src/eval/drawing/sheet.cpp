// Cairo's calls.
#include "eval/drawing/sheet.h"

#include <fmt/format.h>

#include <numbers>

#include "hearken/error.h"

namespace hearken::eval {

Sheet::Sheet(double width, double height)
    : surface_(cairo_image_surface_create(CAIRO_FORMAT_RGB24, static_cast<int>(width), static_cast<int>(height)),
               cairo_surface_destroy),
      pen_(cairo_create(surface_.get()), cairo_destroy) {
  take(kWhite);
  cairo_paint(pen_.get());
  cairo_select_font_face(pen_.get(), "sans-serif", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
  cairo_set_font_size(pen_.get(), 13);
}

void Sheet::frame(double x, double y, double width, double height, std::uint32_t colour) {
  take(colour);
  cairo_set_line_width(pen_.get(), 1);
  cairo_rectangle(pen_.get(), x + 0.5, y + 0.5, width, height);
  cairo_stroke(pen_.get());
}

void Sheet::box(double x, double y, double width, double height, std::uint32_t colour) {
  take(colour);
  cairo_rectangle(pen_.get(), x, y, width, height);
  cairo_fill(pen_.get());
}

void Sheet::marker(Shape shape, double x, double y, double r, std::uint32_t colour) {
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

double Sheet::text(double x, double y, const std::string& words, std::uint32_t colour) {
  take(colour);
  cairo_move_to(pen_.get(), x, y);
  cairo_show_text(pen_.get(), words.c_str());
  return x + width(words);
}

void Sheet::text_upwards(double x, double y, const std::string& words, std::uint32_t colour) {
  cairo_save(pen_.get());
  cairo_translate(pen_.get(), x, y + width(words) / 2);
  cairo_rotate(pen_.get(), -std::numbers::pi / 2);
  text(0, 0, words, colour);
  cairo_restore(pen_.get());
}

double Sheet::width(const std::string& words) const {
  cairo_text_extents_t extents;
  cairo_text_extents(pen_.get(), words.c_str(), &extents);
  return extents.x_advance;
}

std::string Sheet::png() const {
  std::string out;
  const auto add = [](void* bytes, const unsigned char* data, unsigned int size) {
    static_cast<std::string*>(bytes)->append(reinterpret_cast<const char*>(data), size);
    return CAIRO_STATUS_SUCCESS;
  };
  cairo_status_t status = cairo_status(pen_.get());
  if (status == CAIRO_STATUS_SUCCESS) status = cairo_surface_write_to_png_stream(surface_.get(), add, &out);
  if (status != CAIRO_STATUS_SUCCESS)
    throw Error(ErrorCode::internal, fmt::format("the picture could not be drawn: {}", cairo_status_to_string(status)));
  return out;
}

void Sheet::take(std::uint32_t colour) {
  cairo_set_source_rgb(pen_.get(), (colour >> 16 & 0xFF) / 255.0, (colour >> 8 & 0xFF) / 255.0,
                       (colour & 0xFF) / 255.0);
}

void Sheet::outline(Shape shape, double x, double y, double r) {
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

}  // namespace hearken::eval

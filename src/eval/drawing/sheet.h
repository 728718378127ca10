// A page of pixels on which pictures are drawn, by Cairo.
#pragma once

#include <cairo.h>

#include <cstdint>
#include <memory>
#include <string>

#include "eval/drawing/plot.h"

namespace hearken::eval {

inline constexpr std::uint32_t kInk = 0x222222, kSoft = 0x555555, kLine = 0xCCCCCC, kWhite = 0xFFFFFF;

/// White at first. Places are in pixels from the upper left corner, colours 0xRRGGBB.
class Sheet {
 public:
  Sheet(double width, double height);

  void frame(double x, double y, double width, double height, std::uint32_t colour = kLine);
  void box(double x, double y, double width, double height, std::uint32_t colour);
  void marker(Shape shape, double x, double y, double r, std::uint32_t colour);
  /// On the base line y; returns where it ends.
  double text(double x, double y, const std::string& words, std::uint32_t colour);
  /// Turned by a quarter to the left, its middle at y.
  void text_upwards(double x, double y, const std::string& words, std::uint32_t colour);
  double width(const std::string& words) const;

  /// Throws Error(internal) when there is no memory for it.
  std::string png() const;

 private:
  void take(std::uint32_t colour);
  void outline(Shape shape, double x, double y, double r);

  std::unique_ptr<cairo_surface_t, decltype(&cairo_surface_destroy)> surface_;
  std::unique_ptr<cairo_t, decltype(&cairo_destroy)> pen_;
};

}  // namespace hearken::eval

// A picture of pixels: markers and letters with soft edges, and the PNG of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "eval/drawing/plot.h"

namespace hearken::eval {

/// 24 bits of colour, white at first. Colours are 0xRRGGBB, places in pixels from the upper left corner.
class Raster {
 public:
  Raster(std::size_t width, std::size_t height) : width_(width), height_(height), bytes_(width * height * 3, 255) {}

  /// Mixes the colour into a pixel, `coverage` 0 to 1; outside nothing happens.
  void mix(long x, long y, std::uint32_t colour, double coverage);
  void frame(long x, long y, long width, long height, std::uint32_t colour);
  void marker(Shape shape, double x, double y, double radius, std::uint32_t colour);
  /// Letters on the base line y; `upwards` turns them by a quarter to the left. What is no Latin letter is a '?'.
  void text(long x, long y, std::string_view utf8, std::uint32_t colour, bool upwards = false);
  static long text_width(std::string_view utf8);

  /// The file's bytes (PNG, third edition, W3C 2025).
  std::string png() const;

 private:
  std::size_t width_, height_;
  std::vector<std::uint8_t> bytes_;
};

}  // namespace hearken::eval

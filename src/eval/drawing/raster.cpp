// Coverage from four by four samples in a pixel; letters from their table.
#include "eval/drawing/raster.h"

#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "core/text.h"
#include "eval/drawing/glyphs.h"
#include "hearken/error.h"

namespace hearken::eval {
namespace {

bool inside(Shape shape, double x, double y, double r) {
  switch (shape) {
    case Shape::square: return std::max(std::abs(x), std::abs(y)) <= r * 0.88;
    case Shape::triangle: return y <= r * 0.8 && std::abs(x) <= (y + r * 1.2) / 2 * 1.1;
    case Shape::diamond: return std::abs(x) + std::abs(y) <= r * 1.25;
    case Shape::ring: return std::hypot(x, y) <= r && std::hypot(x, y) >= r - 2.5;
    default: return std::hypot(x, y) <= r;
  }
}

const Glyph& glyph_of(std::uint32_t code) {
  const auto* const found = std::lower_bound(std::begin(kGlyphs), std::end(kGlyphs), code,
                                             [](const Glyph& g, std::uint32_t c) { return g.code < c; });
  return found != std::end(kGlyphs) && found->code == code ? *found : kGlyphs[U'?' - U' '];
}

template <class Each>
void for_each_glyph(std::string_view utf8, const Each& each) {
  while (!utf8.empty()) {
    const CodePoint c = first_code_point(utf8);
    each(glyph_of(c.value));
    utf8.remove_prefix(c.length);
  }
}

std::string big_endian(std::uint32_t value) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xFF);
  return out;
}

std::string chunk(const std::string& type, const std::string& data) {
  const std::string body = type + data;
  const auto sum = crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size()));
  return big_endian(static_cast<std::uint32_t>(data.size())) + body + big_endian(static_cast<std::uint32_t>(sum));
}

}  // namespace

void Raster::mix(long x, long y, std::uint32_t colour, double coverage) {
  if (x < 0 || y < 0 || x >= static_cast<long>(width_) || y >= static_cast<long>(height_)) return;
  std::uint8_t* const pixel = &bytes_[(static_cast<std::size_t>(y) * width_ + static_cast<std::size_t>(x)) * 3];
  for (int i = 0; i < 3; ++i) {
    const double wanted = colour >> (16 - 8 * i) & 0xFF, was = pixel[i];
    pixel[i] = static_cast<std::uint8_t>(std::lround(was + (wanted - was) * coverage));
  }
}

void Raster::frame(long x, long y, long width, long height, std::uint32_t colour) {
  for (long i = 0; i <= width; ++i) mix(x + i, y, colour, 1), mix(x + i, y + height, colour, 1);
  for (long i = 1; i < height; ++i) mix(x, y + i, colour, 1), mix(x + width, y + i, colour, 1);
}

void Raster::marker(Shape shape, double x, double y, double radius, std::uint32_t colour) {
  constexpr int kSamples = 4;
  constexpr double kEdge = 0.8;  // of black around it, so that light colours stand out
  const auto reach = static_cast<long>(std::ceil(radius * 1.3 + kEdge));
  const auto left = static_cast<long>(std::floor(x)), top = static_cast<long>(std::floor(y));
  for (long py = top - reach; py <= top + reach; ++py)
    for (long px = left - reach; px <= left + reach; ++px) {
      int within = 0, around = 0;
      for (int s = 0; s < kSamples * kSamples; ++s) {
        const double dx = static_cast<double>(px) + (s % kSamples + 0.5) / kSamples - x;
        const double dy = static_cast<double>(py) + (s / kSamples + 0.5) / kSamples - y;
        within += inside(shape, dx, dy, radius) ? 1 : 0;
        around += inside(shape, dx, dy, radius + kEdge) ? 1 : 0;
      }
      constexpr double kAll = kSamples * kSamples;
      if (shape != Shape::ring) mix(px, py, 0, 0.35 * (around - within) / kAll);
      mix(px, py, colour, within / kAll);
    }
}

void Raster::text(long x, long y, std::string_view utf8, std::uint32_t colour, bool upwards) {
  constexpr long kBaseline = 13;
  constexpr double kFull = 15;
  for_each_glyph(utf8, [&](const Glyph& glyph) {
    for (long row = 0; row < kGlyphHeight; ++row)
      for (long column = 0; column < glyph.width; ++column) {
        const char digit = glyph.coverage[row * glyph.width + column];
        const double coverage = (digit <= '9' ? digit - '0' : digit - 'a' + 10) / kFull;
        if (upwards)
          mix(x + row - kBaseline, y - column, colour, coverage);
        else
          mix(x + column, y + row - kBaseline, colour, coverage);
      }
    (upwards ? y : x) += upwards ? -glyph.width : glyph.width;
  });
}

long Raster::text_width(std::string_view utf8) {
  long width = 0;
  for_each_glyph(utf8, [&](const Glyph& glyph) { width += glyph.width; });
  return width;
}

std::string Raster::png() const {
  std::string lines;
  lines.reserve(bytes_.size() + height_);
  for (std::size_t y = 0; y < height_; ++y) {
    lines += '\0';  // no filter
    lines.append(reinterpret_cast<const char*>(&bytes_[y * width_ * 3]), width_ * 3);
  }
  uLongf size = compressBound(static_cast<uLong>(lines.size()));
  std::string packed(size, '\0');
  if (compress2(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(lines.data()),
                static_cast<uLong>(lines.size()), Z_BEST_COMPRESSION) != Z_OK)
    throw Error(ErrorCode::internal, "a picture could not be packed");
  packed.resize(size);
  std::string head = big_endian(static_cast<std::uint32_t>(width_)) + big_endian(static_cast<std::uint32_t>(height_));
  for (const int field : {8, 2, 0, 0, 0})
    head += static_cast<char>(field);  // bits, colours, and the only ways there are
  return "\x89PNG\r\n\x1a\n" + chunk("IHDR", head) + chunk("IDAT", packed) + chunk("IEND", "");
}

}  // namespace hearken::eval

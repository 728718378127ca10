"""Writes src/eval/drawing/glyphs.h: the letters that PNG drawings use, DejaVu Sans at 13 pixels. pip install pillow."""
import pathlib
import sys

from PIL import Image, ImageDraw, ImageFont

HEIGHT, BASELINE, SIZE = 17, 13, 13
font = ImageFont.truetype(sys.argv[1] if len(sys.argv) > 1 else "DejaVuSans.ttf", SIZE)
glyphs = []
for code in [*range(0x20, 0x7F), *range(0xA0, 0x100), 0x2013, 0x2014, 0x2026]:
    text = chr(code)
    width = max(1, round(font.getlength(text)))
    image = Image.new("L", (width, HEIGHT))
    ImageDraw.Draw(image).text((0, BASELINE), text, 255, font, anchor="ls")
    glyphs.append((code, width, [round(image.getpixel((x, y)) / 255 * 15) for y in range(HEIGHT) for x in range(width)]))

lines = ["// Written by tools/glyphs.py: DejaVu Sans at 13 pixels, a hexadecimal digit of coverage for each pixel, row by row.",
         "#pragma once", "", "namespace hearken::eval {", "",
         f"inline constexpr int kGlyphHeight = {HEIGHT};", "",
         "struct Glyph {", "  char32_t code;", "  int width;", "  const char* coverage;  // [kGlyphHeight][width]", "};", "",
         "inline constexpr Glyph kGlyphs[] = {"]
for code, width, pixels in glyphs:
    lines.append(f'    {{0x{code:X}, {width}, "{"".join("%x" % p for p in pixels)}"}},')
lines += ["};", "", "}  // namespace hearken::eval"]
(pathlib.Path(__file__).parent.parent / "src/eval/drawing/glyphs.h").write_text("\n".join(lines) + "\n")

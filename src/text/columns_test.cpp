// Widths of the scripts that titles come in, and cutting them.
#include "text/columns.h"

#include <gtest/gtest.h>

namespace hearken::text {
namespace {

TEST(Columns, OfScripts) {
  EXPECT_EQ(columns(""), 0U);
  EXPECT_EQ(columns("calm piano"), 10U);
  EXPECT_EQ(columns("Für Élise — …"), 13U);
  EXPECT_EQ(columns("E\xCC\x81lise"), 5U);  // a combining accent
  EXPECT_EQ(columns("雨の音"), 6U);
  EXPECT_EQ(columns("🎵"), 2U);
  EXPECT_EQ(columns("a\xFF"
                    "b"),
            3U);
}

TEST(Columns, CutKeepsWhatFits) {
  EXPECT_EQ(cut_to("calm piano", 10), "calm piano");
  EXPECT_EQ(cut_to("calm piano", 9), "calm pia…");
  EXPECT_EQ(cut_to("calm piano", 6), "calm…");  // no space before the dots
  EXPECT_EQ(cut_to("calm piano", 1), "…");
  EXPECT_EQ(cut_to("calm piano", 0), "");
  EXPECT_EQ(cut_to("", 0), "");
  EXPECT_EQ(cut_to("雨の音", 6), "雨の音");
  EXPECT_EQ(cut_to("雨の音", 5), "雨の…");
  EXPECT_EQ(cut_to("雨の音", 4), "雨…");  // half a character is none
  EXPECT_EQ(cut_to("abE\xCC\x81lise", 4), "abE\xCC\x81…");
}

TEST(Columns, CutIsNeverWider) {
  const std::string text = "Ave Maria — 雨の音 🎵 E\xCC\x81lise   x";
  for (std::size_t width = 0; width < 40; ++width) EXPECT_LE(columns(cut_to(text, width)), width) << width;
}

}  // namespace
}  // namespace hearken::text

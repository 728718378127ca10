// Cells by RFC 4180's own examples, and titles that would break a row.
#include "core/files/csv.h"

#include <gtest/gtest.h>

namespace hearken {
namespace {

TEST(Csv, PlainCellsStayAsTheyAre) {
  for (const char* text : {"", "aaa", "two words", " spaces ", "Für Élise", "a;b", "tab\there", "it's"})
    EXPECT_EQ(csv_cell(text), text);
}

TEST(Csv, WhatWouldBreakARowIsQuoted) {
  EXPECT_EQ(csv_cell("a,b"), "\"a,b\"");
  EXPECT_EQ(csv_cell("b CRLF\r\nbb"), "\"b CRLF\r\nbb\"");
  EXPECT_EQ(csv_cell("\n"), "\"\n\"");
  EXPECT_EQ(csv_cell("a\rb"), "\"a\rb\"");
  EXPECT_EQ(csv_cell("b\"bb"), "\"b\"\"bb\"");
  EXPECT_EQ(csv_cell("\""), "\"\"\"\"");
}

TEST(Csv, WhatASpreadsheetWouldRunBecomesText) {
  for (const char* text : {"=1+1", "+49 x", "-", "@home", "=cmd|' /C calc'!A0", "-2+3", "\t=1", "+", "-inf(1)"})
    EXPECT_EQ(csv_cell(text), std::string("'") + text);
  EXPECT_EQ(csv_cell("\r"), "\"'\r\"");
  EXPECT_EQ(csv_cell("=\"a\",b"), "\"'=\"\"a\"\",b\"");
  for (const char* number : {"-1.5", "+49", "-1e-7", "-0"}) EXPECT_EQ(csv_cell(number), number);
}

}  // namespace
}  // namespace hearken

// Rows by RFC 4180's own examples, what spreadsheets write, and what none should have written.
#include "data/csv.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/files/csv.h"

namespace hearken::data {
namespace {

using namespace std::string_literals;
using Fields = std::vector<std::string>;
using Rows = std::vector<Fields>;

Rows rows(std::string_view bytes) {
  Rows out;
  for (CsvRows reader(bytes, "list.csv"); reader.next();)
    out.emplace_back(reader.fields().begin(), reader.fields().end());
  return out;
}

std::string refusal(std::string_view bytes) {
  try {
    rows(bytes);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::corrupt);
    return error.what();
  }
  return "taken";
}

// What is wrong with the file when its column `name` is read to the end.
std::string table_refusal(std::string_view bytes, std::string_view name) {
  try {
    CsvFile file(bytes, "list.csv");
    const std::size_t column = file.column(name);
    while (file.next()) file.integer(column);
  } catch (const Error& error) {
    return error.what();
  }
  return "taken";
}

TEST(CsvRows, AsTheRfcWritesThem) {
  const Rows two{{"aaa", "bbb", "ccc"}, {"zzz", "yyy", "xxx"}};
  EXPECT_EQ(rows("aaa,bbb,ccc\r\nzzz,yyy,xxx\r\n"), two);
  EXPECT_EQ(rows("aaa,bbb,ccc\nzzz,yyy,xxx"), two);
  EXPECT_EQ(rows("\"aaa\",\"bbb\",\"ccc\"\r\nzzz,yyy,xxx"), two);
  EXPECT_EQ(rows("\xEF\xBB\xBF"
                 "aaa,bbb,ccc\n\n\r\nzzz,yyy,xxx\n\n"),
            two);
  EXPECT_EQ(rows("\"aaa\",\"b\r\nbb\",\"c,\"\"c\"\"\"\nzzz,,"), (Rows{{"aaa", "b\r\nbb", "c,\"c\""}, {"zzz", "", ""}}));
  EXPECT_EQ(rows("\"\",\"\"\"\""), (Rows{{"", "\""}}));
  EXPECT_EQ(rows(" a , b\t\nF\xC3\xBCr Elise,\xE2\x99\xAB"),
            (Rows{{" a ", " b\t"}, {"F\xC3\xBCr Elise", "\xE2\x99\xAB"}}));
  EXPECT_EQ(rows(""), Rows{});
  EXPECT_EQ(rows("\n\n"), Rows{});
}

TEST(CsvRows, WhatIsWrittenIsRead) {
  const Fields odd{"", "a,b", "\"", "\"\"", "line\nline", "a\r\n", " \"x\" ", "a\"", "\"\"\"a", "\xF0\x9F\x8E\xB5,\""};
  std::string line;
  for (const std::string& field : odd) line += (line.empty() ? "x," : ",") + csv_cell(field);
  Fields expected{"x"};
  expected.insert(expected.end(), odd.begin(), odd.end());
  EXPECT_EQ(rows(line + "\n" + line), (Rows{expected, expected}));
}

TEST(CsvRows, LinesAreThoseOfAnEditor) {
  CsvRows reader("a\n\n\"b\nb\"\"\n\",c\r\nd", "list.csv");
  std::vector<std::size_t> lines;
  while (reader.next()) lines.push_back(reader.line());
  EXPECT_EQ(lines, (std::vector<std::size_t>{1, 3, 6}));
}

TEST(CsvRows, WhatIsWrongIsNamedWithItsLine) {
  EXPECT_EQ(refusal("a,b\nc,d\"e\n"),
            "list.csv: line 2: a quotation mark inside a field; put the field into quotation marks and double those "
            "inside");
  EXPECT_EQ(
      refusal("a\n\"b\nb\"c\n"),
      "list.csv: line 3: text behind a quoted field; a comma or the line's end belongs there, and quotation marks "
      "inside a field are doubled");
  EXPECT_EQ(refusal("a\nb,\"c\nd\ne"),
            "list.csv: line 2: a quoted field begins here and never ends: its closing quotation mark is missing");
  EXPECT_EQ(refusal("a\rb\r"), "list.csv: line 1: a carriage return without a line feed; lines end in LF or CRLF");
  EXPECT_EQ(refusal("a\n\"b\"\rc"), "list.csv: line 2: a carriage return without a line feed; lines end in LF or CRLF");
  EXPECT_EQ(refusal("path,title\na.mp3,Chopin Pr\xE9ludes\n"),
            "list.csv: line 2, byte 16: not UTF-8; save the file as UTF-8");
  EXPECT_EQ(refusal("a\n\"\nlong enough, \xFF\"\n"), "list.csv: line 3, byte 14: not UTF-8; save the file as UTF-8");
  EXPECT_EQ(refusal("\xFF\xFE"
                    "a\0,\0"s),
            "list.csv: line 1, byte 1: UTF-16; save the file as UTF-8");
  EXPECT_EQ(refusal("a\0,\0b\0"s), "list.csv: line 1, byte 2: a NUL: this is no text in UTF-8");
  EXPECT_EQ(refusal("12345678\x00"s), "list.csv: line 1, byte 9: a NUL: this is no text in UTF-8");
}

TEST(CsvFile, ColumnsHaveNames) {
  CsvFile file("\xEF\xBB\xBFpath,n,\nx,-5,1.5\ny,7,1e3\n", "list.csv");
  EXPECT_EQ(file.column("n"), 1U);
  EXPECT_EQ(file.find_column("label"), std::nullopt);
  ASSERT_TRUE(file.next());
  EXPECT_EQ(file.field(file.column("path")), "x");
  EXPECT_EQ(file.integer(1), -5);
  EXPECT_EQ(file.number(2), 1.5);
  ASSERT_TRUE(file.next());
  EXPECT_EQ(file.line(), 3U);
  EXPECT_EQ(file.number(2), 1000.0);
  EXPECT_FALSE(file.next());
}

TEST(CsvFile, WhatIsWrongIsNamedWithItsLine) {
  EXPECT_EQ(table_refusal("", "n"), "list.csv: line 1: empty: a row with the names of the columns is missing");
  EXPECT_EQ(table_refusal("a,n,a\n", "n"), "list.csv: line 1: two columns are called 'a'");
  EXPECT_EQ(table_refusal("a, n\n", "n"), "list.csv: line 1: no column 'n'; there are 'a', ' n'");
  EXPECT_EQ(
      table_refusal("a;n\n", "n"),
      "list.csv: line 1: no column 'n'; there are 'a;n', which looks as if columns were separated by semicolons or "
      "tabs: write commas");
  EXPECT_EQ(table_refusal("a,n\nx,1\n\"a\nb\",2\ny\n", "n"), "list.csv: line 5: 1 field where the header has 2");
  EXPECT_EQ(table_refusal("a,n\nx,1,\n", "n"), "list.csv: line 2: 3 fields where the header has 2");
  for (const char* odd : {"", "x", " 1", "1.5", "99999999999999999999"})
    EXPECT_EQ(table_refusal("n\n0\n\""s + odd + "\"\n", "n"),
              "list.csv: line 3: n '"s + odd + "' is not a whole number");
  CsvFile file("x\ninf\n", "list.csv");
  ASSERT_TRUE(file.next());
  EXPECT_THROW(file.number(0), Error);
}

TEST(CsvFile, OfADiskNamesTheFile) {
  try {
    CsvFile file("/nowhere/list.csv");
    FAIL() << "there is no such file";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::not_found);
    EXPECT_NE(std::string(error.what()).find("/nowhere/list.csv"), std::string::npos);
  }
}

}  // namespace
}  // namespace hearken::data

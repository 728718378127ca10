// What editors write, and what no editor should have written.
#include "text/lines.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "core/testing/temp_folder.h"

namespace hearken::text {
namespace {

using namespace std::string_literals;

std::vector<std::string> texts(std::string_view bytes) {
  std::vector<std::string> out;
  for (const Line& line : lines_of(bytes, "list.txt")) out.push_back(line.text);
  return out;
}

std::string refusal(std::string_view bytes) {
  try {
    lines_of(bytes, "list.txt");
  } catch (const Error& error) {
    return error.what();
  }
  return "taken";
}

using Texts = std::vector<std::string>;

TEST(Lines, AsEditorsWriteThem) {
  EXPECT_EQ(texts("calm piano\nrain\n"), (Texts{"calm piano", "rain"}));
  EXPECT_EQ(texts("calm piano\nrain"), (Texts{"calm piano", "rain"}));
  EXPECT_EQ(texts("\xEF\xBB\xBF"
                  "calm piano\r\nrain\r\n"),
            (Texts{"calm piano", "rain"}));
  EXPECT_EQ(texts("\n\n  \t\n\r\ncalm piano  \n\t rain\t \n"), (Texts{"calm piano", "rain"}));
  EXPECT_EQ(texts("# moods\ncalm\n  # more\nsad # not a comment\n"), (Texts{"calm", "sad # not a comment"}));
  EXPECT_EQ(texts("Für Élise\n雨の音\n🎵\n"), (Texts{"Für Élise", "雨の音", "🎵"}));
  EXPECT_EQ(texts(""), Texts{});
  EXPECT_EQ(texts("\xEF\xBB\xBF"), Texts{});
  EXPECT_EQ(texts("# nothing\n\n"), Texts{});
}

TEST(Lines, AreNumberedAsAnEditorCounts) {
  const auto lines = lines_of("# a\n\nb\r\n\nc", "list.txt");
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0].number, 3U);
  EXPECT_EQ(lines[1].number, 5U);
}

TEST(Lines, WhatIsNoTextIsRefusedWithItsPlace) {
  EXPECT_EQ(refusal("calm\nF\xFCr Elise\n"), "list.txt: line 2, byte 2: not UTF-8; save the file as UTF-8");
  EXPECT_EQ(refusal("a\n\nb\xC3"), "list.txt: line 3, byte 2: not UTF-8; save the file as UTF-8");
  EXPECT_EQ(refusal("\xED\xA0\x80"), "list.txt: line 1, byte 1: not UTF-8; save the file as UTF-8");  // a surrogate
  EXPECT_EQ(refusal("# also in a comment \xFF\n"), "list.txt: line 1, byte 21: not UTF-8; save the file as UTF-8");
  EXPECT_EQ(refusal("\xFF\xFE"
                    "c\0a\0"s),
            "list.txt: line 1, byte 1: UTF-16; save the file as UTF-8");
  EXPECT_EQ(refusal("a\0b\n"s), "list.txt: line 1, byte 2: a control character: \\x00");
  EXPECT_EQ(refusal("a\x1b[31mb\n"), "list.txt: line 1, byte 2: a control character: \\x1b");
  EXPECT_EQ(refusal("old Mac\rlines\r"), "list.txt: line 1, byte 8: a control character: \\x0d");
  EXPECT_EQ(refusal("a\xC2\x85"), "list.txt: line 1, byte 2: a control character: \\xc2\\x85");
}

TEST(Lines, HaveLimits) {
  EXPECT_EQ(texts(std::string(kLongestLine, 'a')).size(), 1U);
  EXPECT_EQ(refusal("b\n" + std::string(kLongestLine + 1, 'a')), "list.txt: line 2: longer than 4096 bytes");
  EXPECT_EQ(refusal(std::string(kLongestList + 1, '\n')),
            "list.txt: more than 4 MiB: too long for a list, one entry a line");
}

TEST(Lines, FilesAreReadWholeOrRefused) {
  const TempFolder folder;
  const auto path = folder / "list.txt";
  std::ofstream(path) << std::string(200'000, 'x');
  EXPECT_EQ(read_list(path).size(), 200'000U);
  std::ofstream(path) << std::string(kLongestList + 1, 'x');
  EXPECT_THROW(
      {
        try {
          read_list(path);
        } catch (const Error& error) {
          EXPECT_EQ(error.code(), ErrorCode::unsupported);
          throw;
        }
      },
      Error);
  try {
    read_list(folder / "none.txt");
    ADD_FAILURE() << "read a file that is not there";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::not_found);
    EXPECT_EQ(error.what(), (folder / "none.txt").native() + ": cannot open: No such file or directory");
  }
  try {
    read_list(folder.path());
    ADD_FAILURE() << "read a folder";
  } catch (const Error& error) {
    EXPECT_EQ(error.what(), folder.path().native() + ": cannot read: Is a directory");
  }
}

}  // namespace
}  // namespace hearken::text

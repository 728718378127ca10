// What is equal without regard to case, and what is not.
#include "text/tokenizer/fold.h"

#include <gtest/gtest.h>

#include <string>

namespace hearken::text {
namespace {

TEST(FoldCase, CaseAndEncodingOfAccentsDoNotCount) {
  EXPECT_EQ(fold_case("Jazz & BLUES 42"), "jazz & blues 42");
  EXPECT_EQ(fold_case("BJÖRK"), fold_case("björk"));
  EXPECT_EQ(fold_case("Straße"), fold_case("STRASSE"));
  EXPECT_EQ(fold_case("ΣΊΣΥΦΟΣ"), fold_case("σίσυφος"));
  EXPECT_EQ(fold_case("Чайковский"), fold_case("ЧАЙКОВСКИЙ"));
  EXPECT_EQ(fold_case("caf\u00e9"), fold_case("CAFE\u0301"));  // one code point, and two
  EXPECT_EQ(fold_case(""), "");
  EXPECT_EQ(fold_case("音楽"), "音楽");
}

TEST(FoldCase, AccentsCount) {
  EXPECT_NE(fold_case("café"), fold_case("cafe"));
  EXPECT_EQ(fold_case("café").find(fold_case("cafe")), std::string::npos);
}

TEST(FoldCase, OtherBytesStay) {
  EXPECT_EQ(fold_case("A\xff"
                      "B\xc3"),
            "a\xff"
            "b\xc3");
  EXPECT_EQ(fold_case("É\xe2\x82"
                      "É"),
            "é\xe2\x82"
            "é");
  EXPECT_EQ(fold_case(std::string("A\0B", 3)), std::string("a\0b", 3));
}

TEST(FoldCase, TwiceIsOnce) {
  for (const char* text : {"İstanbul", "ǅ ﬁ ẞ", "E\u0301\u0323\xff", "\u1E9B\u0323"})
    EXPECT_EQ(fold_case(fold_case(text)), fold_case(text)) << text;
}

}  // namespace
}  // namespace hearken::text

// Each tool at its edges: what is none, all bytes, the examples of its standard.
#include "core/text.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <utility>

namespace hearken {
namespace {

const std::string& all_bytes() {
  static const std::string all = [] {
    std::string out;
    for (int c = 0; c < 256; ++c) out += static_cast<char>(c);
    return out;
  }();
  return all;
}

TEST(Text, WhiteSpaceOfAsciiIsTrimmed) {
  EXPECT_EQ(trimmed(" \t\r\n\f\v calm  piano\r\n"), "calm  piano");
  EXPECT_EQ(trimmed("a"), "a");
  EXPECT_EQ(trimmed(""), "");
  EXPECT_EQ(trimmed(" \v "), "");
  EXPECT_EQ(trimmed("\u00A0a\u3000"), "\u00A0a\u3000");  // of Unicode, but not of ASCII
  EXPECT_EQ(trimmed(std::string_view("\0 ", 2)), std::string_view("\0", 1));
}

TEST(Text, BlankIsNothingButWhiteSpaceOfAscii) {
  for (const char* blank : {"", " ", "\t\r\n", "\f\v"}) EXPECT_TRUE(is_blank(blank)) << '"' << blank << '"';
  for (const char* text : {"a", " a ", ".", "\u00A0"}) EXPECT_FALSE(is_blank(text)) << text;
}

TEST(Text, LettersOfAsciiBecomeSmall) {
  EXPECT_EQ(lower_ascii("[PlayList] @AZ`az{"), "[playlist] @az`az{");
  EXPECT_EQ(lower_ascii("\u00C4\u00D6"), "\u00C4\u00D6");
  std::string expected = all_bytes();
  for (std::size_t c = 'A'; c <= 'Z'; ++c) expected[c] = static_cast<char>(c + 32);
  EXPECT_EQ(lower_ascii(all_bytes()), expected);
  static_assert(lower_ascii('Q') == 'q' && lower_ascii('q') == 'q' && lower_ascii('[') == '[');
}

TEST(Text, HexadecimalThereAndBack) {
  EXPECT_EQ(to_hex(""), "");
  EXPECT_EQ(to_hex("\x01\x7f\xff"), "017fff");
  EXPECT_EQ(to_hex(std::array<std::uint8_t, 3>{0, 0xAB, 0xFF}), "00abff");
  EXPECT_EQ(from_hex(to_hex(all_bytes())), all_bytes());
  EXPECT_EQ(from_hex(""), "");
  for (const char* wrong : {"0", "abc", "AB", "0x", "g0", "0 ", "-1"})
    EXPECT_EQ(from_hex(wrong), std::nullopt) << wrong;
}

TEST(Text, Base64IsAsItsStandardSays) {
  const std::pair<const char*, const char*> examples[] = {{"", ""},
                                                          {"f", "Zg=="},
                                                          {"fo", "Zm8="},
                                                          {"foo", "Zm9v"},
                                                          {"foob", "Zm9vYg=="},
                                                          {"fooba", "Zm9vYmE="},
                                                          {"foobar", "Zm9vYmFy"}};  // RFC 4648, 10
  for (const auto& [plain, coded] : examples) {
    EXPECT_EQ(to_base64(plain), coded);
    EXPECT_EQ(from_base64(coded), plain);
  }
  EXPECT_EQ(from_base64(to_base64(all_bytes())), all_bytes());
  EXPECT_EQ(from_base64("Zg"), "f");
  for (const char* wrong : {"Z", "Zm9v!", "Zm 9v", "Zm9vY"}) EXPECT_EQ(from_base64(wrong), std::nullopt) << wrong;
}

TEST(Text, EveryCodePointIsWrittenAndRead) {
  for (std::uint32_t c = 0; c <= 0x10FFFF; ++c) {
    const std::string bytes = to_utf8(c);
    const bool surrogate = c >= 0xD800 && c < 0xE000;
    const CodePoint read = first_code_point(bytes);
    ASSERT_EQ(read.well_formed, !surrogate) << c;
    ASSERT_EQ(read.value, surrogate ? 0xFFFD : c);
    ASSERT_EQ(read.length, surrogate ? 1 : bytes.size()) << c;
  }
  EXPECT_EQ(to_utf8(0x110000), "");
}

TEST(Text, IllFormedIsNoUtf8) {
  for (const char* text : {"", "a", "\u00E9", "\uFFFD", "\U0001F3B5", "piano \u266B"})
    EXPECT_TRUE(is_utf8(text)) << text;
  // Not whole, a continuation alone, too long, a surrogate, beyond U+10FFFF, no first byte at all.
  for (const char* bytes : {"\xC3", "a\xE2\x99", "\xF0\x9F\x8E", "\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80",
                            "\xF0\x80\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF"}) {
    EXPECT_FALSE(is_utf8(bytes)) << to_hex(bytes);
  }
  EXPECT_EQ(first_code_point("\xC3(").length, 1U);
}

TEST(Text, WhatIsNoUtf8IsRepaired) {
  for (const char* good : {"", "abc", "F\xC3\xBCr Elise", "\xEF\xBF\xBE"}) EXPECT_EQ(repaired_utf8(good), good);
  EXPECT_EQ(repaired_utf8("a\xFF"
                          "b"),
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(repaired_utf8("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_TRUE(is_utf8(repaired_utf8("\xC3\x28\xF0\x9F")));
}

}  // namespace
}  // namespace hearken

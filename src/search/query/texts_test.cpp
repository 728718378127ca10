// Lists of texts, and groups of wordings: what they mean, and what is refused with its place.
#include "search/query/texts.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "hearken/error.h"

namespace hearken::search {
namespace {

using Texts = std::vector<std::string>;

Texts names(const std::vector<Question>& questions) {
  Texts out;
  for (const Question& q : questions) out.push_back(q.text);
  return out;
}

template <class Parser>
std::string refusal_of_text(Parser parse, const std::string& bytes) {
  try {
    parse(bytes, "f.txt");
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::corrupt);
    return error.what();
  }
  return "taken";
}

std::string lines(std::size_t count, const std::string& line) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += line + std::to_string(i) + "\n";
  return out;
}

TEST(Texts, OneALine) {
  const auto questions = parse_texts("\xEF\xBB\xBF# moods\r\ncalm piano\r\n\r\n a | b: c \r\n", "f.txt");
  EXPECT_EQ(names(questions), (Texts{"calm piano", "a | b: c"}));
  EXPECT_TRUE(questions[0].wordings.empty() && questions[1].wordings.empty());
}

TEST(Texts, NoneOrTooManyAreRefused) {
  EXPECT_EQ(refusal_of_text(parse_texts, ""), "f.txt: holds no text, one a line");
  EXPECT_EQ(refusal_of_text(parse_texts, "# only this\n\n"), "f.txt: holds no text, one a line");
  EXPECT_EQ(parse_texts(lines(kMostTexts, "t"), "f.txt").size(), kMostTexts);
  EXPECT_EQ(refusal_of_text(parse_texts, "#\n" + lines(kMostTexts + 1, "t")),
            "f.txt: line 10002: more than 10000 texts");
  EXPECT_EQ(refusal_of_text(parse_texts, "a\nb\xFF"), "f.txt: line 2, byte 2: not UTF-8; save the file as UTF-8");
}

TEST(Synonyms, AQuestionALine) {
  const auto questions =
      parse_synonyms("# voices\nfemale vocals: female vocalist | female voice|woman singing\n\nmood :calm\n", "f.txt");
  EXPECT_EQ(names(questions), (Texts{"female vocals", "mood"}));
  EXPECT_EQ(questions[0].wordings, (Texts{"female vocalist", "female voice", "woman singing"}));
  EXPECT_EQ(questions[1].wordings, Texts{"calm"});
}

TEST(Synonyms, OnlyTheFirstColonEndsTheName) {
  const auto questions = parse_synonyms("time: 3:4 | waltz: slow", "f.txt");
  EXPECT_EQ(questions[0].text, "time");
  EXPECT_EQ(questions[0].wordings, (Texts{"3:4", "waltz: slow"}));
}

TEST(Synonyms, WhatMakesNoSenseIsRefusedWithItsLine) {
  const auto said = [](const std::string& bytes) { return refusal_of_text(parse_synonyms, bytes); };
  const std::string example = ", as in 'female vocals: female vocalist | female voice'";
  EXPECT_EQ(said("a: b\n\nfemale voice | woman\n"), "f.txt: line 3: no ':' behind the question's name" + example);
  EXPECT_EQ(said(": b"), "f.txt: line 1: no name before the ':'" + example);
  EXPECT_EQ(said("a:"), "f.txt: line 1: wording 1 of 'a' is empty");
  EXPECT_EQ(said("a: b |"), "f.txt: line 1: wording 2 of 'a' is empty");
  EXPECT_EQ(said("a: b || c"), "f.txt: line 1: wording 2 of 'a' is empty");
  EXPECT_EQ(said("a: | b"), "f.txt: line 1: wording 1 of 'a' is empty");
  EXPECT_EQ(said("a: b | c | b"), "f.txt: line 1: wording 3 of 'a' stands there already: 'b'");
  EXPECT_EQ(said("a: b\n# x\na : c"), "f.txt: line 3: 'a' is on line 1 already");
  EXPECT_EQ(said("# a: b\n"),
            "f.txt: holds no question, one a line as in 'female vocals: female vocalist | female voice'");
  EXPECT_EQ(said("a\tb: c |\n"), "f.txt: line 1: wording 2 of 'a\\x09b' is empty");
}

TEST(Synonyms, HaveALimit) {
  std::string bytes;
  for (std::size_t i = 0; i <= kMostTexts / 2; ++i) bytes += "q" + std::to_string(i) + ": a | b\n";
  EXPECT_EQ(refusal_of_text(parse_synonyms, bytes), "f.txt: line 5001: more than 10000 wordings");
}

}  // namespace
}  // namespace hearken::search

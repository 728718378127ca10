// Which other wordings a query has, and that the groups are fit to be looked up.
#include "search/query/wordings.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "search/query/text_query.h"

namespace hearken::search {
namespace {

bool has(const std::vector<std::string>& texts, const char* text) { return std::ranges::count(texts, text) == 1; }

TEST(Wordings, OneOfTheTextIsReplaced) {
  const auto others = other_wordings("Sad Female Voice, slow");
  EXPECT_TRUE(has(others, "melancholy Female Voice, slow"));
  EXPECT_TRUE(has(others, "Sad female vocalist, slow"));
  EXPECT_TRUE(has(others, "Sad Female Voice, ballad"));
  EXPECT_FALSE(has(others, "Sad Female Voice, slow"));
  // "voice" and "male voice" are wordings too, but lie within a longer one.
  EXPECT_FALSE(has(others, "Sad Female singing, slow"));
  for (const std::string& text : others) EXPECT_EQ(text.find("female male"), std::string::npos) << text;
}

TEST(Wordings, OnlyWholeWords) {
  EXPECT_TRUE(other_wordings("sadness").empty());
  EXPECT_TRUE(other_wordings("rocket").empty());
  EXPECT_TRUE(other_wordings("ésad").empty());
  EXPECT_TRUE(other_wordings("").empty());
  EXPECT_TRUE(has(other_wordings("(sad)"), "(mournful)"));
}

TEST(Wordings, GroupsAreSmallLettersAndEachWordingIsInOne) {
  std::set<std::string_view> seen;
  EXPECT_GE(wording_groups().size(), 70U);
  for (const auto& group : wording_groups()) {
    EXPECT_GE(group.size(), 3U);
    for (const std::string_view wording : group) {
      EXPECT_TRUE(seen.insert(wording).second) << wording;
      EXPECT_TRUE(std::ranges::all_of(wording, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == ' ' || c == '-';
      })) << wording;
      EXPECT_EQ(other_wordings(wording).size(), group.size() - 1) << wording;
    }
  }
}

TEST(Templates, TheDescriptionStandsInEach) {
  const auto sentences = in_templates("a {} dog");
  ASSERT_EQ(sentences.size(), kTemplates.size());
  EXPECT_EQ(sentences[0], "a {} dog");
  EXPECT_TRUE(has(sentences, "This is a sound of a {} dog."));
  for (const std::string_view sentence : kTemplates) {
    const std::size_t gap = sentence.find("{}");
    ASSERT_NE(gap, std::string_view::npos);
    EXPECT_EQ(sentence.find("{}", gap + 2), std::string_view::npos) << sentence;
  }
}

}  // namespace
}  // namespace hearken::search

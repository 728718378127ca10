// A category by all its words, a subcategory where it is likely and stands out, a category's own label otherwise.
#include "tasks/tags/one_name.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "data/label_file.h"

namespace hearken::tasks {
namespace {

constexpr const char* kSet =
    "{}\n"
    "ANIMALS > ANIMALS-DOG [DOG]: dog | puppy\n"
    "ANIMALS > ANIMALS-FARM [FARM]: cow | sheep\n"
    "ANIMALS > ANIMALS-MISC [MISC]: animals\n"
    "SWOOSHES > SWOOSHES-SWISH [SWSH]: swish\n"
    "SWOOSHES > SWOOSHES-WHOOSH [WHSH]: whoosh\n"
    "CREATURES > CREATURES-BEAST [BEAST]:\n";

struct Heard {
  double likelihood, probability;
};

// The name of a sound in which these words are heard, and nothing else; " " for none. A score is as good as a
// likelihood.
std::string name(const std::map<std::string, Heard>& heard, LabelScore* found = nullptr) {
  const LabelSet set = data::parse_labels(kSet, "l.txt");
  const OneName one(set);
  std::vector<LabelScore> scores;
  for (const Label& word : one.asked().labels) {
    const auto at = heard.find(word.wordings.at(0));
    const Heard h = at == heard.end() ? Heard{0.01, 0} : at->second;
    scores.push_back({word.name, h.likelihood, h.probability, h.probability, false, h.likelihood});
  }
  const auto out = one(scores);
  if (out && found != nullptr) *found = *out;
  return out ? out->label : " ";
}

TEST(OneName, IsAskedOfSetsOfCodesAlone) {
  EXPECT_TRUE(gives_one_name(label_set("ucs")));
  for (const std::string& other : label_set_names()) EXPECT_EQ(gives_one_name(label_set(other)), other == "ucs");
  EXPECT_FALSE(gives_one_name(labels_in("rain, dog")));
}

TEST(OneName, TakesEachWordByItself) {
  const LabelSet set = data::parse_labels(kSet, "l.txt");
  const OneName one(set);
  ASSERT_EQ(one.asked().labels.size(), 7U);  // no model is asked for a beast
  for (const Label& word : one.asked().labels) EXPECT_EQ(word.wordings.size(), 1U);
}

TEST(OneName, IsTheSubcategoryThatStandsOut) {
  LabelScore found;
  EXPECT_EQ(name({{"dog", {0.9, 0.5}}, {"puppy", {0.8, 0.2}}, {"cow", {0.75, 0.2}}}, &found), "ANIMALS-DOG");
  EXPECT_DOUBLE_EQ(found.likelihood, 0.9);
  EXPECT_DOUBLE_EQ(found.probability, 0.7);
  EXPECT_EQ(name({{"sheep", {0.9, 0.9}}}), "ANIMALS-FARM");
}

TEST(OneName, IsTheCategoryWhereNoneDoes) {
  LabelScore found;
  EXPECT_EQ(name({{"dog", {0.9, 0.3}}, {"cow", {0.9, 0.2}}, {"animals", {0.8, 0.2}}}, &found), "ANIMALS-MISC");
  EXPECT_DOUBLE_EQ(found.likelihood, 0.9);
  EXPECT_DOUBLE_EQ(found.probability, 0.7);
  EXPECT_EQ(name({{"animals", {0.9, 0.3}}, {"dog", {0.5, 0.6}}}), "ANIMALS-MISC");  // a dog is not likely
}

TEST(OneName, IsOfTheCategoryWhoseWordsAreLikelyTogether) {
  EXPECT_EQ(name({{"swish", {0.95, 0.35}}, {"dog", {0.9, 0.3}}, {"puppy", {0.9, 0.3}}}), "ANIMALS-DOG");
}

TEST(OneName, IsNoneWhereNothingIsLikelyOrACategoryHasNoLabel) {
  EXPECT_EQ(name({{"dog", {0.69, 0.9}}}), " ");
  EXPECT_EQ(name({{"swish", {0.9, 0.4}}, {"whoosh", {0.9, 0.4}}}), "SWOOSHES-SWISH");  // half of it
  EXPECT_EQ(name({{"swish", {0.6, 0.8}}, {"whoosh", {0.9, 0.1}}}), " ");
  const LabelSet set = data::parse_labels(kSet, "l.txt");
  EXPECT_FALSE(OneName(set)({}));
}

}  // namespace
}  // namespace hearken::tasks

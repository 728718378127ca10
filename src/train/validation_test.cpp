// Recall and loss of clips that are not trained on.
#include "train/validation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace hearken::train {
namespace {

// Unit vectors of the plane.
std::vector<float> at_angles(const std::vector<double>& degrees) {
  std::vector<float> out;
  for (const double a : degrees) {
    out.push_back(static_cast<float>(std::cos(a * M_PI / 180)));
    out.push_back(static_cast<float>(std::sin(a * M_PI / 180)));
  }
  return out;
}

ValidationCaptions different(std::size_t n) {
  ValidationCaptions out;
  for (std::size_t i = 0; i < n; ++i) {
    out.asked.push_back("caption " + std::to_string(i));
    out.of_clip.push_back({out.asked.back()});
  }
  return out;
}

TEST(Validation, DifferentCaptionsAreRightForTheirOwnSoundAlone) {
  const auto right = right_pairs(different(20));
  for (std::size_t i = 0; i < 20; ++i)
    for (std::size_t j = 0; j < 20; ++j) EXPECT_EQ(right[i * 20 + j], i == j ? 1 : 0);
  const Recall random = random_text_to_audio(right, 20);
  EXPECT_NEAR(random.r1, 0.05, 1e-12);
  EXPECT_NEAR(random.r5, 0.25, 1e-12);
  EXPECT_NEAR(random.r10, 0.50, 1e-12);
  EXPECT_EQ(random.median_place, 10);
}

TEST(Validation, EqualCaptionsAreRightForEachOther) {
  const ValidationCaptions captions{{"a dog", "A dog ", "rain", "a dog barks"},
                                    {{"a dog", "a dog barks"}, {"A dog "}, {"rain"}, {"a dog barks", "rain"}}};
  const auto right = right_pairs(captions);
  EXPECT_EQ(right, (std::vector<std::uint8_t>{1, 1, 0, 1,  //
                                              1, 1, 0, 0,  //
                                              0, 0, 1, 0,  //
                                              0, 0, 1, 1}));
  // Of sounds: 3, 2, 1, 2 of four captions are right; of captions: 2, 2, 2, 2 of four sounds.
  EXPECT_DOUBLE_EQ(random_audio_to_text(right, 4).r1, (3 + 2 + 1 + 2) / 16.0);
  EXPECT_DOUBLE_EQ(random_text_to_audio(right, 4).r1, 0.5);
  EXPECT_DOUBLE_EQ(random_text_to_audio(right, 4).r5, 1);
}

TEST(Validation, RecallAndWhatIsFound) {
  const auto audio = at_angles({0, 90, 180}), texts = at_angles({10, 170, 160});
  const auto figures = validate(audio, texts, 2, right_pairs(different(3)), 10, 3);
  EXPECT_EQ(figures.found, (std::vector<std::size_t>{0, 2, 1}));
  EXPECT_NEAR(figures.found_score[1], std::cos(70 * M_PI / 180), 1e-6);
  EXPECT_NEAR(figures.own_score[1], std::cos(80 * M_PI / 180), 1e-6);
  EXPECT_DOUBLE_EQ(figures.audio_to_text.r1,
                   1 / 3.0);  // the second finds the third caption first, the third the second
  EXPECT_DOUBLE_EQ(figures.audio_to_text.r5, 1);
  EXPECT_DOUBLE_EQ(figures.audio_to_text.median_place, 2);
  // Captions: 10 finds its own first; 170 finds 180 before 90; 160 finds 180, its own.
  EXPECT_DOUBLE_EQ(figures.text_to_audio.r1, 2 / 3.0);
  EXPECT_DOUBLE_EQ(figures.text_to_audio.median_place, 1);
}

TEST(Validation, LossIsInfoNce) {
  const auto audio = at_angles({0, 90}), texts = at_angles({0, 90});
  const double apart = std::log(1 + std::exp(-5));  // scores 5 and 0
  EXPECT_NEAR(validate(audio, texts, 2, right_pairs(different(2)), 5, 2).loss, apart, 1e-6);
  // In batches of one there is nothing to tell apart.
  EXPECT_NEAR(validate(audio, texts, 2, right_pairs(different(2)), 5, 1).loss, 0, 1e-12);
  // Equal captions are not counted against each other.
  const ValidationCaptions equal{{"rain", "rain"}, {{"rain"}, {"rain"}}};
  EXPECT_NEAR(validate(audio, at_angles({90, 0}), 2, right_pairs(equal), 5, 2).loss, 0, 1e-12);
}

TEST(Validation, NoNumbersAreBelowAll) {
  auto audio = at_angles({0, 90, 180});
  audio[0] = std::numeric_limits<float>::quiet_NaN();
  const auto figures = validate(audio, at_angles({0, 90, 180}), 2, right_pairs(different(3)), 10, 3);
  EXPECT_TRUE(std::isnan(figures.loss));
  EXPECT_DOUBLE_EQ(figures.text_to_audio.r1, 2 / 3.0);
}

}  // namespace
}  // namespace hearken::train

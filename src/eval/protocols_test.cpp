// Protocols on vectors whose figures can be counted by hand, and a probe against scikit-learn's numbers.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "core/numerics/multinomial.h"
#include "hearken/eval.h"

namespace hearken {
namespace {

using Places = std::vector<std::size_t>;

TEST(ZeroShot, CountsWhatIsRight) {
  // Three labels on the axes; the third clip is nearer to the wrong one, the fourth is as near to two.
  const std::vector<float> labels{1, 0, 0, 0, 1, 0, 0, 0, 1};
  const std::vector<float> audio{1, 0, 0, 0, 1, 0, .9F, .1F, 0, .5F, .5F, 0};
  const ZeroShotResult found = zero_shot(audio, labels, 3, Places{0, 1, 1, 0});
  EXPECT_EQ(found.predicted, (Places{0, 1, 0, 0}));  // of equal scores the first label
  EXPECT_DOUBLE_EQ(found.accuracy.value, 0.75);
  EXPECT_DOUBLE_EQ(found.accuracy.chance, 1.0 / 3);
  EXPECT_NEAR(found.accuracy.low, 0.30064184, 1e-8);
  EXPECT_DOUBLE_EQ(found.class_mean, 0.75);  // 2 of 2, 1 of 2; nothing is known of the third
  EXPECT_EQ(found.classes[1].taken_for, 0U);
  EXPECT_EQ(found.classes[1].taken_times, 1U);
  EXPECT_EQ(found.classes[2].clips, 0U);

  EXPECT_THROW(zero_shot(audio, labels, 3, Places{0, 1}), Error);
  EXPECT_THROW(zero_shot(audio, labels, 3, Places{0, 1, 3, 0}), Error);
  EXPECT_THROW(zero_shot(audio, labels, 5, Places{0}), Error);
  EXPECT_THROW(zero_shot({}, labels, 3, {}), Error);
  const std::vector<float> nan(3, NAN);
  EXPECT_THROW(zero_shot(nan, labels, 3, Places{0}), Error);
}

TEST(Retrieval, SeveralCaptionsAClip) {
  // Clips on two axes and a third between them, which has no captions.
  const std::vector<float> audio{1, 0, 0, 1, .8F, .6F};
  const std::vector<float> captions{1, 0, .8F, .6F, 0, 1};
  const RetrievalResult found = retrieval(audio, captions, 2, Places{0, 0, 1});
  // The second caption is nearest to the clip that is not its own.
  EXPECT_EQ(found.text_to_audio.queries, 3U);
  EXPECT_DOUBLE_EQ(found.text_to_audio.r1.value, 2.0 / 3);
  EXPECT_DOUBLE_EQ(found.text_to_audio.r5.value, 1);
  EXPECT_DOUBLE_EQ(found.text_to_audio.map10.value, (1 + 0.5 + 1) / 3);
  EXPECT_DOUBLE_EQ(found.text_to_audio.median_rank.value, 1);
  EXPECT_DOUBLE_EQ(found.text_to_audio.r1.chance, 1.0 / 3);
  EXPECT_EQ(found.audio_to_text.queries, 2U);  // the third clip asks for nothing
  EXPECT_EQ(found.audio_to_text.items, 3U);
  EXPECT_DOUBLE_EQ(found.audio_to_text.r1.value, 1);
  EXPECT_DOUBLE_EQ(found.audio_to_text.map10.value, 1);
  EXPECT_DOUBLE_EQ(found.audio_to_text.r1.chance, (2.0 / 3 + 1.0 / 3) / 2);
  EXPECT_THROW(retrieval(audio, captions, 2, Places{0, 0, 3}), Error);
}

TEST(Probe, TheLossIsAtItsLeast) {
  // Two classes that a line parts, and three that overlap: the gradient is zero at the answer, and so the answer is
  // scikit-learn's, whatever way led there.
  const std::vector<double> rows{1, 0, .6, .8, 0, 1, -.6, .8, -1, 0, .8, -.6};
  const Places truth{0, 0, 1, 1, 2, 2};
  const numerics::Multinomial fit = numerics::fit_multinomial(rows, 2, truth, 3, 10);
  double bias = 0;
  for (std::size_t c = 0; c < 3; ++c) bias += fit.weights[6 + c];
  EXPECT_NEAR(bias, 0, 1e-9);
  for (std::size_t k = 0; k < 2; ++k)
    for (std::size_t c = 0; c < 3; ++c) {
      double gradient = fit.weights[k * 3 + c];
      for (std::size_t i = 0; i < truth.size(); ++i) {
        double scores[3], sum = 0;
        for (std::size_t j = 0; j < 3; ++j)
          sum += scores[j] =
              std::exp(rows[2 * i] * fit.weights[j] + rows[2 * i + 1] * fit.weights[3 + j] + fit.weights[6 + j]);
        gradient += 10 * (scores[c] / sum - (truth[i] == c ? 1 : 0)) * rows[2 * i + k];
      }
      EXPECT_NEAR(gradient, 0, 1e-5);
    }
}

TEST(Probe, FoldsAreKeptApart) {
  // Each fold holds both classes on its own side of zero; what is learned from one is right for the other.
  std::vector<float> audio;
  Places truth;
  std::vector<std::string> folds;
  for (std::size_t i = 0; i < 12; ++i) {
    truth.push_back(i % 2);
    audio.insert(audio.end(), {i % 2 == 0 ? 1.0F : -1.0F, 0.1F * static_cast<float>(i)});
    folds.push_back(i < 4 ? "1" : i < 8 ? "2" : "test");
  }
  const ProbeResult fixed = linear_probe(audio, 2, truth, 2, folds);
  ASSERT_EQ(fixed.folds.size(), 1U);
  EXPECT_EQ(fixed.folds[0].name, "test");
  EXPECT_EQ(fixed.folds[0].train, 8U);
  EXPECT_EQ(fixed.accuracy.value, 1);
  EXPECT_EQ(fixed.predicted[0], 2U);  // was not tested
  for (std::string& fold : folds)
    if (fold == "test") fold = "3";
  const ProbeResult crossed = linear_probe(audio, 2, truth, 2, folds, 2);
  EXPECT_EQ(crossed.folds.size(), 3U);
  EXPECT_EQ(crossed.predicted, linear_probe(audio, 2, truth, 2, folds, 1).predicted);
  folds.assign(12, "1");
  EXPECT_THROW(linear_probe(audio, 2, truth, 2, folds), Error);

  const std::vector<std::string> dealt = stratified_folds(truth, 2);
  EXPECT_EQ(dealt, stratified_folds(truth, 2));
  for (const char* fold : {"1", "2", "3", "4", "5"}) EXPECT_GE(std::count(dealt.begin(), dealt.end(), fold), 2);
}

TEST(ClassLabels, AreSpelledAsTheSetSays) {
  const LabelSet esc = class_labels(std::vector<std::string>{"Dog_Bark", "rain"}, "csv");
  EXPECT_EQ(esc.name, "esc10");
  EXPECT_EQ(esc.labels[0].name, "dog bark");
  const LabelSet genres = class_labels(std::vector<std::string>{"hiphop", "jazz"}, "gtzan");
  EXPECT_EQ(genres.name, "gtzan");
  EXPECT_EQ(genres.templates, std::vector<std::string>{"This audio is a {} song."});
  const LabelSet own = class_labels(std::vector<std::string>{"door_bell", "rain"}, "folder");
  EXPECT_EQ(own.name, "");
  EXPECT_EQ(own.labels[0].name, "door_bell");
  EXPECT_EQ(own.labels[0].wordings, std::vector<std::string>{"door bell"});
  EXPECT_THROW(class_labels(std::vector<std::string>{"door_bell"}, "csv", &esc), Error);
}

TEST(Published, IsOfTheVeryCheckpoint) {
  const auto found = published_figures("/models/music_audioset_epoch_15_esc_90.14.pt", "zero-shot", "gtzan");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].accuracy, 0.71);
  EXPECT_TRUE(published_figures("starter", "zero-shot", "gtzan").empty());
  EXPECT_TRUE(published_figures("music_audioset_epoch_15_esc_90.14.pt", "zero-shot", "csv").empty());
}

}  // namespace
}  // namespace hearken

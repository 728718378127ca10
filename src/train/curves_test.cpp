#include "train/curves.h"

#include <gtest/gtest.h>

#include <limits>

namespace hearken::train {
namespace {

struct Example {
  TuneRun run;
  std::vector<StepLine> steps;
  std::vector<TuneEpoch> epochs;
};

Example an_example(int epochs) {
  Example out;
  out.run.model = "starter";
  out.run.training_clips = 80;
  out.run.validation_clips = 20;
  out.run.epochs = epochs;
  out.run.steps_per_epoch = 5;
  out.run.random_text_to_audio = out.run.random_audio_to_text = {0.05, 0.25, 0.5, 10};
  out.run.watched = {{"a<b>.mp3", "\"Song\" by <Artist> & Co"}};
  for (int epoch = 0; epoch <= epochs; ++epoch) {
    TuneEpoch line;
    line.epoch = epoch;
    line.loss = epoch == 0 ? std::numeric_limits<double>::quiet_NaN() : 2.5 / epoch;
    line.validation_loss = 2.5;
    line.text_to_audio = line.audio_to_text = {0.1 * epoch, 0.2 * epoch, 0.3 * epoch, 5};
    line.found = {{epoch == 1 ? "\"Song\" by <Artist> & Co" : "another </script>", 0.4, 0.3, epoch == 1}};
    out.epochs.push_back(line);
  }
  for (int step = 1; step <= 5 * epochs; ++step)
    out.steps.push_back({(step - 1) / 5 + 1, step, step == 2 ? out.epochs[0].loss : 2.5 / step, 1e-5, 1, 16});
  return out;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

TEST(Curves, ShowEveryEpochAndWhatWasFound) {
  const Example run = an_example(3);
  const std::string page = curves_page(run.run, run.steps, run.epochs, 2);
  EXPECT_EQ(count(page, "class=\"chart\""), 4U);
  EXPECT_EQ(count(page, "class=\"kept\""), 1U);
  EXPECT_EQ(count(page, "<td class=\"right\">"), 1U);
  EXPECT_EQ(count(page, "<td class=\"wrong\">"), 3U);
  EXPECT_EQ(count(page, "R@1, epoch "), 8U);  // a dot for each of four epochs, both ways
  EXPECT_EQ(count(page, "R@10 at random: 0.50"), 2U);
  EXPECT_NE(page.find("Content-Security-Policy"), std::string::npos);
  EXPECT_EQ(page.find("<script"), std::string::npos);
}

TEST(Curves, CaptionsAreNoMarkupAndNoNumbersAreGaps) {
  const Example run = an_example(2);
  const std::string page = curves_page(run.run, run.steps, run.epochs, 1);
  EXPECT_EQ(page.find("</script>"), std::string::npos);
  EXPECT_EQ(page.find("<Artist>"), std::string::npos);
  EXPECT_NE(page.find("&lt;Artist&gt; &amp; Co"), std::string::npos);
  EXPECT_NE(page.find("a&lt;b&gt;.mp3"), std::string::npos);
  EXPECT_EQ(page.find("nan"), std::string::npos);
}

TEST(Curves, BeforeTheFirstEpochEnds) {
  Example run = an_example(1);
  run.epochs.resize(1);
  run.steps.clear();
  const std::string page = curves_page(run.run, run.steps, run.epochs, 0);
  EXPECT_EQ(count(page, "class=\"chart\""), 4U);
  EXPECT_EQ(page.find("nan"), std::string::npos);
  EXPECT_EQ(page.find("inf"), std::string::npos);
}

}  // namespace
}  // namespace hearken::train

// The page that shows how a run went.
#include "train/record/curves.h"

#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

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

// The data of the page for its script.
nlohmann::json data_of(const std::string& page) {
  const std::string start = "<script id=\"data\" type=\"application/json\">";
  const std::size_t at = page.find(start) + start.size();
  return nlohmann::json::parse(page.substr(at, page.find("</script>", at) - at));
}

TEST(Curves, CarryEveryStepAndEpoch) {
  const Example run = an_example(3);
  const std::string page = curves_page(run.run, run.steps, run.epochs, 2);
  const nlohmann::json data = data_of(page);
  EXPECT_EQ(data["best"], 2);
  EXPECT_EQ(data["steps"].size(), 15U);
  EXPECT_EQ(data["epochs"].size(), 4U);
  EXPECT_TRUE(data["steps"][1]["loss"].is_null());  // no number
  EXPECT_TRUE(data["epochs"][0]["loss"].is_null());
  EXPECT_EQ(data["epochs"][2]["text_to_audio"]["r5"], 0.4);
  EXPECT_EQ(data["run"]["random_audio_to_text"]["r10"], 0.5);
  EXPECT_NE(page.find("Content-Security-Policy"), std::string::npos);
  EXPECT_NE(page.find("the ★ mark epoch 2,"), std::string::npos);
}

TEST(Curves, CaptionsAreNoMarkup) {
  const Example run = an_example(2);
  const std::string page = curves_page(run.run, run.steps, run.epochs, 1);
  EXPECT_EQ(page.find("<Artist>"), std::string::npos);
  EXPECT_EQ(page.find("another </script>"), std::string::npos);
  const nlohmann::json data = data_of(page);
  EXPECT_EQ(data["run"]["watched"][0]["caption"], "\"Song\" by <Artist> & Co");
  EXPECT_EQ(data["run"]["watched"][0]["name"], "a<b>.mp3");
  EXPECT_EQ(data["epochs"][2]["found"][0]["caption"], "another </script>");
}

TEST(Curves, BeforeTheFirstEpochEnds) {
  Example run = an_example(1);
  run.epochs.resize(1);
  run.steps.clear();
  const nlohmann::json data = data_of(curves_page(run.run, run.steps, run.epochs, 0));
  EXPECT_EQ(data["steps"].size(), 0U);
  EXPECT_EQ(data["epochs"].size(), 1U);
}

}  // namespace
}  // namespace hearken::train

// The log of a run, line by line.
#include "train/record/metrics_log.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>

#include "core/testing/temp_folder.h"
#include "hearken/error.h"

namespace hearken::train {
namespace {

namespace fs = std::filesystem;

class MetricsLogTest : public FolderTest {
 protected:
  const fs::path path_ = folder_ / "metrics.jsonl";

  std::string text() const {
    std::ostringstream out;
    out << std::ifstream(path_).rdbuf();
    return out.str();
  }
};

TuneEpoch an_epoch() {
  TuneEpoch epoch;
  epoch.epoch = 1;
  epoch.loss = 0.1 + 0.2;
  epoch.validation_loss = 1.0 / 3;
  epoch.text_to_audio = {0.05, 0.25, 0.5, 10.5};
  epoch.audio_to_text = {0.1, 0.3, 0.6, 7};
  epoch.logit_scale = 18.6;
  epoch.refused = 2;
  epoch.seconds = 1.5;
  epoch.found = {{"a \"dog\"", 0.3, 0.25, false}};
  return epoch;
}

TEST_F(MetricsLogTest, ReadsBackToTheBit) {
  std::uint64_t bytes = 0;
  {
    MetricsLog log(path_, 0);
    log.add(StepLine{1, 1, std::nextafter(2.5, 3), 3e-5 / 7, std::numeric_limits<double>::quiet_NaN(), 16});
    log.add(an_epoch());
    bytes = log.sync();
  }
  const MetricsLog again(path_, bytes);
  ASSERT_EQ(again.steps().size(), 1U);
  EXPECT_EQ(again.steps()[0].loss, std::nextafter(2.5, 3));
  EXPECT_EQ(again.steps()[0].learning_rate, 3e-5 / 7);
  EXPECT_TRUE(std::isnan(again.steps()[0].gradient_norm));
  ASSERT_EQ(again.epochs().size(), 1U);
  EXPECT_EQ(epoch_json(again.epochs()[0]), epoch_json(an_epoch()));
}

TEST_F(MetricsLogTest, WhatStandsBehindTheStateGoes) {
  std::uint64_t bytes = 0;
  {
    MetricsLog log(path_, 0);
    log.add(StepLine{1, 1, 2, 1e-5, 1, 16});
    bytes = log.sync();
    log.add(StepLine{1, 2, 1, 1e-5, 1, 16});
  }
  std::ofstream(path_, std::ios::app) << "{\"epoch\": 1, \"st";  // killed while it wrote
  {
    MetricsLog log(path_, bytes);
    ASSERT_EQ(log.steps().size(), 1U);
    log.add(StepLine{1, 2, 0.5, 1e-5, 1, 16});
    log.sync();
  }
  EXPECT_EQ(text(),
            step_json({1, 1, 2, 1e-5, 1, 16}).dump() + "\n" + step_json({1, 2, 0.5, 1e-5, 1, 16}).dump() + "\n");
}

TEST_F(MetricsLogTest, SaysWhatIsWrongWithIt) {
  std::ofstream(path_) << "{\"epoch\": 1, \"step\": 1}\n";
  const auto error = [&](std::uint64_t bytes) {
    try {
      const MetricsLog log(path_, bytes);
    } catch (const Error& caught) {
      EXPECT_EQ(caught.code(), ErrorCode::corrupt);
      return std::string(caught.what());
    }
    return std::string();
  };
  EXPECT_NE(error(24).find("line 1"), std::string::npos);
  EXPECT_NE(error(2500).find("has 24 bytes"), std::string::npos);
}

}  // namespace
}  // namespace hearken::train

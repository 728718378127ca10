// A run that was ended goes on from what it stored.
#include "train/record/run_state.h"

#include <gtest/gtest.h>

#include <fstream>
#include <optional>

#include "core/testing/temp_folder.h"
#include "hearken/error.h"

namespace hearken::train {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

class RunStateTest : public testing::Test {
 protected:
  const TempFolder directory_;
  const fs::path folder_ = directory_ / "training";

  std::string error(const ordered_json& settings, ErrorCode code) const {
    try {
      const RunState state(folder_, settings);
    } catch (const Error& caught) {
      EXPECT_EQ(caught.code(), code);
      return caught.what();
    }
    return "";
  }
};

const ordered_json kSettings{{"--lr", 3e-5}, {"--batch", 16}, {"--train", "all"}};

TEST_F(RunStateTest, GoesOnWhereItWasSaved) {
  RunPoint point;
  {
    RunState state(folder_, kSettings);
    EXPECT_EQ(state.point().step, 0);
    EXPECT_TRUE(state.tensors().empty());
    point.step = 7;
    point.began = true;
    point.epochs_done = 2;
    point.best = 1;
    point.best_score = 1.0 / 3;
    point.epoch_loss = 0.1 + 0.2;
    point.metrics_bytes = 1U << 20;
    const StateTensor tensors[] = {{"a", {2, 2}, {1, 2, 3, 4}}, {"b.steps", {}, {7}}};
    state.save(point, tensors);
  }
  const RunState again(folder_, kSettings);
  EXPECT_EQ(again.point().step, 7);
  EXPECT_TRUE(again.point().began);
  EXPECT_EQ(again.point().epochs_done, 2);
  EXPECT_EQ(again.point().best, 1);
  EXPECT_EQ(again.point().best_score, 1.0 / 3);
  EXPECT_EQ(again.point().epoch_loss, 0.1 + 0.2);
  EXPECT_EQ(again.point().metrics_bytes, 1U << 20);
  const auto tensors = again.tensors();
  ASSERT_EQ(tensors.size(), 2U);
  EXPECT_EQ(tensors[0].name, "a");
  EXPECT_EQ(tensors[0].shape, (std::vector<std::int64_t>{2, 2}));
  EXPECT_EQ(tensors[0].values, (std::vector<float>{1, 2, 3, 4}));
  EXPECT_EQ(tensors[1].values, (std::vector<float>{7}));
}

TEST_F(RunStateTest, KeepsTheLastStateAndNothingHalfWritten) {
  {
    RunState state(folder_, kSettings);
    RunPoint point;
    const StateTensor tensors[] = {{"a", {1}, {1}}};
    for (point.step = 1; point.step <= 3; ++point.step) state.save(point, tensors);
  }
  // A kill in the middle of the next save, and of writing the model.
  std::ofstream(folder_ / "state-4.safetensors.123.partial") << "half";
  std::ofstream(folder_ / "state-4.safetensors") << "not named by state.json yet";
  std::ofstream(directory_ / "model.safetensors.123.partial") << "half";
  {
    RunState state(folder_, kSettings);
    EXPECT_EQ(state.point().step, 3);
    EXPECT_EQ(state.tensors().size(), 1U);
    state.save(state.point(), {});
  }
  std::vector<std::string> left;
  for (const auto& entry : fs::recursive_directory_iterator(directory_.path()))
    if (entry.is_regular_file()) left.push_back(entry.path().filename());
  std::sort(left.begin(), left.end());
  EXPECT_EQ(left, (std::vector<std::string>{"state.json", "state.json.lock"}));
}

TEST_F(RunStateTest, OtherSettingsAreNamed) {
  {
    const RunState state(folder_, kSettings);
  }
  ordered_json other = kSettings;
  other["--batch"] = 8;
  const std::string said = error(other, ErrorCode::mismatch);
  EXPECT_NE(said.find("--batch 16, not 8"), std::string::npos) << said;
  EXPECT_EQ(error(kSettings, ErrorCode::mismatch), "");
}

TEST_F(RunStateTest, OneProcessAtATime) {
  const RunState first(folder_, kSettings);
  const std::string said = error(kSettings, ErrorCode::busy);
  EXPECT_NE(said.find("another process"), std::string::npos) << said;
}

TEST_F(RunStateTest, OtherFilesAreNoState) {
  fs::create_directories(folder_);
  std::ofstream(folder_ / "state.json") << R"({"version": 1, "settings": {}})";
  EXPECT_NE(error(ordered_json::object(), ErrorCode::corrupt).find("state.json"), std::string::npos);
  std::ofstream(folder_ / "state.json") << R"({"version": 2})";
  EXPECT_NE(error(ordered_json::object(), ErrorCode::mismatch).find("another version"), std::string::npos);
}

}  // namespace
}  // namespace hearken::train

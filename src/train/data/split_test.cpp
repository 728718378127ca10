// Which side clips fall on: shares, groups, the dataset's own split, and the recipe's draw.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "hearken/error.h"
#include "train/data/pairs.h"

namespace hearken::train {
namespace {

std::vector<TrainingClip> clips(std::size_t count, std::size_t of_a_group = 1) {
  std::vector<TrainingClip> out(count);
  for (std::size_t i = 0; i < count; ++i) {
    out[i].path = "/s/" + std::to_string(i);
    out[i].captions = {"c"};
    if (of_a_group > 1) out[i].group = "g" + std::to_string(i / of_a_group);
  }
  return out;
}

void expect_apart(const ClipSplit& split, std::size_t all) {
  std::set<std::size_t> seen(split.training.begin(), split.training.end());
  seen.insert(split.validation.begin(), split.validation.end());
  EXPECT_EQ(seen.size(), all);
  EXPECT_EQ(split.training.size() + split.validation.size(), all);
  EXPECT_TRUE(std::is_sorted(split.training.begin(), split.training.end()));
}

std::string refusal(const std::vector<TrainingClip>& all, const SplitOptions& options = {}) {
  try {
    split_clips(all, options);
  } catch (const Error& error) {
    return error.what();
  }
  return "taken";
}

TEST(Split, BySeed) {
  const auto all = clips(100);
  SplitOptions options;
  const ClipSplit first = split_clips(all, options);
  expect_apart(first, 100);
  EXPECT_EQ(first.training.size(), 80U);
  EXPECT_EQ(split_clips(all, options).training, first.training);
  options.seed = 1;
  EXPECT_NE(split_clips(all, options).training, first.training);
  options.training = 0.5;
  EXPECT_EQ(split_clips(all, options).training.size(), 50U);
  EXPECT_TRUE(first.remarks.empty());
}

TEST(Split, GroupsStayTogether) {
  const auto all = clips(100, 5);
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    SplitOptions options;
    options.seed = seed;
    const ClipSplit split = split_clips(all, options);
    expect_apart(split, 100);
    EXPECT_EQ(split.validation.size(), 20U);
    std::set<std::size_t> training, validation;
    for (const std::size_t i : split.training) training.insert(i / 5);
    for (const std::size_t i : split.validation) validation.insert(i / 5);
    EXPECT_EQ(training.size() + validation.size(), 20U);
  }
  // A file by itself is a group, however many parts of it are clips.
  auto parts = clips(12);
  for (std::size_t i = 0; i < 12; ++i) parts[i].path = "/s/" + std::to_string(i / 4);
  SplitOptions half;
  half.training = 0.66;
  EXPECT_EQ(split_clips(parts, half).validation.size(), 4U);
}

TEST(Split, OneArtistIsSplitAllTheSame) {
  const ClipSplit split = split_clips(clips(10, 10), {});
  expect_apart(split, 10);
  EXPECT_EQ(split.training.size(), 8U);
  ASSERT_EQ(split.remarks.size(), 1U);
  EXPECT_NE(split.remarks[0].find("one by one"), std::string::npos);
}

TEST(Split, TheDatasetsOwn) {
  auto all = clips(10);
  for (std::size_t i = 0; i < 10; ++i) all[i].split = i < 6 ? "training" : i < 8 ? "validation" : "test";
  all[0].split = "";
  const ClipSplit own = split_clips(all, {});
  EXPECT_EQ(own.training.size(), 6U);
  EXPECT_EQ(own.validation, (std::vector<std::size_t>{6, 7}));
  EXPECT_EQ(own.remarks, std::vector<std::string>{"2 clips of the test split are left alone"});
  for (TrainingClip& clip : all)
    if (clip.split == "validation") clip.split = "training";
  const ClipSplit drawn = split_clips(all, {});  // no validation clips: drawn, still without the test's
  EXPECT_EQ(drawn.training.size(), 6U);
  EXPECT_EQ(drawn.validation.size(), 2U);
  EXPECT_LT(drawn.validation.back(), 8U);
  SplitOptions anew;
  anew.own_split = false;
  EXPECT_EQ(split_clips(all, anew).training.size(), 8U);
}

TEST(Split, Limit) {
  SplitOptions options;
  options.limit = 20;
  const ClipSplit split = split_clips(clips(100), options);
  expect_apart(split, 20);
  EXPECT_LT(std::max(split.training.back(), split.validation.back()), 20U);
}

// As `--recipe fma-small` has it, but for the dataset's own split.
SplitOptions fma_small_split(std::uint64_t seed) {
  SplitOptions out;
  out.own_split = out.by_group = false;
  out.limit = 500;
  out.drawn = 100;
  out.seed = seed;
  return out;
}

TEST(Split, FmaSmall) {
  auto all = clips(800, 3);
  for (TrainingClip& clip : all) clip.split = "training";
  const ClipSplit split = split_clips(all, fma_small_split(0));
  expect_apart(split, 100);
  EXPECT_EQ(split.training.size(), 80U);
  EXPECT_LT(std::max(split.training.back(), split.validation.back()), 500U);
  EXPECT_GT(std::max(split.training.back(), split.validation.back()), 300U);  // not the first hundred
  EXPECT_NE(split_clips(all, fma_small_split(1)).training, split.training);
  const ClipSplit fewer = split_clips(clips(50), fma_small_split(0));
  EXPECT_EQ(fewer.validation.size(), 10U);
}

TEST(Split, Refuses) {
  EXPECT_EQ(refusal(clips(1)), "1 clips to train on and 0 to validate with; there must be at least two and one");
  EXPECT_EQ(refusal(clips(2)), "2 clips to train on and 0 to validate with; there must be at least two and one");
  EXPECT_EQ(refusal(clips(3)), "taken");
  for (const double share : {0.0, 1.0, -1.0, 2.0, std::nan("")}) {
    SplitOptions options;
    options.training = share;
    EXPECT_NE(refusal(clips(10), options).find("for training: expected more than 0"), std::string::npos) << share;
  }
}

}  // namespace
}  // namespace hearken::train

// Which options a run accepts.
#include "train/tune_options.h"

#include <gtest/gtest.h>

#include "hearken/error.h"

namespace hearken::train {
namespace {

TuneOptions good() {
  TuneOptions options;
  options.data = "captions.csv";
  options.directory = "model";
  return options;
}

model::TowerPlan clap() {
  model::TowerPlan plan;
  model::HtsatConfig htsat;
  htsat.depth = {2, 2, 6, 2};
  plan.audio = htsat;
  plan.text.depth = 12;
  plan.roberta = true;
  return plan;
}

model::TowerPlan starter() {
  model::TowerPlan plan;
  model::CedConfig ced;
  ced.depth = 12;
  plan.audio = ced;
  plan.text.depth = 6;
  return plan;
}

TEST(TuneOptions, AreChecked) {
  check(good());
  const auto refused = [](auto change, const std::string& named) {
    TuneOptions options = good();
    change(options);
    try {
      check(options);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
      EXPECT_NE(std::string(error.what()).find(named), std::string::npos) << error.what();
      return true;
    }
    return false;
  };
  EXPECT_TRUE(refused([](auto& o) { o.batch = 1; }, "--batch 1"));
  EXPECT_TRUE(refused([](auto& o) { o.learning_rate = 0; }, "--lr"));
  EXPECT_TRUE(refused([](auto& o) { o.learning_rate = NAN; }, "--lr nan"));
  EXPECT_TRUE(refused([](auto& o) { o.split = 1; }, "--split 1"));
  EXPECT_TRUE(refused([](auto& o) { o.warmup = 1.5; }, "--warmup"));
  EXPECT_TRUE(refused([](auto& o) { o.epochs = 0; }, "--epochs"));
  EXPECT_TRUE(refused([](auto& o) { o.augment = "crop,echo"; }, "--augment echo"));
  EXPECT_TRUE(refused([](auto& o) { o.data.clear(); }, "data"));
}

TEST(TuneOptions, HeadsAndSides) {
  const auto heads = trained_tensors("heads", clap());
  EXPECT_TRUE(heads("audio.projection.fc1.weight"));
  EXPECT_TRUE(heads("logit_scale.audio"));
  EXPECT_FALSE(heads("audio.norm.weight"));
  EXPECT_FALSE(heads("text.pooler.weight"));
  const auto projections = trained_tensors("projections", starter());
  EXPECT_TRUE(projections("audio.projection.fc2.weight"));
  EXPECT_TRUE(projections("logit_scale.audio"));
  EXPECT_FALSE(projections("audio.head.classes.weight"));
  EXPECT_FALSE(projections("text.head.phrases"));
  const auto audio = trained_tensors("audio", clap());
  EXPECT_TRUE(audio("audio.patch.weight"));
  EXPECT_TRUE(audio("logit_scale.text"));
  EXPECT_FALSE(audio("text.projection.fc1.weight"));
  EXPECT_TRUE(trained_tensors("all", clap())("text.embeddings.word"));
  for (const char* wrong : {"", "some", "last", "last:", "last:0", "last:x", "last:2x"})
    EXPECT_THROW(trained_tensors(wrong, clap()), Error) << wrong;
}

TEST(TuneOptions, LastBlocksOfHtsatAcrossStages) {
  const auto last = trained_tensors("last:3", clap());
  EXPECT_TRUE(last("audio.stages.3.blocks.0.norm1.weight"));
  EXPECT_TRUE(last("audio.stages.3.blocks.1.mlp.fc1.weight"));
  EXPECT_TRUE(last("audio.stages.2.blocks.5.attention.query.weight"));
  EXPECT_FALSE(last("audio.stages.2.blocks.4.attention.query.weight"));
  EXPECT_TRUE(last("audio.stages.2.merge.reduction.weight"));
  EXPECT_FALSE(last("audio.stages.1.merge.reduction.weight"));
  EXPECT_FALSE(last("audio.patch.weight"));
  EXPECT_TRUE(last("audio.norm.bias"));
  EXPECT_TRUE(last("text.blocks.9.mlp.fc1.weight"));
  EXPECT_FALSE(last("text.blocks.8.mlp.fc1.weight"));
  EXPECT_TRUE(last("text.pooler.weight"));
  EXPECT_FALSE(last("text.embeddings.word"));
  EXPECT_TRUE(trained_tensors("last:99", clap())("audio.stages.0.blocks.0.norm1.weight"));
  EXPECT_FALSE(trained_tensors("last:99", clap())("audio.patch.weight"));
}

TEST(TuneOptions, LastBlocksOfCed) {
  const auto last = trained_tensors("last:2", starter());
  EXPECT_TRUE(last("audio.blocks.10.attention.qkv.weight"));
  EXPECT_FALSE(last("audio.blocks.9.attention.qkv.weight"));
  EXPECT_FALSE(last("audio.blocks.1.attention.qkv.weight"));
  EXPECT_TRUE(last("text.blocks.4.norm.weight"));
  EXPECT_FALSE(last("text.blocks.3.norm.weight"));
  EXPECT_TRUE(last("projection.map"));
}

TEST(TuneOptions, Augmentation) {
  EXPECT_FALSE(augmentation("none").crop);
  const Augmentation some = augmentation("crop,mix");
  EXPECT_TRUE(some.crop);
  EXPECT_GT(some.mix_share, 0);
  EXPECT_EQ(some.gain_db, 0);
  EXPECT_EQ(some.time_masks, 0);
}

TEST(TuneOptions, WhatDecidesTheResultIsASetting) {
  const auto before = settings(good(), "model", "these", "those");
  const auto differs = [&](auto change) {
    TuneOptions options = good();
    change(options);
    return settings(options, "model", "these", "those") != before;
  };
  EXPECT_TRUE(differs([](auto& o) { o.seed = 1; }));
  EXPECT_TRUE(differs([](auto& o) { o.augment = "none"; }));
  EXPECT_TRUE(differs([](auto& o) { o.threads = 1000; }));
  EXPECT_FALSE(differs([](auto& o) { o.save_steps = 5; }));
  EXPECT_NE(settings(good(), "model", "others", "those"), before);
}

TEST(TuneOptions, RecipeIsThePublishedOne) {
  const TuneRecipe recipe = tune_recipe("fma-small");
  const TuneOptions& o = recipe.options;
  EXPECT_EQ(o.limit, 500U);
  EXPECT_EQ(o.sample, 100U);
  EXPECT_EQ(o.split, 0.8);
  EXPECT_EQ(o.seconds, 5);
  EXPECT_EQ(o.batch, 16);
  EXPECT_EQ(o.learning_rate, 3e-5);
  EXPECT_EQ(o.epochs, 3);
  EXPECT_EQ(o.patience, 0) << "the published run went to its end";
  EXPECT_EQ(o.model, "laion/clap-htsat-unfused");
  EXPECT_THROW(tune_recipe("fma-large"), Error);
}

}  // namespace
}  // namespace hearken::train

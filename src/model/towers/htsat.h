// HTSAT, CLAP's audio tower: a Swin transformer over a log-mel spectrogram folded into a square picture.
//
// Source: Chen et al., "HTS-AT" (ICASSP 2022); Wu et al., "Large-scale contrastive language-audio pretraining with
// feature fusion" (ICASSP 2023); transformers, modeling_clap.py; laion_clap, htsat.py and feature_fusion.py.
// Shapes below are HTSAT-base's: 4 stages of 2, 2, 12 and 2 blocks, widths 128 to 1024.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/threads/threads.h"
#include "model/towers/probe.h"
#include "model/towers/tower_reader.h"
#include "nn/backend.h"

namespace hearken::model {

struct HtsatConfig {
  static constexpr float kBatchNormEpsilon = 1e-5F;
  static constexpr int kMelBins = 64, kPicture = 256, kPatch = 4, kWindow = 8, kLocalPatches = 3;

  int width = 0;           // of the first stage, 128; each stage doubles it
  std::vector<int> depth;  // blocks of each stage, [2, 2, 12, 2]
  std::vector<int> heads;  // [4, 8, 16, 32]
  int mlp_ratio = 4;
  bool fused = false;
  float norm_epsilon = 1e-5F;  // of the blocks' norms; all others have 1e-5

  int stage_width(std::size_t stage) const { return width << stage; }
  int pooled_width() const { return stage_width(depth.size() - 1); }
};

/// Attentional feature fusion (Dai et al., WACV 2021): a gate for each token and channel between two pictures.
template <nn::Backend B>
struct AttentionalFusion {
  struct Context {
    typename B::Linear in;   // [32, 128], 1×1 convolution and batch norm as one
    typename B::Linear out;  // [128, 32], likewise
  };
  typename B::Linear local_patch;  // [128, 4 · 12]
  Context local, global;
};

template <nn::Backend B>
struct Htsat {
  struct Block {
    typename B::Norm norm1;
    typename B::Linear qkv;  // [3 · w, w]
    typename B::WindowBias bias;
    typename B::Linear projection;  // [w, w]
    typename B::Norm norm2;
    typename B::Linear fc1;  // [4 · w, w]
    typename B::Linear fc2;  // [w, 4 · w]
  };
  struct Merge {
    typename B::Norm norm;         // 4 · w
    typename B::Linear reduction;  // [2 · w, 4 · w]
  };
  struct Stage {
    std::vector<Block> blocks;
    Merge merge;  // not after the last
  };
  HtsatConfig config;
  typename B::Affine batch_norm;  // a mel bin a row: [64]
  typename B::Linear patch;       // [128, 4 · 4]
  std::optional<AttentionalFusion<B>> fusion;
  typename B::Norm patch_norm;
  std::vector<Stage> stages;
  typename B::Norm norm;  // 1024
};

/// One context of the gate: two products with a rectifier between, [t, 128] -> [t, 128].
template <nn::Backend B>
typename B::Tensor fusion_context(B& b, const typename AttentionalFusion<B>::Context& m, typename B::Tensor x) {
  return b.linear(b.linear(x, m.in, nn::Activation::relu), m.out);
}

/// Joins what is seen of the whole sound with three closer looks at it. `whole` is its patches [64 · 64, 128]; `looks`
/// are three pictures [256, 256], whose patches are three times as wide: 3 · 21 columns, and one of zeros.
template <nn::Backend B>
typename B::Tensor fuse(B& b, const AttentionalFusion<B>& m, typename B::Tensor whole,
                        const std::array<typename B::Tensor, 3>& looks) {
  constexpr int kSide = HtsatConfig::kPicture / HtsatConfig::kPatch;
  constexpr int kPatchCols = HtsatConfig::kPatch * HtsatConfig::kLocalPatches;
  constexpr int kLookCols = HtsatConfig::kPicture / kPatchCols;
  const auto close = b.zeros(whole.rows, whole.cols);
  for (int i = 0; i < 3; ++i) {
    const typename B::Scope scope(b);
    const auto patches = b.patch_rows(looks[static_cast<std::size_t>(i)], HtsatConfig::kPatch, kPatchCols);
    b.set_columns(close, {kSide, kSide}, b.linear(patches, m.local_patch), {kSide, kLookCols}, i * kLookCols);
  }
  const auto both = b.sum(whole, close);
  auto gate = fusion_context(b, m.local, both);
  b.add_row(gate, fusion_context(b, m.global, b.mean_rows(both)));
  return b.gated_sum(whole, close, gate);
}

/// A window's spectrograms in decibels, [64, frames] each: one of them or (a fused tower) four.
template <nn::Backend B>
using Spectrograms = std::vector<typename B::Tensor>;

/// The patches of one window's pictures: -> [64 · 64, 128].
template <nn::Backend B>
typename B::Tensor htsat_patches(B& b, const Htsat<B>& m, const Spectrograms<B>& mels) {
  constexpr int kPicture = HtsatConfig::kPicture, kPatch = HtsatConfig::kPatch;
  std::vector<typename B::Tensor> pictures;
  for (const auto& mel : mels) {
    b.affine_rows(mel, m.batch_norm);
    pictures.push_back(b.spectrogram_image(mel, kPicture));
  }
  const auto patches = b.linear(b.patch_rows(pictures[0], kPatch, kPatch), m.patch);
  return mels.size() == 4 ? fuse(b, *m.fusion, patches, {pictures[1], pictures[2], pictures[3]}) : patches;
}

/// The tower's pooled states: windows [n] -> [1, 1024] each.
/// probe(name, x) is called with the patches and with each stage's output ("patches", "stage 0", …, "pooled").
template <nn::Backend B, class Probe = NoProbe>
typename B::Tensor htsat_states(B& b, const Htsat<B>& m, std::span<const Spectrograms<B>> windows, Probe probe = {}) {
  std::vector<typename B::Tensor> patches;
  for (const auto& mels : windows) patches.push_back(htsat_patches(b, m, mels));
  auto x = b.layer_norm(patches.size() == 1 ? patches[0] : b.stack(patches), m.patch_norm);
  probe("patches", x);

  nn::Grid grid{HtsatConfig::kPicture / HtsatConfig::kPatch, HtsatConfig::kPicture / HtsatConfig::kPatch};
  for (std::size_t s = 0; s < m.stages.size(); ++s) {
    const auto& stage = m.stages[s];
    for (std::size_t i = 0; i < stage.blocks.size(); ++i) {
      const auto& block = stage.blocks[i];
      const bool rolled = i % 2 == 1 && grid.rows > HtsatConfig::kWindow;
      b.add_window_attention(x, grid, block.norm1, block.qkv, block.bias, rolled, block.projection);
      b.add_mlp(x, block.norm2, block.fc1, block.fc2);
    }
    if (s + 1 < m.stages.size()) {
      x = b.merge_patches(x, grid, stage.merge.norm, stage.merge.reduction);
      grid = {grid.rows / 2, grid.cols / 2};
    }
    probe(("stage " + std::to_string(s)).c_str(), x);
  }
  const auto pooled = b.mean_rows(b.layer_norm(x, m.norm));
  probe("pooled", pooled);
  return pooled;
}

template <nn::Backend B>
AttentionalFusion<B> load_fusion(const TowerReader<B>& read, int width) {
  constexpr int kReduction = 4;
  const auto context = [&](const std::string& name) -> typename AttentionalFusion<B>::Context {
    const int narrow = width / kReduction;
    return {read.normed_linear(name + ".in", name + ".in_norm", narrow, width, HtsatConfig::kBatchNormEpsilon),
            read.normed_linear(name + ".out", name + ".out_norm", width, narrow, HtsatConfig::kBatchNormEpsilon)};
  };
  constexpr int kPatchSize = HtsatConfig::kPatch * HtsatConfig::kPatch * HtsatConfig::kLocalPatches;
  return {read.linear("audio.fusion.local_patch", width, kPatchSize), context("audio.fusion.local"),
          context("audio.fusion.global")};
}

/// Reads and packs the tower.
template <nn::Backend B>
Htsat<B> load_htsat(const TowerReader<B>& read, const HtsatConfig& c) {
  constexpr float kEpsilon = 1e-5F;
  Htsat<B> m{.config = c,
             .batch_norm = read.batch_norm("audio.bn", HtsatConfig::kMelBins, HtsatConfig::kBatchNormEpsilon),
             .patch = read.linear("audio.patch", c.width, HtsatConfig::kPatch * HtsatConfig::kPatch),
             .fusion = {},
             .patch_norm = read.norm("audio.patch_norm", c.width, kEpsilon),
             .stages = {},
             .norm = read.norm("audio.norm", c.pooled_width(), kEpsilon)};
  if (c.fused) m.fusion = load_fusion(read, c.width);
  m.stages.resize(c.depth.size());
  std::vector<std::pair<std::size_t, std::size_t>> places;  // stage, block: the large ones first
  for (std::size_t s = c.depth.size(); s-- > 0;) {
    m.stages[s].blocks.resize(static_cast<std::size_t>(c.depth[s]));
    for (std::size_t i = 0; i < m.stages[s].blocks.size(); ++i) places.emplace_back(s, i);
  }
  parallel_for(places.size(), [&](std::size_t place) {
    const auto [s, i] = places[place];
    const int w = c.stage_width(s);
    const std::string at = "audio.stages." + std::to_string(s) + ".blocks." + std::to_string(i);
    m.stages[s].blocks[i] = {.norm1 = read.norm(at + ".norm1", w, c.norm_epsilon),
                             .qkv = read.query_key_value(at + ".attention", w),
                             .bias = read.window_bias(at + ".attention.bias", HtsatConfig::kWindow, c.heads[s]),
                             .projection = read.linear(at + ".attention.projection", w, w),
                             .norm2 = read.norm(at + ".norm2", w, c.norm_epsilon),
                             .fc1 = read.linear(at + ".mlp.fc1", c.mlp_ratio * w, w),
                             .fc2 = read.linear(at + ".mlp.fc2", w, c.mlp_ratio * w)};
  });
  for (std::size_t s = 0; s + 1 < c.depth.size(); ++s) {
    const int w = c.stage_width(s);
    const std::string at = "audio.stages." + std::to_string(s) + ".merge";
    m.stages[s].merge = {read.norm(at + ".norm", 4 * w, kEpsilon),
                         read.linear_without_bias(at + ".reduction", 2 * w, 4 * w)};
  }
  return m;
}

}  // namespace hearken::model

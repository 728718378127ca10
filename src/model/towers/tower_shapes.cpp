// Counting and measuring tensors.
#include "model/towers/tower_shapes.h"

#include <algorithm>

namespace hearken::model {
namespace {

// Far above any published model and low enough that a hostile file cannot ask for much.
constexpr int kMaxWidth = 8192, kMaxStages = 4, kMaxBlocks = 128, kMaxVocabulary = 1 << 21;

// How many of prefix0suffix, prefix1suffix, … there are.
int count_of(const Tensors& file, const std::string& prefix, const std::string& suffix, int highest) {
  int count = 0;
  while (file.contains(prefix + std::to_string(count) + suffix)) ++count;
  if (count < 1 || count > highest)
    throw file.broken(prefix + "0" + suffix,
                      "is one of " + std::to_string(count) + ", not of 1 to " + std::to_string(highest));
  return count;
}

}  // namespace

int extent(const Tensors& file, const std::string& name, std::size_t axis, int highest) {
  const Tensor& tensor = file.at(name);
  if (axis >= tensor.shape.size()) throw file.broken(name, "has too few dimensions");
  if (tensor.shape[axis] < 1 || tensor.shape[axis] > highest)
    throw file.broken(
        name, "has an extent of " + std::to_string(tensor.shape[axis]) + ", not 1 to " + std::to_string(highest));
  return static_cast<int>(tensor.shape[axis]);
}

HtsatConfig htsat_shapes(const Tensors& file) {
  HtsatConfig c;
  c.width = extent(file, "audio.patch.weight", 0, kMaxWidth >> kMaxStages);
  c.fused = file.contains("audio.fusion.local_patch.weight");
  const int stages = count_of(file, "audio.stages.", ".blocks.0.norm1.weight", kMaxStages);
  for (int s = 0; s < stages; ++s) {
    const std::string blocks = "audio.stages." + std::to_string(s) + ".blocks.";
    c.depth.push_back(count_of(file, blocks, ".norm1.weight", kMaxBlocks));
    c.heads.push_back(extent(file, blocks + "0.attention.bias", 1, kMaxWidth));
    const int width = c.stage_width(static_cast<std::size_t>(s));
    if (width % c.heads.back() != 0)
      throw file.broken(blocks + "0.attention.bias", "is for " + std::to_string(c.heads.back()) +
                                                         " heads, which do not divide " + std::to_string(width));
  }
  c.mlp_ratio = std::max(1, extent(file, "audio.stages.0.blocks.0.mlp.fc1.weight", 0, kMaxWidth) / c.width);
  return c;
}

BertConfig bert_shapes(const Tensors& file) {
  BertConfig c;
  c.vocabulary = extent(file, "text.embeddings.word", 0, kMaxVocabulary);
  c.width = extent(file, "text.embeddings.word", 1, kMaxWidth);
  c.positions = extent(file, "text.embeddings.position", 0, 1 << 16);
  c.types = extent(file, "text.embeddings.token_type", 0, 16);
  c.depth = count_of(file, "text.blocks.", ".attention.query.weight", kMaxBlocks);
  c.hidden = extent(file, "text.blocks.0.mlp.fc1.weight", 0, 8 * kMaxWidth);
  if (c.positions < 4) throw file.broken("text.embeddings.position", "leaves no room for a text");
  return c;
}

}  // namespace hearken::model

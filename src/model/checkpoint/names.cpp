// One table of names: the towers', transformers', laion_clap's.
#include "model/checkpoint/names.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "core/ascii.h"
#include "core/carried.h"
#include "core/paths.h"

namespace hearken::model {
namespace {

struct Row {
  std::string_view tower, hugging_face, laion;
};

const std::vector<Row>& names() {
  static const std::vector<Row> rows = [] {
    std::vector<Row> out;
    for (const auto& row : carried_rows("src/model/checkpoint/names.txt"))
      out.push_back({row.at(0), row.at(1), row.at(2)});
    return out;
  }();
  return rows;
}

bool is_number(std::string_view s) { return !s.empty() && std::ranges::all_of(s, is_digit); }

std::string_view next_part(std::string_view& rest) {
  const std::size_t dot = rest.find('.');
  const std::string_view part = rest.substr(0, dot);
  rest = dot == std::string_view::npos ? std::string_view() : rest.substr(dot + 1);
  return part;
}

// What the pattern's wildcards stand for in the name, or nothing when it does not fit.
std::optional<std::vector<std::string_view>> match(std::string_view pattern, std::string_view name) {
  std::vector<std::string_view> found;
  while (!pattern.empty() && !name.empty()) {
    const std::string_view wanted = next_part(pattern), part = next_part(name);
    if (wanted == "#" ? is_number(part) : wanted == "*")
      found.push_back(part);
    else if (wanted != part)
      return std::nullopt;
  }
  if (!pattern.empty() || !name.empty()) return std::nullopt;
  return found;
}

std::string fill(std::string_view pattern, const std::vector<std::string_view>& found) {
  std::string out;
  for (std::size_t next = 0; !pattern.empty();) {
    const std::string_view part = next_part(pattern);
    if (!out.empty()) out += '.';
    out += part == "#" || part == "*" ? found[next++] : part;
  }
  return out;
}

// "a.*[1]" -> "a.*", 1.
std::pair<std::string_view, std::optional<std::size_t>> split_third(std::string_view pattern) {
  if (!pattern.ends_with(']')) return {pattern, std::nullopt};
  return {pattern.substr(0, pattern.size() - 3), static_cast<std::size_t>(pattern[pattern.size() - 2] - '0')};
}

Tensor third_of(const Tensors& file, std::string_view name, const Tensor& whole, std::size_t index) {
  if (whole.shape.empty() || whole.shape[0] % 3 != 0) throw file.broken(name, "does not hold three matrices");
  Tensor third = whole;
  third.shape[0] /= 3;
  third.bytes /= 3;
  third.data += index * third.bytes;
  return third;
}

}  // namespace

CheckpointLayout layout_of(const Tensors& tensors) {
  const auto any = [&](std::string_view prefix) {
    return std::any_of(tensors.all().begin(), tensors.all().end(),
                       [&](const auto& entry) { return entry.first.starts_with(prefix); });
  };
  if (any("audio_model.") && any("text_model.")) return CheckpointLayout::hugging_face;
  if ((any("audio_branch.") || any("module.audio_branch.")) && (any("text_branch.") || any("module.text_branch.")))
    return CheckpointLayout::laion;
  throw Error(ErrorCode::unsupported, display(tensors.path()) + ": holds no CLAP model of a known layout");
}

Tensors with_tower_names(Tensors tensors, CheckpointLayout layout) {
  std::map<std::string, Tensor, std::less<>> renamed;
  for (const auto& [stored_name, tensor] : tensors.all()) {
    std::string_view name = stored_name;
    if (name.starts_with("module.")) name.remove_prefix(7);  // left by data-parallel training
    for (const Row& row : names()) {
      const auto [pattern, third] = split_third(layout == CheckpointLayout::laion ? row.laion : row.hugging_face);
      if (const auto found = match(pattern, name))
        renamed.insert_or_assign(fill(row.tower, *found),
                                 third ? third_of(tensors, stored_name, tensor, *third) : tensor);
    }
  }
  tensors.replace_all(std::move(renamed));
  return tensors;
}

Tensors with_text_tower_names(Tensors tensors) {
  constexpr std::string_view kWords = "embeddings.word_embeddings.weight", kTower = "text_model.";
  const auto words = std::find_if(tensors.all().begin(), tensors.all().end(),
                                  [&](const auto& entry) { return entry.first.ends_with(kWords); });
  if (words == tensors.all().end())
    throw Error(ErrorCode::unsupported,
                display(tensors.path()) + ": holds no BERT or RoBERTa: no tensor is called " + std::string(kWords));
  const std::string prefix = words->first.substr(0, words->first.size() - kWords.size());
  std::map<std::string, Tensor, std::less<>> renamed;
  for (const auto& [stored_name, tensor] : tensors.all()) {
    if (!stored_name.starts_with(prefix)) continue;
    std::string name = std::string(kTower) + stored_name.substr(prefix.size());
    for (const auto& [old, now] :
         {std::pair("LayerNorm.gamma", "LayerNorm.weight"), std::pair("LayerNorm.beta", "LayerNorm.bias")})
      if (name.ends_with(old)) name.replace(name.size() - std::string_view(old).size(), std::string::npos, now);
    for (const Row& row : names())
      if (const auto found = match(row.hugging_face, name)) renamed.insert_or_assign(fill(row.tower, *found), tensor);
  }
  tensors.replace_all(std::move(renamed));
  return tensors;
}

std::string hugging_face_name(std::string_view tower_name) {
  for (const Row& row : names())
    if (const auto found = match(row.tower, tower_name)) return fill(row.hugging_face, *found);
  return {};
}

}  // namespace hearken::model

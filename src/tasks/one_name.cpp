// The best of a label's words, the best of a category's labels, and whether one of these stands out.
#include "tasks/one_name.h"

#include <algorithm>
#include <string>

namespace hearken::tasks {
namespace {

constexpr double kSure = 0.5;  // of the category's probability

bool stands_for_its_group(const std::string& name) { return name.ends_with("-MISC") || name.ends_with("-GENERAL"); }

}  // namespace

bool gives_one_name(const LabelSet& set) {
  return std::ranges::all_of(
      set.labels, [](const Label& label) { return label.parent ? !label.code.empty() : label.wordings.empty(); });
}

OneName::OneName(const LabelSet& set) : set_(set), members_(set.labels.size()), own_(set.labels.size()) {
  asked_.templates = set.templates;
  for (std::size_t i = 0; i < set.labels.size(); ++i) {
    const Label& label = set.labels[i];
    if (!label.parent) continue;
    members_[*label.parent].push_back(i);
    if (stands_for_its_group(label.name)) own_[*label.parent] = i;
    for (const std::string& wording : label.wordings) asked_.labels.push_back({std::to_string(i), {wording}, {}, {}});
  }
}

std::optional<LabelScore> OneName::operator()(const std::vector<LabelScore>& scores) const {
  if (scores.empty()) return std::nullopt;
  std::vector<LabelScore> best(set_.labels.size());  // of each label its best word's, with the probability of all
  for (const LabelScore& s : scores) {
    LabelScore& label = best[std::stoul(s.label)];
    const double probability = label.probability + s.probability;
    if (label.label.empty() || s.score > label.score) label = s;
    label.probability = probability;
  }
  const auto top = std::ranges::max_element(scores, {}, &LabelScore::score);
  const std::size_t group = *set_.labels[std::stoul(top->label)].parent;
  if (top->likelihood < kHighLikelihood) return std::nullopt;

  LabelScore category = *top;
  category.probability = 0;
  std::optional<std::size_t> sub;
  for (const std::size_t member : members_[group]) {
    category.probability += best[member].probability;
    if (member != own_[group] && (!sub || best[member].probability > best[*sub].probability)) sub = member;
  }
  const bool sure =
      sub && best[*sub].likelihood >= kHighLikelihood && best[*sub].probability >= kSure * category.probability;
  if (!sure && !own_[group]) return std::nullopt;
  LabelScore out = sure ? best[*sub] : category;
  out.label = set_.labels[sure ? *sub : *own_[group]].name;
  out.holds = true;
  return out;
}

}  // namespace hearken::tasks

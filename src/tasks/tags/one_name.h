// One name for a sound, out of a set in which every label has a code and lies under a category, as in UCS.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "hearken/classify.h"
#include "hearken/labels.h"

namespace hearken::tasks {

/// Whether a sound has one name of the set: every label has a code and lies under a group.
bool gives_one_name(const LabelSet& set);

/// The category first, and a subcategory where that is sure. May be used from many threads at once. The set must
/// outlive it.
class OneName {
 public:
  explicit OneName(const LabelSet& set);

  /// What is to be scored: each wording as a label of its own, because a label such as "cow, sheep, goat" holds where
  /// one of its words does.
  const LabelSet& asked() const { return asked_; }

  /// Of the scores of asked(): the category whose words have the most probability together. Its most probable label is
  /// the name when its likelihood is 0.7 and it has half of that; otherwise the category's own (CATEGORY-MISC or
  /// CATEGORY-GENERAL). Score and likelihood are those of the name's best word, or of the category's. None when that is
  /// below 0.7, or the category has no label of its own and none that is sure.
  std::optional<LabelScore> operator()(const std::vector<LabelScore>& scores) const;

 private:
  const LabelSet& set_;
  LabelSet asked_;  // named by the number of the label in set_
  std::vector<std::size_t> groups_;
  std::vector<std::vector<std::size_t>> members_;  // of each group, by its place in set_
  std::vector<std::optional<std::size_t>> own_;    // of each group: the label that stands for it alone
};

}  // namespace hearken::tasks

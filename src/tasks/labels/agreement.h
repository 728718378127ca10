// How far two ways of grouping the same things agree.
#pragma once

#include <cstddef>
#include <span>

namespace hearken::tasks {

struct Agreement {
  double adjusted_rand = 0;                  // Hubert and Arabie, Comparing partitions, 1985; 1: the same, 0: by chance
  double normalised_mutual_information = 0;  // over the mean of the two entropies; 0 to 1
};

/// Two spans of equal length: each thing's group, any numbers. 1 and 1 where both have one group, or each thing its
/// own.
Agreement agreement(std::span<const std::size_t> a, std::span<const std::size_t> b);

}  // namespace hearken::tasks

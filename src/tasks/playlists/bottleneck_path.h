// A way of a given number of steps through points, none of them a jump.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace hearken::tasks {

/// Points are numbered 0 to n - 1, n = progress.size(). The way begins at `first`, ends at `last`, and takes `steps`
/// steps, each to a point of greater progress; distances are symmetric, [n, n] row-major. Of all such ways it has the
/// least greatest distance between neighbours, of those the least sum of squared distances, of those the one that comes
/// first when ways are compared from their last point back by progress, then by number. Empty when there is none.
/// Takes steps · n²/2 operations, and steps · n numbers of memory.
std::vector<std::size_t> bottleneck_path(std::span<const double> distances, std::span<const double> progress,
                                         std::size_t first, std::size_t last, std::size_t steps);

/// The greatest number of steps, at most `steps`, for which there is a way; 0 when there is none at all.
std::size_t most_steps(std::span<const double> progress, std::size_t first, std::size_t last, std::size_t steps);

}  // namespace hearken::tasks

// For tests and fuzz targets of Highway's kernels: the instruction sets to try.
#pragma once

#include <hwy/targets.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace hearken {

/// All that are compiled and that this CPU has.
inline std::vector<std::int64_t> every_target() {
  std::vector<std::int64_t> targets = hwy::SupportedAndGeneratedTargets();
  if (std::find(targets.begin(), targets.end(), HWY_STATIC_TARGET) == targets.end())
    targets.push_back(HWY_STATIC_TARGET);
  return targets;
}

/// While it lives, kernels run on that one.
class OnTarget {
 public:
  explicit OnTarget(std::int64_t target) { hwy::SetSupportedTargetsForTest(target); }
  ~OnTarget() { hwy::SetSupportedTargetsForTest(0); }
  OnTarget(const OnTarget&) = delete;
  OnTarget& operator=(const OnTarget&) = delete;
};

}  // namespace hearken

// Names that points carry, as numbered classes.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace hearken::eval {

struct ClassNames {
  std::vector<std::string> names;  // those of most points first, equal ones by name; no empty one
  std::vector<int> of;             // of each point; -1: its name is empty
};

ClassNames class_names(std::span<const std::string> of_points);

}  // namespace hearken::eval

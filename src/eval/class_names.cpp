// Counted, ordered, numbered.
#include "eval/class_names.h"

#include <algorithm>
#include <cstddef>
#include <map>

namespace hearken::eval {

ClassNames class_names(std::span<const std::string> of_points) {
  std::map<std::string, std::size_t> counts;
  for (const std::string& name : of_points)
    if (!name.empty()) ++counts[name];
  ClassNames out;
  for (const auto& [name, count] : counts) out.names.push_back(name);
  std::stable_sort(out.names.begin(), out.names.end(),
                   [&](const std::string& a, const std::string& b) { return counts.at(a) > counts.at(b); });
  std::map<std::string, int> numbers;
  for (const std::string& name : out.names) numbers.emplace(name, static_cast<int>(numbers.size()));
  for (const std::string& name : of_points) out.of.push_back(name.empty() ? -1 : numbers.at(name));
  return out;
}

}  // namespace hearken::eval

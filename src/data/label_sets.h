// The label sets that the program carries: labels/*.txt as it was when the program was built.
#pragma once

#include <span>
#include <string_view>

namespace hearken::data {

struct EmbeddedSet {
  std::string_view name;   // "esc50"
  std::string_view bytes;  // of the file, as read_labels() takes them
};

/// By name.
std::span<const EmbeddedSet> embedded_label_sets();

}  // namespace hearken::data

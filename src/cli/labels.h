// --labels and --labels-file: which labels a command asks about.
#pragma once

#include <CLI/App.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "hearken/labels.h"

namespace hearken::cli {

/// Of an argument that takes a list: with a bound CLI11 takes "[a, b]" as it is, not as two.
inline constexpr int kMostWords = 1'000'000;

struct LabelOptions {
  std::string labels;                  // a set's name or a list
  std::filesystem::path file;          // of labels
  std::vector<std::string> templates;  // in place of the set's own
};
void add_label_options(CLI::App& command, LabelOptions& options);

/// What was chosen. Throws Error: invalid_argument (nothing or both, templates without "{}"), and as labels_in() and
/// read_labels().
LabelSet chosen_labels(const LabelOptions& options, const std::string& command);

/// "audioset, esc10, …"
std::string set_names();

}  // namespace hearken::cli

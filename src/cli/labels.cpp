// Labels from the command line.
#include "cli/labels.h"

#include <algorithm>

#include "cli/common.h"
#include "core/paths.h"

namespace hearken::cli {

std::string set_names() {
  std::string out;
  for (const std::string& name : label_set_names()) out += (out.empty() ? "" : ", ") + name;
  return out;
}

void add_label_options(CLI::App& command, LabelOptions& options) {
  add_value(command, "--labels", options.labels, "Labels with commas between them, or a set of labels, see below",
            "L,L|SET");
  add_value(command, "--labels-file", options.file, "A file of labels, one a line; see docs/CLASSIFY.md", "FILE");
  not_empty(as_written(command.add_option("--template", options.templates,
                                          "What a label is put into for {} (default: the set's own); again for more")))
      ->type_name("\"… {} …\"");
}

LabelSet chosen_labels(const LabelOptions& options, const std::string& command) {
  const auto wrong = [&](const std::string& reason) {
    return Error(ErrorCode::invalid_argument, command + ": " + reason);
  };
  if (options.labels.empty() == options.file.empty())
    throw wrong(options.labels.empty()
                    ? "which labels? For example: --labels \"dog,rain,piano\", or a set: " + set_names()
                    : "--labels and --labels-file exclude each other");
  for (const std::string& sentence : options.templates) check_template(sentence);
  if (!options.file.empty()) return read_labels(options.file);
  const std::vector<std::string> sets = label_set_names();
  if (std::ranges::find(sets, options.labels) != sets.end()) return label_set(options.labels);
  LabelSet list = labels_in(options.labels);
  if (list.labels.size() == 1)
    throw wrong("'" + display(options.labels) + "' is one label and leaves no choice; the sets of labels are " +
                set_names());
  return list;
}

}  // namespace hearken::cli

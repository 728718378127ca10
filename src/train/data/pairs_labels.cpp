// Captions from lists, and from labels: a keyword in sentences (Wu et al. 2023, section 3.3).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <system_error>
#include <utility>

#include "core/paths.h"
#include "core/text.h"
#include "data/label_file.h"
#include "hearken/dataset.h"
#include "hearken/labels.h"
#include "search/query/text_query.h"
#include "text/tokenizer/fold.h"
#include "train/data/pair_sources.h"

namespace hearken::train {
namespace {

namespace fs = std::filesystem;

// "training", "validation", "test" as the datasets call them; empty for names that are none of these.
std::string split_of(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 11> kNames = {{{"train", "training"},
                                                                                     {"training", "training"},
                                                                                     {"development", "training"},
                                                                                     {"val", "validation"},
                                                                                     {"valid", "validation"},
                                                                                     {"validation", "validation"},
                                                                                     {"dev", "validation"},
                                                                                     {"test", "test"},
                                                                                     {"testing", "test"},
                                                                                     {"eval", "test"},
                                                                                     {"evaluation", "test"}}};
  const std::string small = lower_ascii(name);
  for (const auto& [known, split] : kNames)
    if (small == known) return std::string(split);
  return {};
}

// A label as it is compared: in one case, spaces for underscores.
std::string folded_label(std::string_view label) { return text::fold_case(data::wording_of(label)); }

const Label* find_label(const LabelSet& set, std::string_view name) {
  const auto at = std::find_if(set.labels.begin(), set.labels.end(),
                               [&](const Label& label) { return folded_label(label.name) == folded_label(name); });
  return at == set.labels.end() ? nullptr : &*at;
}

// The smallest of the program's sets that has all these labels; empty: none.
std::string set_of(const std::vector<std::string>& labels) {
  std::string best;
  std::size_t size = 0;
  for (const std::string& name : label_set_names()) {
    const LabelSet set = label_set(name);
    std::set<std::string> names;
    for (const Label& label : set.labels) names.insert(folded_label(label.name));
    const bool all = std::all_of(labels.begin(), labels.end(),
                                 [&](const std::string& label) { return names.contains(folded_label(label)); });
    if (all && (best.empty() || set.labels.size() < size)) best = name, size = set.labels.size();
  }
  return best;
}

// The recording that a clip was cut from, where its name says so: ESC-50's FOLD-RECORDING-TAKE(-CLASS),
// UrbanSound8K's RECORDING-CLASS-OCCURRENCE-SLICE.
std::string recording_of(const fs::path& path, std::string_view layout) {
  std::vector<std::string> parts{""};
  const std::string name = path.stem().native();
  for (const char c : name) {
    if (c == '-')
      parts.emplace_back();
    else
      parts.back() += c;
  }
  const auto number = [](const std::string& part) {
    return !part.empty() && part.find_first_not_of("0123456789") == std::string::npos;
  };
  if (layout == "urbansound8k" && parts.size() == 4 && number(parts[0])) return parts[0];
  if ((parts.size() == 3 || (parts.size() == 4 && number(parts[3]))) && parts[0].size() == 1 && number(parts[0]) &&
      number(parts[1]) && parts[2].size() == 1 && parts[2][0] >= 'A' && parts[2][0] <= 'Z')
    return parts[1];
  return {};
}

std::vector<std::string> sentences_with(const std::vector<std::string>& wordings,
                                        const std::vector<std::string>& templates) {
  std::vector<std::string> sentences = templates;
  if (templates.size() == 1 && templates[0] == kTemplate)  // nothing of its own: as searches are worded
    sentences.assign(search::kTemplates.begin(), search::kTemplates.end());
  std::vector<std::string> out;
  for (const std::string& wording : wordings)
    for (const std::string& sentence : sentences) {
      std::string caption = in_template(sentence, wording);
      if (std::find(out.begin(), out.end(), caption) == out.end()) out.push_back(std::move(caption));
    }
  return out;
}

}  // namespace

std::vector<std::string> label_captions(std::string_view label, std::string_view set) {
  const std::vector<std::string> names = label_set_names();
  if (std::find(names.begin(), names.end(), set) != names.end()) {
    const LabelSet known = label_set(set);
    if (const Label* found = find_label(known, label); found != nullptr && !found->wordings.empty())
      return sentences_with(found->wordings, known.templates);
  }
  return sentences_with({data::wording_of(label)}, {std::string(kTemplate)});
}

TrainingClips captioned_clips(const fs::path& csv) {
  const CaptionedClips read = read_captions(csv, {}, {}, true);
  TrainingClips out;
  out.layout = "captions";
  std::vector<std::string> missing, left_out = read.left_out;
  for (const std::string& name : read.missing)
    missing.push_back(fmt::format("{}: {} is not there", display(csv), display(name)));
  std::set<std::string> unknown;
  for (const CaptionedClip& clip : read.clips) {
    TrainingClip& added = out.clips.emplace_back();
    added.path = clip.path;
    for (const std::string& caption : clip.captions) add_caption(added, caption);
    if (added.captions.empty()) {
      left_out.push_back(fmt::format("{}: {} has no caption with text in it", display(csv), display(clip.path)));
      out.clips.pop_back();
      continue;
    }
    added.group = recording_of(clip.path, read.layout);
    added.split = split_of(clip.split);
    if (added.split.empty() && !clip.split.empty()) unknown.insert(clip.split);
  }
  add_remarks(missing, "clips are not there", out.remarks);
  add_remarks(left_out, "rows without a caption of their own", out.remarks);
  for (const std::string& name : unknown)
    out.remarks.push_back(fmt::format("{}: the split '{}' is none of training, validation and test: not used",
                                      display(csv), display(name)));
  return out;
}

TrainingClips labelled_clips(const fs::path& data) {
  std::error_code ignored;
  const LabelledClips read = fs::is_directory(data, ignored) ? read_labelled(data) : read_labelled_csv(data);
  const std::string set = set_of(read.labels);
  std::vector<std::vector<std::string>> captions;
  for (const std::string& label : read.labels) captions.push_back(label_captions(label, set));
  TrainingClips out;
  out.layout = "labels";
  for (const LabelledClip& clip : read.clips) {
    TrainingClip& added = out.clips.emplace_back();
    added.path = clip.path;
    for (const std::string& caption : captions[clip.label]) add_caption(added, caption);
    added.group = recording_of(clip.path, read.layout);
    added.split = split_of(clip.fold);
  }
  std::vector<std::string> missing;
  for (const fs::path& path : read.missing) missing.push_back(fmt::format("{}: is not there", display(path)));
  add_remarks(missing, "clips are not there", out.remarks);
  return out;
}

}  // namespace hearken::train

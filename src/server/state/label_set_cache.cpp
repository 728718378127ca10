// The program's sets are made ready one by one, each by whoever asks first.
#include "server/state/label_set_cache.h"

#include <algorithm>
#include <utility>

#include "server/http/query.h"

namespace hearken::server {
namespace {

constexpr std::size_t kMostLabels = 200;  // of a request

ClassifyOptions with_none(bool none) {
  ClassifyOptions options;
  options.none = none;
  return options;
}

}  // namespace

ReadyLabels::ReadyLabels(const Model& model, LabelSet labels, std::shared_ptr<const tasks::LabelVectors> others)
    : set(std::move(labels)), labelling(model, set, with_none(others != nullptr), others) {}

std::shared_ptr<const tasks::LabelVectors> LabelSetCache::others() {
  if (others_ == nullptr) others_ = tasks::audioset_vectors(model_, 0);
  return others_;
}

std::shared_ptr<const ReadyLabels> LabelSetCache::of(LabelSet labels, bool none) {
  std::shared_ptr<const tasks::LabelVectors> others_of_all;
  if (none) {
    std::lock_guard lock(mutex_);
    others_of_all = others();
  }
  return std::make_shared<const ReadyLabels>(model_, std::move(labels), std::move(others_of_all));
}

std::shared_ptr<const ReadyLabels> LabelSetCache::named(const std::string& name) {
  std::lock_guard lock(mutex_);
  auto& kept = kept_[name];
  if (kept == nullptr) {
    try {
      kept = std::make_shared<const ReadyLabels>(model_, label_set(name), others());
    } catch (...) {
      kept_.erase(name);
      throw;
    }
  }
  return kept;
}

LabelChoice read_labels_asked(Reader& reader) {
  LabelChoice out;
  out.set = reader.text("set", 64, "");
  std::vector<std::string> names = reader.texts("labels", kMostLabels, kLongestText);
  std::vector<std::string> templates = reader.texts("templates", kMostItems, kLongestText);
  if (out.set.empty() == names.empty()) reader.refuse("labels", "either these or a set were expected");
  if (!out.set.empty() && !templates.empty()) reader.refuse("templates", "a set has its own");
  for (std::string& name : names) {
    const bool again = std::any_of(out.labels.labels.begin(), out.labels.labels.end(),
                                   [&](const Label& label) { return label.name == name; });
    if (again) reader.refuse("labels", "'" + name + "' stands there twice");
    out.labels.labels.push_back({name, {name}, {}, {}});
  }
  for (const std::string& sentence : templates) check_template(sentence);
  out.labels.templates = std::move(templates);
  if (out.labels.templates.empty()) out.labels.templates.emplace_back(kTemplate);
  return out;
}

}  // namespace hearken::server

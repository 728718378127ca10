// The program's sets are made ready one by one, each by whoever asks first.
#include "server/state/label_set_cache.h"

#include <algorithm>
#include <utility>

#include "search/query/prompts.h"
#include "server/http/query.h"

namespace hearken::server {
namespace {

constexpr std::size_t kMostLabels = 200;  // of a request

constexpr const char* kOthers = "audioset";  // of which a sound may be one when it is none of the labels

}  // namespace

ReadyLabels::ReadyLabels(const Model& model, LabelSet labels, std::vector<float> vectors,
                         std::shared_ptr<const tasks::LabelVectors> others)
    : set(std::move(labels)), labelling(model, set, std::move(vectors), std::move(others)) {}

LabelSetCache::Begun LabelSetCache::begin(LabelChoice choice, bool none) {
  Begun out;
  out.choice = std::move(choice);
  const bool named = !out.choice.set.empty();
  out.none = none || named;
  {
    std::lock_guard lock(mutex_);
    if (const auto kept = kept_.find(out.choice.set); kept != kept_.end()) out.ready = kept->second;
    out.others = others_;
  }
  if (out.ready != nullptr) return out;
  if (named) out.choice.labels = label_set(out.choice.set);
  out.texts = search::label_prompts(out.choice.labels);
  out.own = out.texts.size();
  if (out.none && out.others == nullptr)
    for (std::string& prompt : search::label_prompts(label_set(kOthers))) out.texts.push_back(std::move(prompt));
  return out;
}

std::shared_ptr<const ReadyLabels> LabelSetCache::finish(Begun begun, std::span<const float> rows) {
  if (begun.ready != nullptr) return begun.ready;
  const std::size_t own = begun.own * static_cast<std::size_t>(model_.info().dimension);
  if (begun.none && begun.others == nullptr) {
    auto others = std::make_shared<tasks::LabelVectors>();
    others->set = label_set(kOthers);
    others->vectors = search::vectors_of_prompts(model_, others->set, {}, rows.subspan(own));
    begun.others = std::move(others);
  }
  std::vector<float> vectors = search::vectors_of_prompts(model_, begun.choice.labels, {}, rows.first(own));
  auto ready = std::make_shared<const ReadyLabels>(model_, std::move(begun.choice.labels), std::move(vectors),
                                                   begun.none ? begun.others : nullptr);
  std::lock_guard lock(mutex_);
  if (begun.none) others_ = begun.others;
  if (!begun.choice.set.empty()) kept_[begun.choice.set] = ready;
  return ready;
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

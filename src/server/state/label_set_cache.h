// Labels to ask about: those of a request, and the program's own sets, whose texts are embedded once.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "hearken/labels.h"
#include "hearken/model.h"
#include "server/http/json.h"
#include "tasks/labels/labelling.h"

namespace hearken::server {

/// A set and what classifies by it. Const, and shared by threads.
struct ReadyLabels {
  const LabelSet set;
  const tasks::Labelling labelling;

  /// Sounds may be none of them where `others` is not null.
  ReadyLabels(const Model& model, LabelSet labels, std::shared_ptr<const tasks::LabelVectors> others);
};

/// Any thread may call.
class LabelSetCache {
 public:
  explicit LabelSetCache(const Model& model) : model_(model) {}

  /// A set of the program's, by its name. Throws Error(not_found).
  std::shared_ptr<const ReadyLabels> named(const std::string& name);

  /// Labels of a request. Throws Error as Labelling does.
  std::shared_ptr<const ReadyLabels> of(LabelSet labels, bool none);

 private:
  std::shared_ptr<const tasks::LabelVectors> others();  // with the mutex held

  const Model& model_;
  std::mutex mutex_;
  std::shared_ptr<const tasks::LabelVectors> others_;
  std::map<std::string, std::shared_ptr<const ReadyLabels>> kept_;
};

/// The fields `set` (a set's name) or `labels` and `templates`. Throws as Reader does.
struct LabelChoice {
  std::string set;  // empty: the labels
  LabelSet labels;
};
LabelChoice read_labels_asked(Reader& reader);

}  // namespace hearken::server

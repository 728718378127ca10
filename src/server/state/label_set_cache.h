// Labels to ask about: those of a request, and the program's own sets, whose texts are embedded once.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "hearken/labels.h"
#include "hearken/model.h"
#include "server/http/json.h"
#include "tasks/labels/labelling.h"

namespace hearken::server {

/// The fields `set` (a set's name) or `labels` and `templates`. Throws as Reader does.
struct LabelChoice {
  std::string set;  // empty: the labels
  LabelSet labels;
};
LabelChoice read_labels_asked(Reader& reader);

/// A set and what classifies by it. Const, and shared by threads.
struct ReadyLabels {
  const LabelSet set;
  const tasks::Labelling labelling;

  /// Sounds may be none of them where `others` is not null.
  ReadyLabels(const Model& model, LabelSet labels, std::vector<float> vectors,
              std::shared_ptr<const tasks::LabelVectors> others);
};

/// Any thread may call. In two steps, between which texts are embedded in slices.
class LabelSetCache {
 public:
  explicit LabelSetCache(const Model& model) : model_(model) {}

  struct Begun {
    LabelChoice choice;
    bool none = true;                // sounds may be none of the labels
    std::vector<std::string> texts;  // to be embedded: the set's, then AudioSet's
    std::size_t own = 0;             // the set's
    std::shared_ptr<const ReadyLabels> ready;
    std::shared_ptr<const tasks::LabelVectors> others;
  };
  /// Throws Error(not_found) for a set that there is not, and Error as label_prompts() does. Of a set of the program's
  /// sounds may always be none.
  Begun begin(LabelChoice choice, bool none);
  /// `rows` are the scored vectors of the texts. Sets of the program's are kept.
  std::shared_ptr<const ReadyLabels> finish(Begun begun, std::span<const float> rows);

 private:
  const Model& model_;
  std::mutex mutex_;
  std::shared_ptr<const tasks::LabelVectors> others_;
  std::map<std::string, std::shared_ptr<const ReadyLabels>> kept_;
};

}  // namespace hearken::server

// find, like and classify over an engine: the same searches, through its index.
#include "remote/connection.h"
#include "search/query/like_search.h"
#include "search/query/vector_search.h"
#include "tasks/labels/labelling.h"

namespace hearken {

FindResult find(const Remote& remote, const Model& model, std::string_view text, const FindOptions& options) {
  const auto index = remote::index_for(remote, model);
  return search::find_in(*index, model, text, options);
}

LikeResult like(const Remote& remote, const Model& model, std::span<const LikeItem> items, const LikeOptions& options) {
  const auto index = remote::index_for(remote, model);
  return search::like_in(*index, model, items, options);
}

ClassifyResult classify(const Remote& remote, const Model& model, std::span<const std::int64_t> tracks,
                        const LabelSet& labels, const ClassifyOptions& options) {
  const auto index = remote::index_for(remote, model);
  return tasks::classify_in(*index, model, tracks, labels, options);
}

}  // namespace hearken

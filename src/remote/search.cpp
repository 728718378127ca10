// find, like and classify over an engine: the same searches, through its index.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "remote/connection.h"
#include "search/index/track_names.h"
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
  const tasks::Labelling labelling(model, labels, options);
  ClassifyResult out;
  out.windowing = index->space().windowing;
  constexpr std::size_t kAtOnce = 50;
  for (std::size_t at = 0; at < tracks.size(); at += kAtOnce) {
    const auto some = tracks.subspan(at, std::min(kAtOnce, tracks.size() - at));
    const auto known = index->tracks(some);
    auto windows = index->windows_of(some);
    for (std::size_t i = 0; i < some.size(); ++i) {
      if (!known[i] || windows[i].starts_seconds.empty()) {
        out.skipped.push_back({fmt::format("id:{}", some[i]), ErrorCode::not_found, "no such track in the engine"});
        continue;
      }
      Classified song = labelling(search::sound_of(*index, std::move(windows[i]), known[i]->duration_seconds));
      song.id = some[i];
      song.path = known[i]->path;
      song.title = known[i]->title;
      song.artist = known[i]->artist;
      song.duration_seconds = known[i]->duration_seconds;
      out.songs.push_back(std::move(song));
    }
  }
  return out;
}

}  // namespace hearken

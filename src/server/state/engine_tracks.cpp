#include "server/state/engine_tracks.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "server/state/tracks.h"

namespace hearken::server {

json visit_tracks(const search::Index& engine, std::span<const ScoreInput> tracks,
                  const std::function<void(json card, const FileEmbedding& sound)>& visit) {
  constexpr std::size_t kAtOnce = 50;
  TrackCards cards(engine);
  json skipped = json::array();
  for (std::size_t at = 0; at < tracks.size(); at += kAtOnce) {
    std::vector<std::int64_t> ids;
    for (const ScoreInput& track : tracks.subspan(at, std::min(kAtOnce, tracks.size() - at))) ids.push_back(track.id);
    const std::vector<std::optional<Track>> rows = cards.rows(ids);
    auto windows = engine.windows_of(ids);
    for (std::size_t i = 0; i < ids.size(); ++i) {
      if (!rows[i] || windows[i].starts_seconds.empty()) {
        skipped.push_back(skipped_json({fmt::format("id:{}", ids[i]), ErrorCode::not_found, "it is not there"}));
        continue;
      }
      visit(cards.card(*rows[i]), search::sound_of(engine, std::move(windows[i]), rows[i]->duration_seconds));
    }
  }
  return skipped;
}

}  // namespace hearken::server

// Rows of `models` and `embeddings`.
#include "library/catalogue/embeddings.h"

#include <fmt/format.h>

#include <utility>

#include "core/paths.h"
#include "library/catalogue/tracks.h"
#include "library/digests.h"
#include "library/library_impl.h"

namespace hearken::library {
namespace {

constexpr std::int64_t kMostDimensions = 65536;

bool is_seconds(double value) { return value > 0 && value <= 3600; }  // what Model takes

}  // namespace

std::vector<Space> spaces(const Library& library) {
  Statement rows(impl_of(library).db(),
                 "SELECT id, name, fingerprint, dimension, window_seconds, hop_seconds, precision, "
                 "(SELECT coalesce(max(e.id), 0) FROM embeddings e JOIN tracks t ON t.id = e.track_id "
                 "WHERE e.model_id = m.id AND t.missing = 0) FROM models m ORDER BY id");
  std::vector<Space> out;
  while (rows.step()) {
    const std::int64_t dimension = rows.integer(3);
    if (dimension < 1 || dimension > kMostDimensions || !is_seconds(rows.real(4)) || !is_seconds(rows.real(5)))
      throw Error(ErrorCode::corrupt,
                  fmt::format("{}: damaged: model {} has a dimension, a window or a hop that no model has",
                              display(library.path()), rows.integer(0)));
    out.push_back({rows.integer(0),
                   rows.text(1),
                   rows.text(2),
                   static_cast<std::size_t>(dimension),
                   {rows.real(4), rows.real(5)},
                   parse_precision(rows.text(6)),
                   rows.integer(7)});
  }
  return out;
}

std::string state_of(const Library& library) {
  std::string out;
  Statement models(impl_of(library).db(), "SELECT id, hex(state) FROM models ORDER BY id");
  while (models.step()) out += fmt::format("{}:{} ", models.integer(0), models.text(1));
  Statement missing(impl_of(library).db(), "SELECT count(*), total(id) FROM tracks WHERE missing = 1");
  if (missing.step()) out += fmt::format("{} {}", missing.integer(0), missing.real(1));
  return out;
}

std::optional<std::vector<std::byte>> state_of(const Library& library, std::int64_t model_id) {
  Statement row(impl_of(library).db(), "SELECT state FROM models WHERE id = ?");
  row.bind(model_id);
  if (!row.step()) return std::nullopt;
  const Bytes state = row.bytes(0);
  return std::vector<std::byte>(state.begin(), state.end());
}

std::vector<Embedding> embeddings(const Library& library, std::int64_t model_id, bool missing_too) {
  Statement rows(impl_of(library).db(),
                 "SELECT e.id, e.track_id, e.window_count, t.content_hash FROM embeddings e JOIN tracks t ON t.id = "
                 "e.track_id WHERE e.model_id = ? AND t.missing <= ? ORDER BY e.track_id");
  std::vector<Embedding> out;
  for (rows.bind(model_id, missing_too); rows.step();)
    out.push_back({rows.integer(0), rows.integer(1), rows.integer(2), rows.digest(3)});
  return out;
}

std::int64_t count_embeddings(const Library& library, std::int64_t model_id) {
  Statement row(impl_of(library).db(),
                "SELECT count(*) FROM embeddings e JOIN tracks t ON t.id = e.track_id WHERE e.model_id = ? AND "
                "t.missing = 0");
  row.bind(model_id);
  return row.step() ? row.integer(0) : 0;
}

std::vector<std::int64_t> embedded_tracks(const Library& library, std::int64_t model_id) {
  Statement rows(impl_of(library).db(), "SELECT track_id FROM embeddings WHERE model_id = ? ORDER BY track_id");
  std::vector<std::int64_t> out;
  for (rows.bind(model_id); rows.step();) out.push_back(rows.integer(0));
  return out;
}

std::optional<std::int64_t> windows_of(const Library& library, std::int64_t track, std::int64_t model_id) {
  Statement row(impl_of(library).db(), "SELECT window_count FROM embeddings WHERE track_id = ? AND model_id = ?");
  row.bind(track, model_id);
  return row.step() ? std::optional(row.integer(0)) : std::nullopt;
}

std::optional<std::int64_t> track_of_content(const Library& library, const Digest& content, std::int64_t model_id) {
  Statement row(impl_of(library).db(),
                "SELECT t.id FROM tracks t JOIN embeddings e ON e.track_id = t.id WHERE t.content_hash = ? "
                "AND e.model_id = ? AND t.missing = 0 ORDER BY t.id LIMIT 1");
  row.bind(std::as_bytes(std::span(content)), model_id);
  return row.step() ? std::optional(row.integer(0)) : std::nullopt;
}

void for_each_mean(const Library& library, std::int64_t model_id, const std::function<void(MeanRow&&)>& visit) {
  Statement rows(impl_of(library).db(),
                 std::string("SELECT ") + kTrackColumns +
                     ", e.id, e.window_count, e.mean, e.digest FROM embeddings e JOIN tracks t ON t.id = "
                     "e.track_id WHERE e.model_id = ? AND t.missing = 0 ORDER BY t.id");
  for (rows.bind(model_id); rows.step();) {
    MeanRow row;
    read_track(rows, row.track);
    row.embedding = rows.integer(kBehindTrack);
    row.windows = rows.integer(kBehindTrack + 1);
    if (const Bytes mean = rows.bytes(kBehindTrack + 2); is_whole(mean, rows, kBehindTrack + 3)) row.mean = mean;
    visit(std::move(row));
  }
}

}  // namespace hearken::library

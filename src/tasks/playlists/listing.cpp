// What may be listed, and the steps between what is.
#include "tasks/playlists/listing.h"

#include <algorithm>
#include <string>
#include <utility>

#include "core/numerics/vectors.h"
#include "search/scan/stored_rows.h"

namespace hearken::tasks {
namespace {

// In quotes, as the language of `where` reads it.
std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

search::Selection selection_of(const ListedFrom& from) {
  search::Selection out = search::selection_of(from.under, from.where);
  if (from.genre.empty()) return out;
  search::Where genre = search::parse_where("genre ~ " + quoted(from.genre));
  if (!out.where) {
    out.where = std::move(genre);
  } else {
    search::Where both;
    both.kind = search::Where::Kind::all;
    both.parts = {std::move(*out.where), std::move(genre)};
    out.where = std::move(both);
  }
  return out;
}

}  // namespace

Listing::Listing(const search::Index& index, const ListedFrom& from)
    : index_(index), scope_{selection_of(from), {}, false} {}

std::optional<ListedTrack> Listing::card(std::int64_t id) const {
  std::optional<Track> track = std::move(index_.tracks({&id, 1}).at(0));
  if (!track || track->missing) return std::nullopt;
  ListedTrack out;
  out.id = id;
  out.path = std::move(track->path);
  out.title = std::move(track->title);
  out.artist = std::move(track->artist);
  out.album = std::move(track->album);
  out.duration_seconds = track->duration_seconds;
  return out;
}

TrackList Listing::empty_list() const {
  TrackList list;
  list.model = index_.space().name;
  list.windowing = index_.space().windowing;
  list.without_vectors = index_.without_vectors(scope_.selection);
  return list;
}

double distance(std::span<const float> a, std::span<const float> b) { return std::max(0.0, 1 - numerics::dot(a, b)); }

void add_steps(TrackList& list, std::span<const std::vector<float>> means) {
  list.duration_seconds = 0;
  for (std::size_t i = 0; i < list.tracks.size(); ++i) {
    list.tracks[i].step = i == 0 ? 0 : distance(means[i - 1], means[i]);
    list.duration_seconds += list.tracks[i].duration_seconds;
  }
}

}  // namespace hearken::tasks

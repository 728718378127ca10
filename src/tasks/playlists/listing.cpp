// Rows of the catalogue and vectors of the engine, for lists.
#include "tasks/playlists/listing.h"

#include <algorithm>
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

Listing::Listing(const Library& library, const search::Space& space, const ListedFrom& from)
    : library_(library),
      space_(space),
      engine_(library, space_),
      selection_(selection_of(from)),
      filter_(search::select_tracks(library, selection_)),
      catalogue_(library) {}

std::optional<ListedTrack> Listing::card(std::int64_t id) {
  std::optional<Track> track = catalogue_.track(id);
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

audio::Features Listing::measured(std::int64_t id) { return catalogue_.features(id).value_or(audio::Features()); }

std::vector<float> Listing::mean(std::int64_t id) const {
  std::vector<float> out = engine_.track_mean(id);
  numerics::scale_to_unit(out, space_.dimension);
  return out;
}

TrackList Listing::empty_list() const {
  TrackList list;
  list.model = space_.name;
  list.windowing = space_.windowing;
  list.without_vectors = search::count_without(library_, space_, selection_);
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

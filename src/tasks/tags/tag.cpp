// `tag`: a set's labels for every track, and which of them are worth a tag.
#include "hearken/tag.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "core/threads/threads.h"
#include "hearken/classify.h"
#include "library/catalogue/embeddings.h"
#include "library/catalogue/stored_track.h"
#include "library/catalogue/tags.h"
#include "library/window_flags.h"
#include "search/index/select.h"
#include "search/scan/sounding.h"
#include "tasks/labels/labelling.h"
#include "tasks/tags/one_name.h"

namespace hearken {
namespace {

constexpr std::size_t kMostTags = 10;  // of a set, on a track
constexpr double kNear = 0.5;          // as probable as the first, of names of music

// The ids of visible tracks with vectors in the space that the selection picks, ascending.
std::vector<std::int64_t> chosen(const Library& library, const search::Space& space, const search::Selection& which) {
  const search::TrackFilter filter = search::select_tracks(library, which);
  std::vector<std::int64_t> out;
  for (const library::Embedding& one : library::embeddings(library, space.model_id))
    if (!filter.only || std::ranges::binary_search(*filter.only, one.track)) out.push_back(one.track);
  return out;
}

// Kinds of names for music, by AudioSet's ontology; the rest are genres and uses.
enum class Music { instrument, mood, other };

std::map<std::string, Music> names_of_music() {
  std::map<std::string, Music> out;
  for (const Label& label : label_set("instruments").labels) out.emplace(label.name, Music::instrument);
  for (const Label& label : label_set("moods").labels) out.emplace(label.name, Music::mood);
  const LabelSet audioset = label_set("audioset");
  for (const Label& label : audioset.labels) {
    for (const Label* at = &label;; at = &audioset.labels[*at->parent]) {
      if (at->name == "Musical instrument" || at->name == "Music")
        out.emplace(label.name, at->name == "Music" ? Music::other : Music::instrument);
      if (!at->parent) break;
    }
  }
  return out;
}

// The labels of likelihood kClearLikelihood and more. Of music more are than one would say, because a flute is much
// like a clarinet: of instruments, of moods and of the rest those count that are at least half as probable as the first
// of their kind.
std::vector<Tag> tags_of(const Classified& song, const std::string& set, const std::optional<tasks::OneName>& one_name,
                         const std::map<std::string, Music>& music) {
  std::vector<Tag> out;
  const auto add = [&](const LabelScore& s) {
    out.push_back({s.label, set, s.score, s.probability, s.likelihood, false});
  };
  if (one_name) {
    if (const auto name = (*one_name)(song.scores)) add(*name);
    return out;
  }
  std::map<Music, double> first;  // probability
  for (const LabelScore& s : song.scores) {
    if (s.likelihood < kClearLikelihood || out.size() == kMostTags) break;  // the best come first
    if (const auto kind = music.find(s.label);
        kind != music.end() && s.probability < kNear * first.emplace(kind->second, s.probability).first->second)
      continue;
    add(s);
  }
  return out;
}

}  // namespace

TagResult tag(const Library& library, const Model& model, const LabelSet& labels, const TagOptions& options) {
  const search::Selection which = search::selection_of(options.under, options.where);
  const search::Space space = search::space_made_by(library, model, options.windowing);
  ClassifyOptions how;
  how.templates = options.templates;
  how.threads = options.threads;
  std::optional<tasks::OneName> one_name;
  if (tasks::gives_one_name(labels)) one_name.emplace(labels);
  const tasks::Labelling labelling(model, one_name ? one_name->asked() : labels, how);

  const std::map<std::string, Music> music = names_of_music();

  TagResult out;
  out.without_vectors = search::count_without(library, space, which);
  const std::vector<std::int64_t> ids = chosen(library, space, which),
                                  silent = library::silent_tracks(library, space.model_id);
  IndexProgress progress;
  progress.files_total = static_cast<std::int64_t>(ids.size());
  const double began = monotonic_seconds();
  library::TrackReader reader(library, space);
  for (const std::int64_t id : ids) {
    try {
      library::StoredTrack track = reader.track(id);
      search::drop_silence(track.starts_seconds, track.vectors, track.flags);
      const Classified song = labelling({id,
                                         track.path,
                                         {},
                                         {},
                                         track.duration_seconds,
                                         options.windowing.window_seconds,
                                         track.starts_seconds,
                                         track.vectors});
      TaggedTrack tagged{id, std::move(track.path), std::move(track.title), std::move(track.artist), {}};
      if (!std::ranges::binary_search(silent, id)) tagged.tags = tags_of(song, labels.name, one_name, music);
      out.tracks.push_back(std::move(tagged));
    } catch (const Error& error) {
      if (error.code() != ErrorCode::not_found && error.code() != ErrorCode::corrupt) throw;
      out.skipped.push_back({"id:" + std::to_string(id), error.code(), error.what()});
    }
    ++progress.files_done;
    progress.elapsed_seconds = monotonic_seconds() - began;
    if (options.progress && progress.files_done % 1000 == 0) options.progress(progress);
  }
  if (!options.dry_run) library::put_tags(library, out.tracks, labels.name, space.fingerprint);
  return out;
}

}  // namespace hearken

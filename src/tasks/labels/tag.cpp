// The table of tags: what the machine writes into it, and what a person does.
#include "hearken/tag.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "core/paths.h"
#include "core/text.h"
#include "core/threads.h"
#include "hearken/classify.h"
#include "library/library_impl.h"
#include "library/sqlite.h"
#include "library/window_flags.h"
#include "search/index/select.h"
#include "search/index/track_names.h"
#include "search/index/track_reader.h"
#include "search/scan/sounding.h"
#include "tasks/labels/labelling.h"
#include "tasks/labels/one_name.h"

namespace hearken {
namespace {

using library::Statement;
using library::Transaction;

constexpr std::size_t kMostTags = 10;  // of a set, on a track
constexpr double kNear = 0.5;          // as probable as the first, of names of music

// The column `verdict`: what a person said of a tag.
enum Verdict : std::int64_t { kRemoved = -1, kNothing = 0, kAdded = 1 };

constexpr const char* kTagColumns = "label, label_set, score, probability, likelihood, verdict";
constexpr const char* kTagOrder = "verdict DESC, score DESC, label";

Tag read_tag(const Statement& row, int from) {
  const auto number = [&](int column) { return row.null(from + column) ? 0 : row.real(from + column); };
  const bool by_person = row.integer(from + 5) == kAdded;
  return {row.text(from), row.text(from + 1), number(2), number(3), by_person ? 1 : number(4), by_person};
}

std::string trimmed_label(const std::string& label) {
  if (is_blank(label)) throw Error(ErrorCode::invalid_argument, "a label is empty");
  return std::string(trimmed(label));
}

// The ids of visible tracks with vectors in the space that the selection picks, ascending.
std::vector<std::int64_t> chosen(const Library& library, const search::Space& space, const search::Selection& which) {
  const search::TrackFilter filter = search::select_tracks(library, which);
  Statement rows(library.impl().db(),
                 "SELECT e.track_id FROM embeddings e JOIN tracks t ON t.id = e.track_id WHERE e.model_id = ? AND "
                 "t.missing = 0 ORDER BY e.track_id");
  std::vector<std::int64_t> out;
  for (rows.bind(space.model_id); rows.step();) {
    const std::int64_t id = rows.integer(0);
    if (!filter.only || std::ranges::binary_search(*filter.only, id)) out.push_back(id);
  }
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

void store(const Library& library, const std::vector<TaggedTrack>& tracks, const std::string& set,
           const std::string& fingerprint) {
  library::Database& db = library.impl().db();
  Transaction transaction(db, Transaction::Kind::write);
  Statement clear(db, "DELETE FROM tags WHERE track_id = ?1 AND verdict = 0 AND (label_set = ?2 OR model <> ?3)");
  Statement put(
      db,
      "INSERT INTO tags (track_id, label, label_set, model, score, probability, likelihood, verdict) SELECT id, "
      "?2, ?3, ?4, ?5, ?6, ?7, 0 FROM tracks WHERE id = ?1 ON CONFLICT (track_id, label) DO UPDATE SET "
      "label_set = ?3, model = ?4, score = ?5, probability = ?6, likelihood = ?7");
  for (const TaggedTrack& track : tracks) {
    clear.run(track.id, set, fingerprint);
    for (const Tag& t : track.tags) put.run(track.id, t.label, set, fingerprint, t.score, t.probability, t.likelihood);
  }
  transaction.commit();
}

}  // namespace

std::vector<Tag> tags(const Library& library, std::int64_t track) {
  Statement rows(library.impl().db(), std::string("SELECT ") + kTagColumns +
                                          " FROM tags WHERE track_id = ? AND verdict >= 0 ORDER BY " + kTagOrder);
  std::vector<Tag> out;
  for (rows.bind(track); rows.step();) out.push_back(read_tag(rows, 0));
  return out;
}

std::vector<TaggedTrack> tagged_tracks(const Library& library) {
  Statement rows(
      library.impl().db(),
      std::string("SELECT t.id, t.path, t.title, t.artist, ") + kTagColumns +
          " FROM tags JOIN tracks t ON t.id = track_id WHERE verdict >= 0 AND t.missing = 0 ORDER BY t.id, " +
          kTagOrder);
  std::vector<TaggedTrack> out;
  while (rows.step()) {
    if (out.empty() || out.back().id != rows.integer(0))
      out.push_back({rows.integer(0), rows.path(1), rows.text(2), rows.text(3), {}});
    out.back().tags.push_back(read_tag(rows, 4));
  }
  return out;
}

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
  search::TrackReader reader(library, space);
  for (const std::int64_t id : ids) {
    try {
      search::StoredTrack track = reader.track(id);
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
  if (!options.dry_run) store(library, out.tracks, labels.name, space.fingerprint);
  return out;
}

void set_tags(const Library& library, std::span<const std::int64_t> tracks, std::span<const std::string> add,
              std::span<const std::string> remove) {
  std::map<std::string, Verdict> said;
  for (const std::string& label : add) said[trimmed_label(label)] = kAdded;
  for (const std::string& label : remove) {
    if (!said.emplace(trimmed_label(label), kRemoved).second)
      throw Error(ErrorCode::invalid_argument, "'" + display(label) + "' is both added and removed");
  }
  library::Database& db = library.impl().db();
  Transaction transaction(db, Transaction::Kind::write);
  Statement put(db,
                "INSERT INTO tags (track_id, label, label_set, model, verdict) VALUES (?1, ?2, '', '', ?3) "
                "ON CONFLICT (track_id, label) DO UPDATE SET verdict = ?3");
  for (const std::int64_t track : tracks) {
    if (!search::track_card(library, track))
      throw Error(ErrorCode::not_found,
                  display(library.path()) + ": track id:" + std::to_string(track) + " is not there");
    for (const auto& [label, verdict] : said) put.run(track, label, static_cast<std::int64_t>(verdict));
  }
  transaction.commit();
}

}  // namespace hearken

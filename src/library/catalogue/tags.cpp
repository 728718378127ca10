// The table of tags: what the machine writes into it, and what a person does.
#include "library/catalogue/tags.h"

#include <map>

#include "core/paths.h"
#include "core/text.h"
#include "library/catalogue/tracks.h"
#include "library/library_impl.h"

namespace hearken {
namespace library {
namespace {

// The column `verdict`: what a person said of a tag.
enum VerdictColumn : std::int64_t { kRemoved = -1, kNothing = 0, kAdded = 1 };

constexpr const char* kTagColumns = "label, label_set, score, probability, likelihood, verdict";

Tag read_tag(const Statement& row, int from) {
  const auto number = [&](int column) { return row.null(from + column) ? 0 : row.real(from + column); };
  const bool by_person = row.integer(from + 5) == kAdded;
  return {row.text(from), row.text(from + 1), number(2), number(3), by_person ? 1 : number(4), by_person};
}

std::string trimmed_label(const std::string& label) {
  if (is_blank(label)) throw Error(ErrorCode::invalid_argument, "a label is empty");
  return std::string(trimmed(label));
}

}  // namespace

void put_tags(const Library& library, std::span<const TaggedTrack> tracks, const std::string& set,
              const std::string& fingerprint) {
  Database& db = impl_of(library).db();
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

std::vector<Verdict> verdicts(const Library& library) {
  Statement rows(impl_of(library).db(),
                 "SELECT track_id, label, label_set, verdict FROM tags WHERE verdict <> 0 ORDER BY track_id, label");
  std::vector<Verdict> out;
  while (rows.step()) out.push_back({rows.integer(0), rows.text(1), rows.text(2), rows.integer(3) > 0});
  return out;
}

}  // namespace library

using library::Statement;
using library::Transaction;

std::vector<Tag> tags(const Library& library, std::int64_t track) {
  Statement rows(impl_of(library).db(), std::string("SELECT ") + library::kTagColumns +
                                            " FROM tags WHERE track_id = ? AND verdict >= 0 ORDER BY " +
                                            library::kTagOrder);
  std::vector<Tag> out;
  for (rows.bind(track); rows.step();) out.push_back(library::read_tag(rows, 0));
  return out;
}

std::vector<TaggedTrack> tagged_tracks(const Library& library) {
  Statement rows(
      impl_of(library).db(),
      std::string("SELECT t.id, t.path, t.title, t.artist, ") + library::kTagColumns +
          " FROM tags JOIN tracks t ON t.id = track_id WHERE verdict >= 0 AND t.missing = 0 ORDER BY t.id, " +
          library::kTagOrder);
  std::vector<TaggedTrack> out;
  while (rows.step()) {
    if (out.empty() || out.back().id != rows.integer(0))
      out.push_back({rows.integer(0), rows.path(1), rows.text(2), rows.text(3), {}});
    out.back().tags.push_back(library::read_tag(rows, 4));
  }
  return out;
}

void set_tags(const Library& library, std::span<const std::int64_t> tracks, std::span<const std::string> add,
              std::span<const std::string> remove) {
  std::map<std::string, std::int64_t> said;
  for (const std::string& label : add) {
    if (!is_utf8(label)) throw Error(ErrorCode::invalid_argument, "the label '" + display(label) + "' is no UTF-8");
    said[library::trimmed_label(label)] = library::kAdded;
  }
  for (const std::string& label : remove) {
    if (!said.emplace(library::trimmed_label(label), library::kRemoved).second)
      throw Error(ErrorCode::invalid_argument, "'" + display(label) + "' is both added and removed");
  }
  library::Database& db = impl_of(library).db();
  Transaction transaction(db, Transaction::Kind::write);
  Statement put(db,
                "INSERT INTO tags (track_id, label, label_set, model, verdict) VALUES (?1, ?2, '', '', ?3) "
                "ON CONFLICT (track_id, label) DO UPDATE SET verdict = ?3");
  for (const std::int64_t track : tracks) {
    library::wanted_track(library, track);
    for (const auto& [label, verdict] : said) put.run(track, label, verdict);
  }
  transaction.commit();
}

}  // namespace hearken

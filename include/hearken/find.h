// Search by text over a library: exact, over every window and every track.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hearken/library.h"
#include "hearken/model.h"
#include "hearken/run.h"

namespace hearken {

/// What is ranked, and by what. Everywhere a window's score is the cosine of its vector and the query's; windows in
/// which nothing is heard (of which nothing is louder than -60 LUFS) do not count.
enum class FindRank {
  mean,     // tracks, by the mean score of their windows
  best,     // tracks, by the score of their best window
  top3,     // tracks, by the mean score of their three best windows (of fewer: of all)
  moments,  // windows; one that overlaps a better one of its track, or an equal one before it, is left out
};

std::string_view to_string(FindRank rank) noexcept;  // "mean", "best", "top3", "moments"

struct FindOptions : RunOptions {
  int k = 10;                   // at most this many results
  int offset = 0;               // after leaving out this many
  std::filesystem::path under;  // only tracks at or below this path; empty: all
  std::string where;            // only tracks of which this is true, such as "genre = 'Jazz' and duration < 300"
                                // (docs/FIND.md); empty: all
  FindRank rank = FindRank::mean;

  // What is not wanted, beside what the text itself says: "calm piano, no drums" is "calm piano" without "drums"
  // (docs/FIND.md). The query is unit(v(wanted) − ½ · mean of v(without_i)), of which the second part is there when
  // anything is not wanted.
  // v(t) is the unit vector of t; with `ensemble`, unit(mean of the unit vectors of t in several sentences), such as
  // "This is a sound of {}." (docs/FIND.md has them all). unit(x) = x / |x|.
  std::vector<std::string> without;
  bool ensemble = false;

  // Tracks in which nothing is heard come first, each with a score of 1. find() does so itself where the text asks for
  // silence ("silence", "room tone", "no sound"); no other search finds them.
  bool silence = false;

  bool ratings = true;          // ratings that count re-order tracks (rate.h)
  bool other_wordings = false;  // FindResult::wordings is wanted even where the answer is clear, and all of it
};

struct FindHit {
  std::int64_t id = 0;  // the track, as in `id:42`
  std::filesystem::path path;
  std::string title;  // empty when the file has no tags
  std::string artist;
  double score = 0;  // as FindRank says, -1 to 1
  Level level = Level::low;
  double likelihood = 0;     // that it is what the text says, 0 to 1 (Model::likelihood)
  double start_seconds = 0;  // the track's window nearest the query, the first of equals; of moments, the window
  double end_seconds = 0;
  double preference = 0;  // learned from ratings (rate.h); 0 when none count
  bool silent = false;    // nothing is heard in the track: FindOptions::silence
};

/// How well a query found, said in one way.
struct FindWording {
  std::string text;
  double best = 0;  // the best result's score
  double mean = 0;  // of the k best results' scores
  Level level = Level::low;
  double likelihood = 0;  // of the best result
  Answer answer = Answer::none;
};

struct FindResult {
  Answer answer = Answer::none;  // by the best score, whatever the page and the ratings
  double best_score = 0;
  bool unknown_words = false;        // the text says nothing that the model knows (only a model of evidence can tell)
  std::vector<FindHit> hits;         // best first; equal scores by id, then by start; re-ordered by ratings
  std::int64_t ratings = 0;          // that did so
  std::int64_t searched = 0;         // tracks that were compared
  std::int64_t without_vectors = 0;  // tracks left out: there, but with other vectors only
  Windowing windowing;               // of the vectors compared
  std::vector<Windowing> other_windowings;  // of this model's vectors that were left aside
  std::string wanted;                       // of the text
  std::vector<std::string> without;         // what the text says is not wanted, then what FindOptions says
  std::vector<FindWording> wordings;        // the text and other known wordings of it (sixteen at most unless they are
                                            // asked for), best first; empty if none is known, or the answer is clear
  std::optional<FindWording> clearer;  // the best of them, where it answers more clearly than the text: not `none`,
                                       // and its likelihood is at least 0.2 higher
  double embed_seconds = 0;
  double search_seconds = 0;
};

/// The vectors searched are those that `model` made in this library; where it did so with several windowings, those of
/// the windowing that was indexed last.
/// Levels are the model's for scores of plain texts by their mean; other ranks and queries take the same thresholds.
/// Throws Error: invalid_argument (a text that is empty or only says what is not wanted, a k below 1, an offset below
/// 0, a `where` that is none: says at which character), mismatch (the library holds no vectors of this model; the
/// message names those it holds).
FindResult find(const Library& library, const Model& model, std::string_view text, const FindOptions& options = {});

/// Throws what find() throws for a library without tracks, or of which no model has this name: for asking before a
/// model is fetched. One that is at hand may have another name here; find() knows it by its fingerprint.
void check_holds(const Library& library, std::string_view model_name);

}  // namespace hearken

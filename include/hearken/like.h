// Search by sound over a library: the tracks that sound like a file, a track, samples, or several of them.
//
// A query is a list of items. Each is sound (a file, a track of the library, samples) or words, and counts for or
// against. Their vectors combine by arithmetic on directions. With u_i the direction of item i (a sound's: the mean of
// its windows' unit vectors, scaled to length 1; a text's: its vector) and s_i its sign, +1 or -1:
//
//   by votes   the windows of every sound that counts for are the query's windows. Window w of item j searches with
//                  q = normalised(w + sum over i != j of s_i · u_i)
//              and hits its `neighbours` nearest tracks, each once, by their nearest window: a long track has no more
//              hits to win than a short one. Where that gives fewer than 50 tracks, or fewer than k, every window hits
//              more tracks, as many as it takes (beyond 50: for the next of 100, 200, 400, … that is at least k).
//              A track's votes are its hits, its total similarity the sum of (1 - distance) over them, distance being
//              1 - cosine, and
//                  score = votes_weight · votes / max(votes) + similarity_weight · total / max(total)
//              with the maxima over all other tracks that got hits: it is relative to the best one. A negative total
//              counts as 0. A track in which every window of the query hit an identical one (distance below 0.0001:
//              the query's own recording, or one that contains it) has the full score, comes first and takes no part
//              in the maxima. A track without any hit is not in the result.
//   by mean    one vector, normalised(sum of s_i · u_i), is compared with the normalised mean of every track; the
//              score is that cosine, -1 to 1.
//
// How alike a track and the query are is said in cosines that mean the same in every answer. By votes: the mean over
// the query's windows of the cosine of the window and the track's nearest one (of a track that is not among the nearest
// 50 of a window, or as many as are voted for, at most that of the last of these). By mean: the score. Where words or
// sounds that count against draw the query away from its sounds, that is read against the cosine of the drawn query
// and the sounds themselves: likelihood is about sounds. Model's likelihood is about words; this one is
// likelihood_alike().
//
// Silence takes no part: windows of which nothing is louder than -60 LUFS, those of the library and those of the query.
// A query of nothing else finds nothing. Windows that `hearken clean` flagged (clean.h) do not vote and are not voted
// for: neither those of the library, nor those of a query that the library knows, unless it has no others. By mean they
// count as before.
//
// A sound of the query that is a track of the library itself, given by its number or as a file with the same bytes, is
// told apart (LikeResult::self). It is not among what is found, nor in the maxima.
//
// So every window keeps the moment it stands for and is drawn, all windows in the same way, towards the other items:
// with A and B a track must be near to both, however many windows each of them has. Of a single item nothing is
// added: its windows search as they are. A window that the others cancel (q would be 0) does not vote.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "hearken/library.h"
#include "hearken/model.h"
#include "hearken/run.h"

namespace hearken {

/// A sound file. When its bytes are a track's of the library, it leaves that out as a LibraryTrack does.
struct SoundFile {
  std::filesystem::path path;
};

/// A track of the library; no audio is read. It leaves itself out of the result, see LikeOptions::include_self.
struct LibraryTrack {
  std::int64_t id = 0;
};

/// Mono samples, nominally -1 to 1, at any rate.
struct Samples {
  std::vector<float> mono;
  int sample_rate_hz = 0;
  std::string name = "samples";  // for messages
};

/// What the text says is not wanted ("but with strings, no vocals") counts against, or for where the item is negative:
/// see understood().
struct Words {
  std::string text;
};

struct LikeItem {
  std::variant<SoundFile, LibraryTrack, Samples, Words> what;
  bool negative = false;  // away from it
  // The part of a sound that is meant; a duration of 0 means to the end. Of a file and of samples exactly this part is
  // embedded, in windows from its start on; of a track those of its windows are taken that lie within it, or the one
  // that shares most with it (the first of equals) when none does. Moments are counted from the sound's own start.
  double start_seconds = 0;
  double duration_seconds = 0;
};

/// The items as like() takes them: in place of words that say what is not wanted an item for what is wanted, if there
/// is anything, and one for each thing that is not, which counts the other way. What is said not to be wanted of a
/// negative item is what it names: away from "no drums" is away from drums. Of what it gives itself it makes the same
/// again.
std::vector<LikeItem> understood(std::span<const LikeItem> items);

/// The sound that a person names: "id:42" is a track of the library, anything else a file. Throws
/// Error(invalid_argument) for "id:" before something that is no number.
LikeItem sound_named(std::string_view name);

/// The number of the track that a person names: "id:42", its path, or its file's name where only one track has it (of
/// those that are there; if none is, of those that are missing). Throws Error: not_found, invalid_argument (several
/// have the name: two of them are named).
std::int64_t track_named(const Library& library, std::string_view name);

/// The cosines of two sounds that are alike with a likelihood of 0.7 (high) and 0.4 (moderate), for vectors of this
/// model. Fitted where the sound's head is that of the model that comes with Hearken (docs/LIKE.md has the figures);
/// of others the reading that goes with CLAP's distances, 0.8 and 0.5, which nobody measured.
Levels alike_levels(const ModelInfo& model = {});

/// The likelihood of being alike that goes with a cosine, 0 to 1: the logistic curve through both levels.
double likelihood_alike(const Levels& levels, double cosine) noexcept;

enum class LikeBy { votes, mean };

struct LikeOptions : RunOptions {
  int k = 10;  // at most this many tracks
  LikeBy by = LikeBy::votes;
  int neighbours = 5;  // tracks that each window votes for, at least
  double votes_weight = 0.2;
  double similarity_weight = 0.8;
  int inputs = 2;               // moments of the query shown for each result; 0: none
  int clips = 2;                // matches shown for each of those
  bool include_self = false;    // keeps the tracks that the query's sounds are, for or against, among the hits
  bool ratings = true;          // general ratings re-order the tracks (rate.h); one that holds the query stays in front
  std::filesystem::path under;  // only tracks at or below this path are found; empty: all
  std::string where;            // only tracks of which this is true (docs/FIND.md); empty: all
};

struct LikeMatch {
  double start_seconds = 0, end_seconds = 0;  // in the track found
  double distance = 0;                        // 1 - cosine, 0 (identical) to 2
};

/// A window of the query, and the windows of the track that are nearest to it, nearest first.
struct LikeMoment {
  std::size_t item = 0;                       // of understood()
  double start_seconds = 0, end_seconds = 0;  // in that sound
  std::vector<LikeMatch> matches;
};

struct LikeHit {
  std::int64_t id = 0;
  std::filesystem::path path;
  std::string title, artist;  // empty when the file has no tags
  double score = 0;
  double likelihood = 0;        // that it sounds like the query, 0 to 1; says the same in every answer
  Level level = Level::low;     // HIGH from a likelihood of 0.7, MODERATE from 0.4
  std::int64_t votes = 0;       // by mean: 0
  double total_similarity = 0;  // by mean: 0
  // The windows of the query that come nearest to this track, nearest first (the first of equals), among all windows
  // of both. Distances are those of q above (by mean: of its windows, drawn in the same way).
  std::vector<LikeMoment> moments;
  double preference = 0;  // learned from ratings (rate.h); 0 when there are none
};

/// A track of the library that a sound of the query is.
struct LikeSelf {
  std::int64_t id = 0;
  std::filesystem::path path;
  std::string title, artist;  // empty when the file has no tags
};

struct LikeResult {
  Answer answer = Answer::none;             // by the greatest likelihood, whatever k and the ratings
  std::vector<LikeHit> hits;                // best first; equal scores by id; re-ordered by ratings
  std::vector<LikeSelf> self;               // in the order of the query, each once
  std::int64_t ratings = 0;                 // that did so
  std::vector<std::size_t> item_windows;    // of each item of understood(), in its part, without silence; 1 of a text
  std::vector<std::string> item_names;      // of each: the path, the track's path, the name of the samples, the text
  std::size_t windows = 0;                  // that searched; 0: nothing is heard in the query
  std::vector<std::string> warnings;        // a file that could be decoded only in part: "PATH: what is missing"; a
                                            // sound that is silent
  std::int64_t without_vectors = 0;         // tracks left out: picked, but with other vectors only
  Windowing windowing;                      // of the vectors compared
  std::vector<Windowing> other_windowings;  // of this model's vectors that were left aside
  double embed_seconds = 0;
  double search_seconds = 0;
};

/// The vectors searched are those that find() takes, and files and samples are cut into the same windows; what is
/// shorter than a window is repeated, as at indexing. A whole file whose bytes the library knows is not decoded: its
/// stored vectors are the query, so its distance to itself is 0 at any precision.
/// Throws Error: invalid_argument (no sound that counts for, a part that makes no sense or begins behind the sound's
/// end, items that cancel each other, options out of range, a `where` that is none), what find() throws for its
/// library, not_found and mismatch for a track that is not there or has no such vectors, and what decoding throws,
/// naming the file.
LikeResult like(const Library& library, const Model& model, std::span<const LikeItem> items,
                const LikeOptions& options = {});

/// The same among the library's vectors of this name, with no model at hand, as those of another program
/// (import_space()): the items are tracks, or whole files, that have such vectors. Throws also unsupported for others.
LikeResult like(const Library& library, std::string_view space, std::span<const LikeItem> items,
                const LikeOptions& options = {});

}  // namespace hearken

// Lists of tracks to listen to: by a description, from one song to another, on from a few songs; and the files that
// players read them from.
//
// Vectors are those of one model with one windowing (of several windowings the one indexed last). A track's mean is the
// normalised mean of its windows; `distance` is 1 - cosine of two of them, 0 to 2. The same library gives the same
// list on every run and number of threads. Two tracks nearer than kSameRecording are one recording: never both in a
// list (unless both were named).
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hearken/library.h"
#include "hearken/like.h"
#include "hearken/model.h"
#include "hearken/run.h"

namespace hearken {

inline constexpr double kSameRecording = 0.0001;

struct ListedTrack {
  std::int64_t id = 0;  // the track, as in `id:42`
  std::filesystem::path path;
  std::string title, artist, album;  // empty when the file has no tags
  double duration_seconds = 0;
  double score = 0;    // why it is here: see each function
  double step = 0;     // its distance from the track before; 0 of the first
  std::string reason;  // the same in a few words: "score 0.213, step 0.12"
};

struct TrackList {
  std::vector<ListedTrack> tracks;   // in playing order
  double duration_seconds = 0;       // of all of them
  std::string model;                 // as the library names it
  Windowing windowing;               // of the vectors compared
  std::int64_t searched = 0;         // tracks that could have been listed
  std::int64_t without_vectors = 0;  // tracks left out: there, but with other vectors only
};

/// Which tracks may be listed. Empty members let all through.
struct ListedFrom {
  std::filesystem::path under;  // only tracks at or below this path
  std::string where;            // only tracks of which this is true (docs/FIND.md)
  std::string genre;            // only tracks whose genre contains this, in any case
};

// ── by a description ──

/// A description taken apart, because models do not understand "no".
struct ListWords {
  std::string wanted;
  std::vector<std::string> without;
};

/// "rainy evening, slow, no drums" is "rainy evening, slow" without "drums"; so are "… without drums", "… but no drums"
/// and "… -drums". docs/FIND.md has the rule, which is that of all texts. Nothing else of the text changes but the
/// commas and spaces around what was cut out.
ListWords split_words(std::string_view text);

struct PlaylistOptions : RunOptions {
  double minutes = 60;               // the list is at most a minute (and at most a tenth) longer than that
  std::vector<std::string> without;  // beside those that split_words() finds
  ListedFrom from;
};

struct Playlist {
  TrackList list;                // score: as find() gives it; only what fits, so it may be shorter than asked for
  Answer answer = Answer::none;  // of the best track (find.h)
  ListWords words;
};

/// Chosen by maximal marginal relevance among the best tracks of a likelihood (find.h) of 0.4 and more, as many as play
/// for three times as long. With
///   r(t)    = (score(t) - least) / (greatest - least) over those
///   s(t, c) = the cosine of their means after the mean of all of those was taken off, at least 0
/// the next one to be chosen, of those that still fit, has the greatest
///   0.7 · r(t) - 0.3 · max of s(t, c) over the chosen c - 0.15 · (how many of its artist are chosen).
/// Then ordered: the best one first, and from there a short way, on which a step costs
///   ½ · (1 - cosine(last window of the one, first window of the other)) + ½ · their means' distance
///   + 0.2 · (their tempos' distance in octaves, halved and doubled tempos being equal; 0 to 1/2)
///   + min(0.2, 0.01 · their loudness's difference in LU)          where the library has measured these
///   + 1 for the same artist twice in a row; and 1/2 with one other between.
/// Throws Error: what find() throws, invalid_argument also for words that only say what is not wanted.
Playlist playlist(const Library& library, const Model& model, std::string_view text,
                  const PlaylistOptions& options = {});

// ── from one song to another ──

struct JourneyOptions : RunOptions {
  int steps = 12;
  ListedFrom from;                // what lies between
  Levels alike = alike_levels();  // of the vectors' model
  std::string model;              // as the library names it; empty: the library's own
};

struct Journey {
  TrackList list;        // score: how far on the way it is, 0 to 1; `steps` steps are steps + 1 tracks
  bool shorter = false;  // there is no way of that many steps through what fits; this is the longest
};

/// A way from one track to another that comes nearer to the end with each step: with a(t) and b(t) the angles between
/// the means of t and of the ends, a / (a + b) grows. Of all such ways with that many steps it has the least greatest
/// distance between neighbours, and of those the least sum of squared ones; of equals the one with the lesser ids.
/// Between them lies only what is like one of the ends, or like the middle between them, with a likelihood of 0.4 and
/// more (likelihood_alike() of the cosine): from one piece of music to another there are no noises.
/// Exact among the 2000 tracks with the greatest cosine to both ends together. Throws Error: what find() throws for its
/// library, not_found and mismatch for a track that is not there or has no such vectors, invalid_argument (no step,
/// both ends the same recording).
Journey journey(const Library& library, std::int64_t first, std::int64_t last, const JourneyOptions& options = {});

// ── on from a few songs ──

/// A track of the library, or the direction of a sound that is not in it.
struct RadioSeed {
  std::int64_t id = 0;      // 0: none
  std::vector<float> mean;  // [dimension], unit length; of a track empty
};

struct RadioOptions : RunOptions {
  double minutes = 60;                  // at least that long, as far as there is something that fits
  int k = 0;                            // given: so many tracks, whatever the minutes
  std::vector<std::int64_t> leave_out;  // tracks that are not played, beside the seeds
  ListedFrom from;
  Levels alike = alike_levels();  // of the vectors' model
  std::string model;              // as the library names it; empty: the library's own
};

/// A file as a seed; one whose path the library has is that track. Throws what decoding throws, and mismatch for a
/// model other than that of the vectors which `options` choose.
RadioSeed radio_seed(const Library& library, const Model& model, const std::filesystem::path& file,
                     const RadioOptions& options = {});

/// What to play after the seeds, which are taken for the tracks played last, in their order. The next one is the
/// nearest (by cosine) to
///   unit( ½ · unit(sum of the seeds) + ½ · unit(sum of 0.7^age · m over the five tracks played last) )
/// that was not played, is like one of the seeds or of the five played last with a likelihood of 0.4 and more
/// (likelihood_alike() of the cosine), and whose artist is none of the three played last; if there is none, of any
/// artist. Where nothing is like them (of the 2000 nearest) the list ends: after music come no noises, unless both were
/// among the seeds. score: that cosine. Throws as journey(), and invalid_argument for no seeds or seeds that cancel
/// each other.
TrackList radio(const Library& library, std::span<const RadioSeed> seeds, const RadioOptions& options = {});

// ── lists in files ──

enum class PlaylistFormat { m3u, xspf, jspf, pls };

/// By the path's ending, in any case: .m3u and .m3u8, .xspf, .jspf, .pls; nothing for any other.
std::optional<PlaylistFormat> playlist_format(const std::filesystem::path& path);

struct PlaylistWriting {
  std::string title;      // of the list; XSPF and JSPF carry it
  bool absolute = false;  // paths; else relative to the list's folder where they share more than the root with it
};

/// .m3u8, .xspf or .jspf, by the path's ending. The file appears whole or not at all, and takes the place of one that
/// is there. In .m3u8 a path with a question mark, a # or a % before two hexadecimal digits is a whole file: URI, as
/// players differ in how they read those. A path that M3U cannot hold (a line break in it, not UTF-8, a space at its
/// end) is refused. Throws Error: invalid_argument (another ending), unsupported (such a path), and as the operating
/// system says.
void write_playlist(const std::filesystem::path& file, std::span<const ListedTrack> tracks,
                    const PlaylistWriting& writing = {});

struct PlaylistEntry {
  std::string location;        // as the list has it
  std::filesystem::path path;  // absolute; empty for what is no file (a web address)
  std::size_t line = 0;        // of the list's file, from 1; 0 where the format has no lines worth the name (JSPF)
};

/// Reads .m3u, .m3u8, .xspf, .jspf and .pls of at most 16 MiB. Throws Error: corrupt (names file, line and reason),
/// unsupported (another ending, too long), and as the operating system says.
std::vector<PlaylistEntry> read_playlist(const std::filesystem::path& file);

struct PlaylistTracks {
  std::vector<std::int64_t> ids;       // in the list's order
  std::vector<PlaylistEntry> unknown;  // entries that are no visible track of the library
};

PlaylistTracks tracks_of_playlist(const Library& library, const std::filesystem::path& file);

}  // namespace hearken

// Datasets of sounds, read where they lie: which file is what, in the datasets' own layouts. Nothing is downloaded, and
// no sound is opened.
//
// CSV files are RFC 4180 in UTF-8. What is wrong in one is an Error(corrupt) that names file, line and reason: wrong
// encoding, missing columns, stray quotation marks, rows of the wrong length, a clip that stands there twice. Every
// call may be made from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace hearken {

// ── clips with classes ──

struct LabelledClip {
  std::filesystem::path path;
  std::size_t label = 0;  // place in LabelledClips::labels
  std::string fold;       // "1" … or "training", "test"; empty where the dataset has none
};

struct LabelledClips {
  std::string layout;               // "esc50", "esc10", "urbansound8k", "gtzan", "fma", "csv" or "folder"
  std::filesystem::path list;       // the CSV; empty for folders
  std::vector<std::string> labels;  // as the dataset spells them, by bytes; each has a clip, which may be missing
  std::vector<LabelledClip> clips;  // that are there, in the order of the CSV; of folders by path
  std::vector<std::filesystem::path> missing;  // that the CSV names and that are not there
  std::size_t unlabelled = 0;                  // of fma: tracks without genre_top, left out
};

/// Layouts, with where clips and classes are looked for below `folder`:
///
///     esc50         meta/esc50.csv (filename, fold, category), audio/
///     esc10         the same, rows whose esc10 is True
///     urbansound8k  metadata/UrbanSound8K.csv (slice_file_name, fold, class), audio/fold1/ …
///     gtzan         genres_original/, genres/ or itself: a folder per genre, files GENRE.00000.wav
///     fma           as read_fma(); genre_top; fold is the split
///     csv           labels.csv: a column path, file, filename or file_name; one of label, category, class or genre;
///     and,
///                   where there is one, fold or split. Paths are relative to the CSV
///     folder        a folder per class: every sound below it, to the bottom
///
/// Without a `layout` the first of them (esc10 apart) whose files are there is taken. Throws Error: not_found (no such
/// folder, no clip in it), invalid_argument (a layout that is none of these), corrupt.
LabelledClips read_labelled(const std::filesystem::path& folder, std::string_view layout = {});

/// The layout csv with a list that is called otherwise; paths are looked for beside the list and, where they are not
/// there, below `folder` (which may be empty).
LabelledClips read_labelled_csv(const std::filesystem::path& list, const std::filesystem::path& folder = {});

// ── clips with captions ──

struct CaptionedClip {
  std::filesystem::path path;
  std::vector<std::string> captions;  // one or more, in the order of the CSV
  std::string split;                  // of its first row; empty where the CSV has no such column
};

struct CaptionedClips {
  std::string layout;                 // "audiocaps", "clotho", "musiccaps" or "csv"
  std::vector<CaptionedClip> clips;   // that are there, each once, in the order of the CSV
  std::vector<std::string> missing;   // that the CSV names and that are not there, as it names them, each once
  std::vector<std::string> left_out;  // where asked for: rows without a caption of their own, a line for each
};

/// A CSV of captions; the header says the layout:
///
///     audiocaps  youtube_id, start_time, caption: a row per caption
///     clotho     file_name, caption_1 … caption_5: a row per clip
///     musiccaps  ytid, start_s, end_s, caption: a row per caption
///     csv        path, caption: a row per caption; where there is a column split, `split` picks the rows
///
/// Clips lie below `folder` (to the bottom); without one, below the CSV's own folder. A YouTube clip is a sound whose
/// name begins with its id, or with "Y" and its id, and goes on, if at all, with "_", "-" or a space and its start:
/// seconds, seconds with decimals, or milliseconds. Throws Error: not_found (no such file; none of the clips), corrupt
/// (columns of none of the layouts, an empty caption, the same caption of a clip twice), invalid_argument (a `split`
/// that no row has). With `leave_out`, empty captions and those that stand there twice are left out and named instead.
CaptionedClips read_captions(const std::filesystem::path& csv, const std::filesystem::path& folder = {},
                             std::string_view split = {}, bool leave_out = false);

// ── the Free Music Archive dataset (M. Defferrard and others) ──

struct FmaTrack {
  std::int64_t id = 0;
  std::string title, artist;
  std::string genre_top;             // a root genre's title; empty for tracks of several roots
  std::vector<std::int64_t> genres;  // ids, as chosen by the artist
  std::vector<std::string> tags;     // of the track, as its users wrote them
  std::string split;                 // "training", "validation" or "test"
  std::string subset;                // the smallest one it is in: "small", "medium" or "large"
};

struct FmaGenre {
  std::int64_t id = 0;
  std::int64_t parent = 0;  // 0: a root
  std::int64_t top_level = 0;
  std::string title;
};

struct Fma {
  std::filesystem::path list;    // tracks.csv
  std::vector<FmaTrack> tracks;  // in the order of tracks.csv, which is by id
  std::vector<FmaGenre> genres;  // in the order of genres.csv; none without that file
  std::unordered_map<std::string, std::vector<std::size_t>> by_name;  // fma_key() → places in tracks, ascending

  const FmaGenre* genre(std::int64_t id) const noexcept;  // nullptr: there is none
  /// A genre's titles from its root down: {"Electronic", "Techno"}.
  std::vector<std::string> genre_line(std::int64_t id) const;
  /// The tracks of that title and artist, as places; several when names are not unique.
  std::vector<std::size_t> find(std::string_view title, std::string_view artist) const;
  /// Names that several tracks have, each group's places ascending, groups by their first place.
  std::vector<std::vector<std::size_t>> duplicates() const;
};

/// "title||artist" in lower case (Unicode's case folding).
std::string fma_key(std::string_view title, std::string_view artist);

/// Reads tracks.csv, whose header is three rows (groups, names, "track_id"), and genres.csv where it is there, from
/// `folder` or its fma_metadata/. Also refused: a track id or genre id that stands there twice, a genre under itself or
/// under one that is not there, lists that are none.
Fma read_fma(const std::filesystem::path& folder);

/// "000/000002.mp3", below fma_small/, fma_medium/, fma_large/ or fma_full/.
std::filesystem::path fma_clip(std::int64_t id);

}  // namespace hearken

// Scores of songs under texts: all against all, each text and each song embedded once.
//
// A window's score is the cosine of its vector and the text's, -1 to 1. What is read from a file is rounded to the 16
// bits in which a library stores vectors, so a file has the very scores of the same file in a library that was made
// with the same model, windows and precision (on one instruction set). A song's scores depend on the song, the texts,
// the model, the windows and the precision alone: not on the other songs, the thread count or the run.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "hearken/index.h"
#include "hearken/library.h"
#include "hearken/model.h"

namespace hearken {

/// What a song is asked: a text, or several wordings of one question under a name.
struct Question {
  std::string text;                   // the text; with wordings, the name they go by, which is not embedded
  std::vector<std::string> wordings;  // empty: the question is `text`
};

/// One text (or one question in several wordings) on one song.
struct TextScore {
  std::string text;
  int rank = 0;          // of the questions on this song, by the mean: 1 is the best; of a wording: within its question
  double mean = 0;       // over the windows; the score of find()
  double max = 0;        // of the best window
  double min = 0;        // of the worst
  double deviation = 0;  // standard, of the windows as the whole population
  Level level = Level::low;         // of the mean
  double likelihood = 0;            // likewise (Model::likelihood)
  double best_start_seconds = 0;    // the window with the highest score; the first of equals
  double best_end_seconds = 0;      // at most the song's end
  std::vector<TextScore> wordings;  // of a question in several wordings, best first: the first and the last are its
                                    // spread. Its own scores are the ensemble's: of the wordings' mean vector, scaled
                                    // to length 1.
};

struct SoundScores {
  std::int64_t id = 0;  // of a library's track that was asked for as such; 0: a file
  std::filesystem::path path;
  std::string title, artist;  // empty when the file has no tags
  double duration_seconds = 0;
  std::int64_t windows = 0;
  std::vector<TextScore> scores;  // best first; equal ones in the order of the questions
};

struct ScoreResult {
  Windowing windowing;              // of the vectors compared
  std::vector<SoundScores> sounds;  // in the order in which they were asked for; a folder's by path
  std::vector<FileNote> skipped;    // likewise: what could not be read, or holds no sound; a track as "id:42"
  std::vector<FileNote> warnings;   // scored, but something is odd (a file that ends early)
};

/// A file or folder, or a library's track. Folders are read to the bottom as index() reads them.
struct ScoreInput {
  std::filesystem::path path;
  std::int64_t id = 0;  // not 0: a track; `path` is not looked at
};

struct ScoreOptions : WatchedRunOptions {
  Windowing windowing;  // of files, and of the vectors of the library's that are taken
};

/// Scores every song among `inputs` under every question. A song that several inputs lead to is scored once, and so is
/// a question that stands there twice. `library` is where tracks are looked up; it may be null when there are none
/// among the inputs, and is not used by others meanwhile. Tracks are not listened to: their windows are read from the
/// library. What fails for one song is in `skipped`.
/// Throws Error: invalid_argument (no inputs, no questions, a text that is blank or not UTF-8, windows that the model
/// does not take), mismatch (tracks are asked for, but the library has no vectors of this model with these windows),
/// corrupt and io (of the library).
ScoreResult score(const Library* library, const Model& model, std::span<const ScoreInput> inputs,
                  std::span<const Question> questions, const ScoreOptions& options = {});

/// Scores a sound that is embedded already (unit vectors), as if it were read from a file. Throws as score() does for
/// its questions.
std::vector<TextScore> score_windows(const Model& model, const FileEmbedding& sound,
                                     std::span<const Question> questions);

/// The texts of a file, one a line, as questions; blank lines and lines that begin with '#' are left out. UTF-8, with
/// or without a byte order mark, lines ending in LF or CRLF. Throws Error: not_found, permission_denied, io; corrupt
/// and unsupported naming file, line and reason (not UTF-8, too long, nothing in it).
std::vector<Question> read_texts(const std::filesystem::path& path);

/// Questions in several wordings, one a line, as in
///     female vocals: female vocalist | female voice | woman singing
/// and otherwise as read_texts. Also refused: no name before a colon, a name that stands there twice, an empty wording.
std::vector<Question> read_synonyms(const std::filesystem::path& path);

/// The result as CSV (RFC 4180's quoting, UTF-8, lines ending in LF), the same bytes for the same result everywhere:
///     path,title,artist,text,rank,mean,max,min,std,level,best_start,best_end,windows,duration
/// one row per song and question, in the order of the result; cosines to six decimals, seconds to three. With `model`,
/// the one that scored, the columns model, precision and fingerprint follow. When a question has wordings, a column
/// `group` comes last: a question's name stands there on the rows of its wordings, which come after its own row.
std::string score_csv(const ScoreResult& result, const Model* model = nullptr);

}  // namespace hearken

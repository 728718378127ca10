// Captions: a sentence about a sound, made of what is surely heard in it.
//
// A fixed vocabulary (src/tasks/labels/caption_words.cpp: genres, moods, instruments and voices of music, and some
// seventy noises) is scored as score() does. The levels are the model's. It is music when the best genre or mood has a
// likelihood of 0.25 and is not less likely than the best noise; the sentence then has
//
//   a mood          from HIGH on; moods are the least certain
//   a genre         from 1.15 times MODERATE on
//   instruments     from MODERATE on; a second one with at least 0.8 of the first one's score and of another family
//   a voice         from MODERATE on
//
// (where none of these is sure but the best genre or mood has MODERATE: "Music."),
// and else one or two noises from MODERATE on, the second with at least 0.9 of the first one's score and of another
// family (a chainsaw and a drill are one). When none of it is there, the caption is kUncertain.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hearken/score.h"

namespace hearken {

inline constexpr std::string_view kUncertain = "Nothing recognised with confidence.";

struct CaptionPart {
  std::string kind;  // "genre", "mood", "instrument", "voice" or "event"
  std::string text;  // as it stands in the sentence
  double score = 0;
  Level level = Level::low;
};

struct NearestCaption {
  std::string text;
  double score = 0;
  Level level = Level::low;
};

struct Caption {
  std::int64_t id = 0;  // of a library's track that was asked for as such; 0: a file
  std::filesystem::path path;
  std::string title, artist;  // empty when the file has no tags
  double duration_seconds = 0;
  std::string text;                     // the sentence, or kUncertain
  Level level = Level::low;             // how sure it is: of the surest part; LOW without one
  std::vector<CaptionPart> parts;       // in the sentence's order
  std::vector<NearestCaption> nearest;  // of the captions given, the three that score highest, from MODERATE on
};

struct CaptionsResult {
  Windowing windowing;             // of the vectors
  std::vector<Caption> captions;   // in the order asked for; a folder's by path
  std::vector<FileNote> skipped;   // as ScoreResult's
  std::vector<FileNote> warnings;  // likewise
};

/// Captions of every song among `inputs`, as score() takes them. `candidates` are captions that somebody wrote, of
/// these sounds or others; the nearest are given beside the sentence. Throws as score() does.
CaptionsResult captions(const Library* library, const Model& model, std::span<const ScoreInput> inputs,
                        std::span<const std::string> candidates = {}, const ScoreOptions& options = {});

/// Of a sound that is embedded already (unit vectors), as if it were read from a file.
Caption caption_windows(const Model& model, const FileEmbedding& sound, std::span<const std::string> candidates = {});

/// The captions in a CSV file's column `caption`, each once, in their order; at most 10,000. Throws Error: not_found,
/// permission_denied, io; corrupt and unsupported naming file, line and reason.
std::vector<std::string> read_candidates(const std::filesystem::path& path);

}  // namespace hearken

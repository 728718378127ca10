// Search by text over a library: exact, over every window and every track.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "hearken/library.h"
#include "hearken/model.h"

namespace hearken {

struct FindOptions {
  int k = 10;                   // at most this many tracks
  std::filesystem::path under;  // only tracks at or below this path; empty: all
  int threads = 0;              // that embed the text together; 0: all cores
};

struct FindHit {
  std::int64_t id = 0;  // the track, as in `id:42`
  std::filesystem::path path;
  std::string title;  // empty when the file has no tags
  std::string artist;
  double score = 0;  // mean cosine of the text and the track's windows, -1 to 1
  Level level = Level::low;
  double start_seconds = 0;  // the window nearest the text
  double end_seconds = 0;
};

struct FindResult {
  std::vector<FindHit> hits;                // best first; equal scores by id
  std::int64_t searched = 0;                // tracks that were compared
  std::int64_t without_vectors = 0;         // tracks left out: there, but with other vectors only
  Windowing windowing;                      // of the vectors compared
  std::vector<Windowing> other_windowings;  // of this model's vectors that were left aside
  double embed_seconds = 0;
  double search_seconds = 0;
};

/// The vectors searched are those that `model` made in this library; where it did so with several windowings, those of
/// the windowing that was indexed last.
/// Throws Error: invalid_argument (empty text), mismatch (the library holds no vectors of this model; the message names
/// those it holds).
FindResult find(const Library& library, const Model& model, std::string_view text, const FindOptions& options = {});

/// Throws what find() throws for a library without tracks, or of which no model has this name: for asking before a
/// model is fetched. One that is at hand may have another name here; find() knows it by its fingerprint.
void check_holds(const Library& library, std::string_view model_name);

}  // namespace hearken

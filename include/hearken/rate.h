// Ratings: opinions on tracks, and what later searches make of them. Nothing that was indexed changes.
//
// A rating says of a track up or down, in general or for a query. find() and like() learn from the ratings that count
// for them, each time anew, a preference for every track: how much more (above 0) or less it is wanted than its score
// says, in log-odds. The order of a result is then that of
//
//     likelihood + 0.1 · tanh(preference)        of like(): score + 0.1 · tanh(preference)
//
// with equal ones in the order of their scores, so that only tracks whose likelihoods lie near each other change
// places; those that are answers (likelihood from 0.4) and those that are none are re-ordered each among themselves, so
// that no rating lifts what is no answer above what is one. Re-ordered are the best 1000 by
// score; those behind stay behind. The scores themselves stay what they are. Moments, and everything but find() and
// like(), know nothing of ratings.
//
//   which count    find(): general ratings with weight 1, and those for a query with weight 2 · cosine - 1 of the two
//                  texts' vectors where that is above 0; of a track rated for just this query its general rating does
//                  not count. like(): general ones. Of more than 500 the ones of greatest weight, then the newest.
//   what is learned  L2-regularised logistic regression, up or down from z (of ratings for a query; 0 of general
//                  ones) + preference + a constant. The preference is linear in the track's normalised mean vector, in
//                  z where the query is rated, and in loudness, tempo, brightness and mode (major or minor) where the
//                  library has them measured; src/search/ratings/reranker.h has the priors. With no ratings it is 0
//                  everywhere.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "hearken/catalogue.h"
#include "hearken/library.h"
#include "hearken/model.h"

namespace hearken {

struct CountedRating {
  Rating rating;
  double weight = 0;  // above 0, at most 1
};

struct PulledTrack {
  std::int64_t id = 0;
  std::filesystem::path path;
  std::string title, artist;
  double score = 0;  // of the query; 0 in general
  double preference = 0;
};

/// What was learned, for people to look at.
struct Learned {
  std::vector<CountedRating> counted;     // the ratings that count, by track
  std::int64_t out_of_sight = 0;          // ratings of tracks that are missing or have no such vectors
  double score = 1;                       // what z is multiplied with
  double loudness = 0, tempo = 0;         // log-odds for a deviation more of it
  double brightness = 0, minor_mode = 0;  // 0 where nothing is measured
  std::vector<PulledTrack> up, down;      // most first, at most k of each
};

/// For a query as find() asks it, or in general as like() does; `model` as there.
Learned learned(const Library& library, const Model& model, std::string_view query = {}, std::size_t k = 5);

}  // namespace hearken

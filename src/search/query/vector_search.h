// A search with the query's vector at hand.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hearken/find.h"
#include "search/ratings/ratings.h"
#include "search/space.h"

namespace hearken::search {

class Index;
struct Scope;

/// What re-orders tracks (not moments): counted_ratings() of the text, and the model that it is for.
struct RatedFor {
  const Model* model = nullptr;
  std::vector<CountedRating> ratings;  // none: everything stays where it is, and the model may be null
};
/// Of `text` where the options want ratings.
RatedFor rated_for(const Index& index, const Model& model, std::string_view text, const FindOptions& options);
/// Searches an index for one query, a unit vector [dimension]: of FindOptions everything that is not about texts.
/// Levels are left to the caller, who has the model.
FindResult find_vector(const Index& index, std::span<const float> query, const FindOptions& options,
                       const RatedFor& rated = {});

/// Fills in levels, likelihoods and the answer from the scores.
void judge(FindResult& result, const Model& model);

/// How well each of some texts finds, best first: `queries` [texts, dimension]. Of FindOptions rank, k and threads
/// count. Empty where nothing is in the scope.
std::vector<FindWording> compared(const Index& index, const Model& model, std::span<const std::string> texts,
                                  std::span<const float> queries, const Scope& scope, const FindOptions& options);
/// FindResult::clearer; `asked` is one of the wordings.
std::optional<FindWording> clearer_than(std::string_view asked, std::span<const FindWording> wordings);

/// find() in an index: no other windowings are known. Throws Error: what find() throws for its text and options, what
/// check_made_by() and the index throw.
FindResult find_in(const Index& index, const Model& model, std::string_view text, const FindOptions& options = {});

/// Throws Error(mismatch) where the index holds another model's vectors. Reads the model's weights.
void check_made_by(const Index& index, const Model& model);

}  // namespace hearken::search

// A search with the query's vector at hand.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hearken/find.h"
#include "hearken/library.h"
#include "search/ratings.h"

namespace hearken::search {

class Index;
struct Scope;

/// The vectors of one model in a library, made with one windowing.
struct Space {
  std::int64_t model_id = 0;  // its row in `models`
  std::string name;
  std::string fingerprint;
  std::size_t dimension = 0;
  Windowing windowing;
  Precision precision = Precision::fp32;  // as in LibraryModel
  std::int64_t newest_vectors = 0;        // as in LibraryModel; 0: no visible tracks
};

/// Those that `model` made, one for each windowing, the one that was indexed last first; at least one. Throws what
/// find() throws for its library. Reads the model's weights.
std::vector<Space> spaces_made_by(const Library& library, const Model& model);

/// The space of the model that the library calls by this name (empty: the library's own) that was indexed last. Throws
/// what find() throws for its library.
Space space_named(const Library& library, std::string_view model_name);

/// "10 s every 5 s".
std::string in_words(const Windowing& windowing);

/// In the order they were added.
std::vector<Space> spaces(const Library& library);

/// Searches a library's space for one query, a unit vector [dimension]: of FindOptions everything that is not about
/// texts. Levels are left to the caller, who has the model.
FindResult find_vector(const Library& library, const Space& space, std::span<const float> query,
                       const FindOptions& options);
/// The same of an index. `rated` re-orders tracks (not moments); of an index without a library there is none.
FindResult find_vector(const Index& index, std::span<const float> query, const FindOptions& options,
                       const Rated& rated = {});

/// Fills in levels, likelihoods and the answer from the scores.
void judge(FindResult& result, const Model& model);

/// How well each of some texts finds, best first: `queries` [texts, dimension]. Of FindOptions rank, k and threads
/// count. Empty where nothing is in the scope.
std::vector<FindWording> compared(const Index& index, const Model& model, std::span<const std::string> texts,
                                  std::span<const float> queries, const Scope& scope, const FindOptions& options);
/// FindResult::clearer; `asked` is one of the wordings.
std::optional<FindWording> clearer_than(std::string_view asked, std::span<const FindWording> wordings);

/// find() in an index without a library: nothing is re-ordered by ratings, and no other windowings are known. Throws
/// Error: what find() throws for its text and options, what check_made_by() and the index throw.
FindResult find_in(const Index& index, const Model& model, std::string_view text, const FindOptions& options = {});

/// Throws Error(mismatch) where the index holds another model's vectors. Reads the model's weights.
void check_made_by(const Index& index, const Model& model);

}  // namespace hearken::search

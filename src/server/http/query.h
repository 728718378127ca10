// A query of the API: items for and against, filters, options; read from a request, turned into vectors.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "hearken/find.h"
#include "hearken/like.h"
#include "search/arithmetic.h"
#include "server/app.h"
#include "server/http/json.h"

namespace hearken::server {

inline constexpr std::size_t kMostItems = 32;
inline constexpr std::size_t kLongestText = 2000;  // bytes

/// One of text, track and upload.
struct QueryItem {
  std::string text;
  std::int64_t track = 0;
  std::shared_ptr<const Upload> upload;
  bool negative = false;
  double start_seconds = 0, duration_seconds = 0;  // the part of a sound that is meant
  std::size_t place = 0;                           // in Query::items, of what understand() makes of it

  bool is_sound() const noexcept { return track > 0 || upload != nullptr; }
};

struct Query {
  std::vector<QueryItem> items;  // as they were sent
  std::vector<QueryItem> asked;  // as they are understood
  FindOptions find;              // k, offset, under and where hold for both kinds
  LikeOptions like;

  /// Fills in `asked`: a text that says what is not wanted ("calm piano, no drums") becomes several, as find() and
  /// like() take it. Throws Error(invalid_argument) when nothing counts for.
  void understand();
  /// What is not wanted, in words.
  std::vector<std::string> without() const;

  /// A sound counts for: then it is searched as like() does.
  bool by_sound() const;
  /// The first text that counts for; empty when there is none.
  std::string first_text() const;
  /// What is to be embedded: of `asked` what are texts, in their order.
  std::vector<std::string> sentences() const;
};

/// Each reads its fields. They throw as Reader does, and 404 for uploads and sources that are not there.
void read_items(Worker& worker, Reader& reader, Query& query);
void read_filter(Worker& worker, Reader& reader, Query& query);  // k, where, source
void read_page(Reader& reader, Query& query);                    // offset, ratings
void read_find_options(Reader& reader, Query& query);            // rank, ensemble
void read_like_options(Reader& reader, Query& query);

struct Sounds {
  std::vector<std::int64_t> tracks;  // each once
  std::vector<std::shared_ptr<const Upload>> uploads;
};

/// The fields `tracks` and `uploads`, one of which must be there.
Sounds read_sounds(Worker& worker, Reader& reader);

/// Visits sounds as they were heard, the tracks first, in slices that others' work may come between.
class SoundVisits {
 public:
  /// `whose` names each: its track's card or its upload, the other is null.
  using Visit = std::function<void(const search::EmbeddedSound& sound, const json& whose)>;

  SoundVisits(const Worker& worker, std::shared_ptr<const search::Index> index, Sounds sounds)
      : worker_(worker), index_(std::move(index)), sounds_(std::move(sounds)) {}

  /// Goes on for one slice, with one sound at least. Whether all were visited.
  bool go_on(const Visit& visit);
  const search::Index& index() const noexcept { return *index_; }
  /// Tracks that were left out, as skipped_json().
  const json& skipped() const noexcept { return skipped_; }

 private:
  void visit_some(std::size_t most, const Visit& visit);

  const Worker& worker_;
  const std::shared_ptr<const search::Index> index_;
  const Sounds sounds_;
  std::size_t tracks_ = 0, uploads_ = 0;  // visited
  json skipped_ = json::array();
};

/// The request's own body as an item; start, duration and name are read from its query.
QueryItem sound_item(Worker& worker, const Request& request, Reader& reader);

/// The vector of a query by words: unit(unit(mean of the texts for) − ½ · mean of what is against), sounds among it.
/// `rows` are the vectors of sentences().
std::vector<float> words_vector(const Model& model, const search::Index& index, const Query& query,
                                std::span<const float> rows);

/// The items of a query by sound. Uploads that were heard only in part are named in `warnings`.
std::vector<search::ItemVectors> item_vectors(const Model& model, const search::Index& index, const Query& query,
                                              std::span<const float> rows, json& warnings);

}  // namespace hearken::server

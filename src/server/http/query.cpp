// Items to vectors.
#include "server/http/query.h"

#include <algorithm>
#include <utility>

#include "core/numerics/vectors.h"
#include "core/text.h"
#include "core/threads/threads.h"
#include "library/window_flags.h"
#include "search/index/where.h"
#include "search/query/like_search.h"
#include "search/query/text_query.h"
#include "search/scan/sounding.h"
#include "server/http/errors.h"
#include "server/state/tracks.h"
#include "text/silence.h"
#include "text/wishes.h"

namespace hearken::server {
namespace {

using search::ItemVectors;

constexpr double kLongest = 1e7;  // seconds

LikeItem like_item(const QueryItem& item) {
  LikeItem out;
  if (item.track > 0) out.what = LibraryTrack{item.track};
  out.negative = item.negative;
  out.start_seconds = item.start_seconds;
  out.duration_seconds = item.duration_seconds;
  return out;
}

ItemVectors upload_vectors(const search::Space& space, const QueryItem& item, json& warnings) {
  const Upload& upload = *item.upload;
  if (!(upload.windowing == space.windowing))
    throw Error(ErrorCode::mismatch, "the library's windows have changed since this was uploaded: upload it again");
  const FileEmbedding& heard = upload.embedding;
  if (!heard.warning.empty()) warnings.push_back(upload.name + ": " + heard.warning);
  ItemVectors out;
  out.negative = item.negative;
  out.starts_seconds = heard.starts_seconds;
  for (const double start : heard.starts_seconds)
    out.ends_seconds.push_back(std::min(start + heard.window_seconds, heard.duration_seconds));
  out.vectors = heard.vectors;
  for (const bool silent : heard.silent) out.flags.push_back(silent ? library::kSilentFlag : std::uint8_t{0});
  if (item.start_seconds > 0 && item.start_seconds >= heard.duration_seconds)
    throw Error(ErrorCode::invalid_argument, "start: the upload ends before that");
  const bool negative = item.negative;
  out = search::part_of(std::move(out), like_item(item), space.dimension);
  out.negative = negative;
  return out;
}

ItemVectors sound_vectors(const Model& model, const search::Index& index, const QueryItem& item, json& warnings) {
  if (item.upload != nullptr) return upload_vectors(index.space(), item, warnings);
  LikeResult heard;
  return search::item_vectors(index, model, like_item(item), heard, 1);
}

}  // namespace

void Query::understand() {
  const auto add = [&](std::size_t place, std::string text, bool negative) {
    QueryItem& item = asked.emplace_back();
    item.text = std::move(text);
    item.negative = negative;
    item.place = place;
  };
  asked.clear();
  for (std::size_t place = 0; place < items.size(); ++place) {
    const QueryItem& item = items[place];
    if (item.is_sound() || (!item.negative && text::asks_for_silence(item.text))) {
      asked.push_back(item);
      asked.back().place = place;
    } else if (item.negative) {
      for (std::string& one : text::unwanted_in(item.text)) add(place, std::move(one), true);
    } else {
      text::Wishes wishes = text::wishes_of(item.text);
      const bool wants = !is_blank(wishes.wanted);
      if (wants || wishes.without.empty()) add(place, std::move(wishes.wanted), false);
      for (std::string& one : wishes.without) add(place, std::move(one), true);
    }
  }
  if (std::ranges::all_of(asked, &QueryItem::negative))
    throw Error(
        ErrorCode::invalid_argument,
        "this only says what is not wanted: say what it should sound like, too, as in \"calm piano, no drums\"");
}

std::vector<std::string> Query::without() const {
  std::vector<std::string> out;
  for (const QueryItem& item : asked)
    if (item.negative && !item.is_sound()) out.push_back(item.text);
  return out;
}

bool Query::by_sound() const {
  return std::any_of(items.begin(), items.end(),
                     [](const QueryItem& item) { return item.is_sound() && !item.negative; });
}

std::string Query::first_text() const {
  for (const QueryItem& item : items)
    if (!item.negative && !item.is_sound()) return item.text;
  return {};
}

std::vector<std::string> Query::sentences() const {
  std::vector<std::string> texts;
  for (const QueryItem& item : asked)
    if (!item.is_sound()) texts.push_back(item.text);
  return search::sentences_of(texts, find.ensemble && !by_sound());
}

void read_items(Worker& worker, Reader& reader, Query& query) {
  reader.objects("items", kMostItems, [&](Reader& one) {
    QueryItem& item = query.items.emplace_back();
    item.text = one.text("text", kLongestText, {});
    item.track = one.integer("track", 0, 1, INT64_MAX);
    const std::string upload = one.text("upload", 64, {});
    item.negative = one.boolean("negative", false);
    item.start_seconds = one.number("start", 0, 0, kLongest);
    item.duration_seconds = one.number("duration", 0, 0, kLongest);
    const int kinds = (one.has("text") ? 1 : 0) + (one.has("track") ? 1 : 0) + (one.has("upload") ? 1 : 0);
    if (kinds != 1) one.refuse("text", "one of text, track and upload was expected");
    if (one.has("text") && is_blank(item.text)) one.refuse("text", "is empty");
    if (one.has("upload")) item.upload = worker.app.uploads.find(upload);
  });
  if (query.items.empty()) reader.refuse("items", "at least one was expected");
  if (std::all_of(query.items.begin(), query.items.end(), [](const QueryItem& item) { return item.negative; }))
    reader.refuse("items", "all count against: say what to look for, too");
}

void read_filter(Worker& worker, Reader& reader, Query& query) {
  constexpr int kMost = 1000;
  query.find.k = static_cast<int>(reader.integer("k", 10, 1, kMost));
  query.find.where = reader.text("where", search::kLongestWhere, {});
  if (!query.find.where.empty()) search::parse_where(query.find.where);
  if (const std::int64_t source = reader.integer("source", 0, 1, INT64_MAX); source > 0)
    query.find.under = source_of(worker.library(), source).path;
}

void read_page(Reader& reader, Query& query) {
  constexpr int kFarthest = 100'000;
  query.find.offset = static_cast<int>(reader.integer("offset", 0, 0, kFarthest));
  query.find.ratings = query.like.ratings = reader.boolean("ratings", true);
}

void read_find_options(Reader& reader, Query& query) {
  const std::string rank = reader.one_of("rank", {"mean", "best", "top3", "moments"}, "mean");
  for (const FindRank one : {FindRank::mean, FindRank::best, FindRank::top3, FindRank::moments})
    if (rank == to_string(one)) query.find.rank = one;
  query.find.ensemble = reader.boolean("ensemble", false);
}

void read_like_options(Reader& reader, Query& query) {
  query.like.by = reader.one_of("by", {"votes", "mean"}, "votes") == "mean" ? LikeBy::mean : LikeBy::votes;
  query.like.neighbours = static_cast<int>(reader.integer("neighbours", 5, 1, 1000));
  query.like.votes_weight = reader.number("votes_weight", 0.2, 0, 1e6);
  query.like.similarity_weight = reader.number("similarity_weight", 0.8, 0, 1e6);
  query.like.inputs = static_cast<int>(reader.integer("inputs", 2, 0, 100));
  query.like.clips = static_cast<int>(reader.integer("clips", 2, 0, 100));
  query.like.include_self = reader.boolean("include_self", false);
}

Sounds read_sounds(Worker& worker, Reader& reader) {
  Sounds out;
  for (const std::int64_t id : reader.ids("tracks", 1000))
    if (std::ranges::find(out.tracks, id) == out.tracks.end()) out.tracks.push_back(id);
  for (const std::string& id : reader.texts("uploads", kMostItems, 64))
    out.uploads.push_back(worker.app.uploads.find(id));
  if (out.tracks.empty() && out.uploads.empty()) reader.refuse("tracks", "tracks or uploads were expected");
  return out;
}

void SoundVisits::visit_some(std::size_t most, const Visit& visit) {
  if (tracks_ == sounds_.tracks.size()) {
    const auto& upload = sounds_.uploads[uploads_++];
    return visit(search::RoundedSound(upload->embedding).view(), {{"track", nullptr}, {"upload", upload->id}});
  }
  TrackCards cards(worker_);
  const auto some = std::span(sounds_.tracks).subspan(tracks_, std::min(most, sounds_.tracks.size() - tracks_));
  const auto visit_track = [&](const Track& track, const search::EmbeddedSound& sound) {
    visit(sound, {{"track", cards.card(track)}, {"upload", nullptr}});
  };
  for (const FileNote& note : index_->visit_sounds(some, visit_track)) skipped_.push_back(skipped_json(note));
  tracks_ += some.size();
}

bool SoundVisits::go_on(const Visit& visit) {
  constexpr double kSlice = 0.01;          // seconds
  constexpr std::size_t kMostAtOnce = 50;  // an index elsewhere is asked for several in one request
  const double began = monotonic_seconds();
  for (std::size_t most = 1; monotonic_seconds() - began < kSlice; most = std::min(2 * most, kMostAtOnce)) {
    if (tracks_ == sounds_.tracks.size() && uploads_ == sounds_.uploads.size()) return true;
    visit_some(most, visit);
  }
  return tracks_ == sounds_.tracks.size() && uploads_ == sounds_.uploads.size();
}

QueryItem sound_item(Worker& worker, const Request& request, Reader& reader) {
  const double start = reader.number("start", 0, 0, kLongest), duration = reader.number("duration", 0, 0, kLongest);
  auto upload = std::make_shared<Upload>();
  upload->name = reader.text("name", 200, "upload");
  upload->windowing = searching(worker).index->space().windowing;
  upload->embedding = embed_within(worker.app.model, request.sound->path(), upload->name, upload->windowing,
                                   worker.app.limits, request.gone.get(), start, duration);
  for (double& at : upload->embedding.starts_seconds) at += start;
  upload->embedding.duration_seconds += start;
  QueryItem item;
  item.upload = std::move(upload);
  return item;
}

std::vector<float> words_vector(const Model& model, const search::Index& index, const Query& query,
                                std::span<const float> rows) {
  const std::size_t width = index.space().dimension;
  const std::vector<float> texts = search::vectors_of_sentences(model, rows, query.find.ensemble);
  std::vector<float> wanted, away;
  std::size_t text = 0;
  json warnings;
  for (const QueryItem& item : query.asked) {
    std::vector<float> direction;
    if (item.is_sound()) {
      ItemVectors sound = sound_vectors(model, index, item, warnings);
      search::drop_silence(sound.starts_seconds, sound.vectors, sound.flags);
      if (library::all_silent(sound.flags)) continue;
      direction = mean_vector(sound.vectors, width, EmbeddingForm::unit);
    } else {
      const auto row = std::span(texts).subspan(text++ * width, width);
      direction.assign(row.begin(), row.end());
    }
    std::vector<float>& side = item.negative ? away : wanted;
    side.insert(side.end(), direction.begin(), direction.end());
  }
  if (wanted.size() > width) wanted = mean_vector(wanted, width, search::mean_form(model));
  return search::turned_away(model, wanted, away);
}

std::vector<ItemVectors> item_vectors(const Model& model, const search::Index& index, const Query& query,
                                      std::span<const float> rows, json& warnings) {
  const std::size_t width = index.space().dimension;
  std::vector<ItemVectors> out;
  std::size_t text = 0;
  for (const QueryItem& item : query.asked) {
    if (item.is_sound()) {
      out.push_back(sound_vectors(model, index, item, warnings));
      continue;
    }
    ItemVectors words;
    words.sound = false;
    words.negative = item.negative;
    const auto row = rows.subspan(text++ * width, width);
    words.vectors.assign(row.begin(), row.end());
    if (model.info().evidence) numerics::scale_to_unit(words.vectors, width);
    out.push_back(std::move(words));
  }
  return out;
}

}  // namespace hearken::server

// `like`: each item of the query becomes vectors, from the library where it has them, else by listening.
#include "hearken/like.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include "audio/part.h"
#include "core/hash.h"
#include "core/numerics/vectors.h"
#include "core/paths.h"
#include "core/text.h"
#include "core/threads/threads.h"
#include "library/window_flags.h"
#include "model/embed_stream.h"
#include "model/levels.h"
#include "search/index/local_index.h"
#include "search/index/select.h"
#include "search/index/track_names.h"
#include "search/query/like_search.h"
#include "search/query/vector_search.h"
#include "text/wishes.h"

namespace hearken {
namespace search {
// When none lies within, the one that shares most with it.
ItemVectors part_of(ItemVectors whole, const LikeItem& item, std::size_t dimension) {
  if (item.start_seconds == 0 && item.duration_seconds == 0) return whole;
  const double from = item.start_seconds;
  const double to = item.duration_seconds > 0 ? from + item.duration_seconds : HUGE_VAL;
  constexpr double kRounding = 1e-6;
  std::vector<std::size_t> kept;
  std::size_t most = 0;
  double most_shared = -HUGE_VAL;
  for (std::size_t w = 0; w < whole.starts_seconds.size(); ++w) {
    const double start = whole.starts_seconds[w], end = whole.ends_seconds[w];
    if (start >= from - kRounding && end <= to + kRounding) kept.push_back(w);
    const double shared = std::min(end, to) - std::max(start, from);
    if (shared > most_shared) most = w, most_shared = shared;
  }
  if (kept.empty()) kept = {most};
  ItemVectors part;
  part.left_out = whole.left_out;
  for (const std::size_t w : kept) {
    part.starts_seconds.push_back(whole.starts_seconds[w]);
    part.ends_seconds.push_back(whole.ends_seconds[w]);
    if (!whole.flags.empty()) part.flags.push_back(whole.flags[w]);
    const auto row = std::span(whole.vectors).subspan(w * dimension, dimension);
    part.vectors.insert(part.vectors.end(), row.begin(), row.end());
  }
  return part;
}

namespace {

// Items to vectors of an index's space, in the order they are asked for.
class QueryEmbedder {
 public:
  /// Without a model there are only sounds that the index has.
  QueryEmbedder(const Index& index, const Model* model, LikeResult& result, int threads)
      : index_(index), model_(model), space_(index.space()), result_(result), threads_(threads) {}

  ItemVectors operator()(const LikeItem& item) {
    audio::check_part(item.start_seconds, item.duration_seconds);
    ItemVectors out = std::visit([&](const auto& what) { return vectors(what, item); }, item.what);
    out.negative = item.negative;
    return out;
  }

 private:
  ItemVectors vectors(const LibraryTrack& track, const LikeItem& item) {
    const Track known = index_.searchable(track.id);
    if (item.start_seconds > 0 && item.start_seconds >= known.duration_seconds) {
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("id:{}: there is no sound from {:g} s on: it ends at {:.3f} s", track.id,
                              item.start_seconds, known.duration_seconds));
    }
    result_.item_names.push_back(known.path.native());
    ItemVectors out = part_of(stored(track.id, known.duration_seconds), item, space_.dimension);
    out.left_out = track.id;
    return out;
  }

  ItemVectors vectors(const SoundFile& file, const LikeItem& item) {
    result_.item_names.push_back(file.path.native());
    const bool whole = item.start_seconds == 0 && item.duration_seconds == 0;
    const std::optional<std::int64_t> known = track_with_bytes_of(file.path);
    ItemVectors out;
    if (known && whole) {
      out = stored(*known, index_.searchable(*known).duration_seconds);
    } else {
      const auto stream = audio::open_part(file.path, ears(display(file.path)).info().sample_rate_hz,
                                           item.start_seconds, item.duration_seconds);
      out = heard(*stream, file.path.native(), item.start_seconds);
    }
    if (!item.negative) out.left_out = known;  // what is turned away from may be found, far behind
    return out;
  }

  ItemVectors vectors(const Samples& samples, const LikeItem& item) {
    result_.item_names.push_back(samples.name);
    const auto stream =
        audio::stream_samples(samples.mono, samples.sample_rate_hz, ears(samples.name).info().sample_rate_hz,
                              samples.name, item.start_seconds, item.duration_seconds);
    return heard(*stream, samples.name, item.start_seconds);
  }

  ItemVectors vectors(const Words& words, const LikeItem&) {
    if (is_blank(words.text))
      throw Error(ErrorCode::invalid_argument, "the text is empty: describe what the sound should have, or not have");
    result_.item_names.push_back(words.text);
    ItemVectors out;
    out.sound = false;
    out.vectors =
        ears('"' + display(words.text) + '"').embed_texts(std::span(&words.text, 1), EmbeddingForm::unit, threads_);
    return out;
  }

  // What hears and reads; `what` wants it to.
  const Model& ears(std::string_view what) const {
    if (model_ != nullptr) return *model_;
    throw Error(ErrorCode::unsupported,
                fmt::format("{}: another program made the vectors of '{}', and nothing here hears or reads for it; ask "
                            "with whole tracks that it has: hearken like id:42",
                            what, display(space_.name)));
  }

  ItemVectors stored(std::int64_t track, double duration_seconds) const {
    TrackWindows windows = windows_of_track(index_, track);
    numerics::scale_to_unit(windows.vectors, space_.dimension);
    ItemVectors out;
    out.starts_seconds = std::move(windows.starts_seconds);
    for (const double start : out.starts_seconds)
      out.ends_seconds.push_back(std::min(start + space_.windowing.window_seconds, duration_seconds));
    out.vectors = std::move(windows.vectors);
    out.flags = std::move(windows.flags);
    return out;
  }

  ItemVectors heard(audio::SampleStream& stream, const std::string& name, double offset_seconds) {
    FileEmbedding file = model::embed_stream(ears(name), stream, name, space_.windowing, EmbeddingForm::unit, threads_);
    if (!file.warning.empty()) result_.warnings.push_back(display(name) + ": " + file.warning);
    ItemVectors out;
    for (const double start : file.starts_seconds) {
      out.starts_seconds.push_back(offset_seconds + start);
      out.ends_seconds.push_back(offset_seconds + std::min(start + file.window_seconds, file.duration_seconds));
    }
    out.vectors = std::move(file.vectors);
    for (const bool silent : file.silent) out.flags.push_back(silent ? library::kSilentFlag : std::uint8_t{0});
    return out;
  }

  // A track that was made from exactly these bytes. What is no file that can be read twice (a pipe), or cannot be read
  // at all, is left to the decoder.
  std::optional<std::int64_t> track_with_bytes_of(const std::filesystem::path& path) const {
    struct stat s{};
    if (::stat(path.c_str(), &s) != 0 || !S_ISREG(s.st_mode)) return std::nullopt;
    Digest digest;
    try {
      digest = hash_file(path);
    } catch (const Error&) {
      return std::nullopt;
    }
    return index_.track_with(digest);
  }

  const Index& index_;
  const Model* model_;
  const Space& space_;
  LikeResult& result_;  // takes names and warnings
  const int threads_;
};

LikeResult liked(const Index& index, const Model* model, std::span<const LikeItem> given, const LikeOptions& options) {
  const double began = monotonic_seconds();
  const std::vector<LikeItem> items = understood(given);
  LikeResult heard;
  QueryEmbedder listen(index, model, heard, options.threads);
  std::vector<ItemVectors> vectors;
  for (const LikeItem& item : items) vectors.push_back(listen(item));
  const double embedded = monotonic_seconds();
  LikeResult result =
      like_vectors(index, vectors, options, model != nullptr ? alike_levels(model->info()) : alike_levels());
  result.item_names = std::move(heard.item_names);
  result.warnings.insert(result.warnings.begin(), heard.warnings.begin(), heard.warnings.end());
  result.windowing = index.space().windowing;
  result.without_vectors = index.without_vectors(selection_of(options.under, options.where));
  result.embed_seconds = embedded - began;
  result.search_seconds = monotonic_seconds() - embedded;
  return result;
}

}  // namespace

ItemVectors item_vectors(const Index& index, const Model& model, const LikeItem& item, LikeResult& heard, int threads) {
  return QueryEmbedder(index, &model, heard, threads)(item);
}

LikeResult like_in(const Index& index, const Model& model, std::span<const LikeItem> items,
                   const LikeOptions& options) {
  check_made_by(index, model);
  return liked(index, &model, items, options);
}

}  // namespace search

std::vector<LikeItem> understood(std::span<const LikeItem> items) {
  std::vector<LikeItem> out;
  const auto add = [&](std::string text, bool negative) {
    LikeItem& item = out.emplace_back();
    item.what = Words{std::move(text)};
    item.negative = negative;
  };
  for (const LikeItem& item : items) {
    const Words* words = std::get_if<Words>(&item.what);
    if (words == nullptr) {
      out.push_back(item);
    } else if (item.negative) {
      for (std::string& one : text::unwanted_in(words->text)) add(std::move(one), true);
    } else {
      text::Wishes wishes = text::wishes_of(words->text);
      if (wishes.without.empty() || !is_blank(wishes.wanted)) add(std::move(wishes.wanted), false);
      for (std::string& one : wishes.without) add(std::move(one), true);
    }
  }
  return out;
}

Levels alike_levels(const ModelInfo& model) {
  // Not in the model's config.json, whose bytes are part of every library's fingerprint.
  if (model.evidence) return {0.951, 0.899, 0.871, "fitted to recordings of ESC-10 and free music (docs/LIKE.md)"};
  return {0.8, 0.8, 0.5, "the reading that goes with CLAP's distances; not measured"};
}

double likelihood_alike(const Levels& levels, double cosine) noexcept { return model::likelihood_at(levels, cosine); }

LikeItem sound_named(std::string_view name) {
  LikeItem item;
  if (const auto id = search::track_number(name))
    item.what = LibraryTrack{*id};
  else
    item.what = SoundFile{std::filesystem::path(name)};
  return item;
}

LikeResult like(const Library& library, const Model& model, std::span<const LikeItem> items,
                const LikeOptions& options) {
  const std::vector<search::Space> own = search::spaces_made_by(library, model);
  const double began = monotonic_seconds();
  const search::OpenedSpace opened_space(library, own.front());
  const double opened = monotonic_seconds();
  LikeResult result = search::liked(opened_space.index(), &model, items, options);
  for (const search::Space& other : std::span(own).subspan(1))
    if (other.newest_vectors > 0) result.other_windowings.push_back(other.windowing);
  result.search_seconds += opened - began;
  return result;
}

LikeResult like(const Library& library, std::string_view space, std::span<const LikeItem> items,
                const LikeOptions& options) {
  const double began = monotonic_seconds();
  const search::OpenedSpace opened_space(library, search::space_named(library, space));
  const double opened = monotonic_seconds();
  LikeResult result = search::liked(opened_space.index(), nullptr, items, options);
  result.search_seconds += opened - began;
  return result;
}

}  // namespace hearken

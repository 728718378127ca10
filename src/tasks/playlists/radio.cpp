// On from a few songs: the next track is the nearest to the seeds and to what was played last.
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/numerics/vectors.h"
#include "core/paths.h"
#include "hearken/playlist.h"
#include "search/index/local_index.h"
#include "search/scan/stored_rows.h"
#include "tasks/playlists/listing.h"

namespace hearken {
namespace tasks {
namespace {

constexpr std::size_t kRecent = 5, kArtistsApart = 3;
constexpr std::size_t kLooked = 2000;  // of the nearest; what is alike is among them
constexpr double kFading = 0.7;
constexpr double kMostMinutes = 60 * 24 * 7;
constexpr int kMostTracks = 10'000;

class Radio {
 public:
  Radio(const Listing& listing, std::span<const RadioSeed> seeds, const RadioOptions& options)
      : listing_(listing), options_(options), played_(options.leave_out.begin(), options.leave_out.end()) {
    const std::size_t width = listing.dimension();
    anchor_.assign(width, 0);
    for (const RadioSeed& seed : seeds) {
      std::vector<float> mean = seed.id != 0 ? listing.mean(seed.id) : seed.mean;
      if (mean.size() != width)
        throw Error(ErrorCode::mismatch,
                    fmt::format("a seed has {} elements, the library's vectors have {}", mean.size(), width));
      for (std::size_t i = 0; i < width; ++i) anchor_[i] += mean[i];
      std::string artist;
      seeds_.push_back(mean);
      if (seed.id != 0) {
        played_.insert(seed.id);
        if (const auto card = listing.card(seed.id)) artist = card->artist;
      }
      remember(std::move(mean), artist);
    }
    numerics::scale_to_unit(anchor_, width);
    if (numerics::dot(anchor_, anchor_) < 0.5)
      throw Error(ErrorCode::invalid_argument, "the seeds cancel each other: their sum has no direction");
  }

  TrackList run() {
    TrackList list = listing_.empty_list();
    list.searched = listing_.best(anchor_, 0, search::TrackRank::cosine, 0).searched;
    std::vector<std::vector<float>> means;
    double seconds = 0;
    const auto enough = [&] {
      return options_.k > 0 ? list.tracks.size() >= static_cast<std::size_t>(options_.k)
                            : seconds >= options_.minutes * 60;
    };
    while (!enough()) {
      std::optional<Next> next = nearest();
      if (!next) break;
      played_.insert(next->track.id);
      seconds += next->track.duration_seconds;
      remember(next->mean, next->track.artist);
      list.tracks.push_back(std::move(next->track));
      means.push_back(std::move(next->mean));
    }
    add_steps(list, means);
    for (ListedTrack& track : list.tracks)
      track.reason = fmt::format("nearness {:.3f}, step {:.2f}", track.score, track.step);
    return list;
  }

 private:
  struct Next {
    ListedTrack track;
    std::vector<float> mean;
  };

  void remember(std::vector<float> mean, const std::string& artist) {
    heard_.push_back(std::move(mean));
    artists_.push_back(artist);
  }

  std::vector<float> direction() const {
    const std::size_t width = anchor_.size();
    std::vector<float> recent(width);
    float weight = 1;
    for (std::size_t age = 0; age < std::min(kRecent, heard_.size()); ++age) {
      for (std::size_t i = 0; i < width; ++i) recent[i] += weight * heard_[heard_.size() - 1 - age][i];
      weight *= static_cast<float>(kFading);
    }
    numerics::scale_to_unit(recent, width);
    for (std::size_t i = 0; i < width; ++i) recent[i] += anchor_[i];
    numerics::scale_to_unit(recent, width);
    return recent;
  }

  bool too_soon(const std::string& artist) const {
    if (artist.empty()) return false;
    const auto last = artists_.end() - static_cast<std::ptrdiff_t>(std::min(kArtistsApart, artists_.size()));
    return std::find(last, artists_.end(), artist) != artists_.end();
  }

  // Like one of the seeds, or of what was played last.
  bool fits(const std::vector<float>& mean) const {
    const auto alike = [&](const std::vector<float>& other) {
      return likelihood_alike(options_.alike, 1 - distance(other, mean)) >= kModerateLikelihood;
    };
    const auto recent = heard_.end() - static_cast<std::ptrdiff_t>(std::min(kRecent, heard_.size()));
    return std::ranges::any_of(seeds_, alike) || std::any_of(recent, heard_.end(), alike);
  }

  std::optional<Next> nearest() {
    const std::vector<float> query = direction();
    std::optional<Next> second;  // the best of an artist who was heard just now
    for (std::size_t k = played_.size() + 64, seen = 0;; k *= 4) {
      const search::TrackHits hits = listing_.best(query, k, search::TrackRank::cosine, options_.threads);
      for (; seen < hits.best.size(); ++seen) {
        const std::int64_t id = hits.best[seen].id;
        if (played_.contains(id)) continue;
        std::optional<ListedTrack> card = listing_.card(id);
        if (!card) continue;
        std::vector<float> mean = listing_.mean(id);
        const bool again = std::any_of(heard_.begin(), heard_.end(),
                                       [&](const auto& m) { return distance(m, mean) < kSameRecording; });
        if (again || !fits(mean)) continue;
        card->score = hits.best[seen].score;
        Next next{std::move(*card), std::move(mean)};
        if (!too_soon(next.track.artist)) return next;
        if (!second) second = std::move(next);
      }
      if (hits.best.size() < k || seen >= played_.size() + kLooked) return second;
    }
  }

  const Listing& listing_;
  const RadioOptions& options_;
  std::set<std::int64_t> played_;
  std::vector<float> anchor_;              // unit(sum of the seeds)
  std::vector<std::vector<float>> seeds_;  // means of the seeds
  std::vector<std::vector<float>> heard_;  // means of the seeds and of the list so far
  std::vector<std::string> artists_;       // of the same
};

void check_radio(std::span<const RadioSeed> seeds, const RadioOptions& options) {
  if (seeds.empty()) throw Error(ErrorCode::invalid_argument, "a radio goes on from at least one track");
  if (options.k < 0 || options.k > kMostTracks)
    throw Error(ErrorCode::invalid_argument, fmt::format("a radio plays at most {} tracks", kMostTracks));
  if (options.k == 0 && !(options.minutes > 0 && options.minutes <= kMostMinutes))
    throw Error(ErrorCode::invalid_argument, "a radio plays for more than 0 minutes and at most a week");
}

}  // namespace

TrackList radio_in(const search::Index& index, std::span<const RadioSeed> seeds, const RadioOptions& options) {
  check_radio(seeds, options);
  for (const RadioSeed& seed : seeds)
    if (seed.id != 0) index.searchable(seed.id);
  const Listing listing(index, options.from);
  return Radio(listing, seeds, options).run();
}

}  // namespace tasks

TrackList radio(const Library& library, std::span<const RadioSeed> seeds, const RadioOptions& options) {
  tasks::check_radio(seeds, options);
  const search::OpenedSpace opened(library, search::space_named(library, options.model));
  return tasks::radio_in(opened.index(), seeds, options);
}

RadioSeed radio_seed(const Library& library, const Model& model, const std::filesystem::path& file,
                     const RadioOptions& options) {
  const search::Space space = search::space_named(library, options.model);
  if (!made_by(model, space.windowing, space.fingerprint)) {
    throw Error(ErrorCode::mismatch,
                fmt::format("{}: the model '{}' did not make the vectors of '{}' in {}", display(file),
                            display(model.info().name), display(space.name), display(library.path())));
  }
  const FileEmbedding heard = embed_file(model, file, space.windowing, EmbeddingForm::unit, options.threads);
  return {0, mean_vector(heard.vectors, heard.width, EmbeddingForm::unit)};
}

}  // namespace hearken

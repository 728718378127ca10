// From one track to another: the tracks that lie between them, and the most even way through those.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "core/numerics/vectors.h"
#include "core/threads/team.h"
#include "core/threads/threads.h"
#include "hearken/playlist.h"
#include "search/index/local_index.h"
#include "search/scan/stored_rows.h"
#include "tasks/playlists/bottleneck_path.h"
#include "tasks/playlists/listing.h"

namespace hearken {
namespace tasks {
namespace {

constexpr std::size_t kMostBetween = 2000;
constexpr int kMostSteps = 1000;

double angle(double cosine) { return std::acos(std::clamp(cosine, -1.0, 1.0)); }

void check_steps(const JourneyOptions& options) {
  if (options.steps < 1 || options.steps > kMostSteps)
    throw Error(ErrorCode::invalid_argument, fmt::format("a journey takes 1 to {} steps", kMostSteps));
}

struct Stop {
  ListedTrack track;
  std::vector<float> mean;
};

// The two ends, and what lies between, each recording once.
std::vector<Stop> stops(const Listing& listing, std::int64_t first, std::int64_t last, const JourneyOptions& options,
                        std::int64_t& searched) {
  std::vector<Stop> out;
  for (const std::int64_t id : {first, last}) out.push_back({*listing.card(id), listing.mean(id)});
  std::vector<float> middle(out[0].mean);
  for (std::size_t i = 0; i < middle.size(); ++i) middle[i] += out[1].mean[i];
  numerics::scale_to_unit(middle, middle.size());
  search::TrackHits hits = listing.best(middle, kMostBetween + 2, search::TrackRank::cosine, options.threads);
  searched = hits.searched;
  const auto fits = [&](const std::vector<float>& mean) {
    const double nearest =
        std::max({numerics::dot(mean, middle), numerics::dot(mean, out[0].mean), numerics::dot(mean, out[1].mean)});
    return likelihood_alike(options.alike, nearest) >= kModerateLikelihood;
  };
  std::sort(hits.best.begin(), hits.best.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  for (const search::TrackHit& hit : hits.best) {
    if (hit.id == first || hit.id == last || out.size() == kMostBetween + 2) continue;
    std::optional<ListedTrack> card = listing.card(hit.id);
    if (!card) continue;
    std::vector<float> mean = listing.mean(hit.id);
    if (!fits(mean)) continue;
    if (std::any_of(out.begin(), out.end(), [&](const Stop& s) { return distance(s.mean, mean) < kSameRecording; }))
      continue;
    out.push_back({std::move(*card), std::move(mean)});
  }
  return out;
}

}  // namespace

Journey journey_in(const search::Index& index, std::int64_t first, std::int64_t last, const JourneyOptions& options) {
  check_steps(options);
  for (const std::int64_t id : {first, last}) index.searchable(id);
  const Listing listing(index, options.from);
  Journey out;
  out.list = listing.empty_list();
  std::vector<Stop> stops = tasks::stops(listing, first, last, options, out.list.searched);
  if (first == last || distance(stops[0].mean, stops[1].mean) < kSameRecording)
    throw Error(ErrorCode::invalid_argument, "a journey needs two different recordings to begin and to end with");

  const std::size_t n = stops.size();
  std::vector<double> distances(n * n), progress(n);
  Team team(thread_count(options.threads));
  team.run(n, [&](std::size_t a, int) {
    for (std::size_t b = 0; b < n; ++b)
      distances[a * n + b] = a == b ? 0 : distance(stops[std::min(a, b)].mean, stops[std::max(a, b)].mean);
  });
  for (std::size_t i = 2; i < n; ++i) {
    const double from = angle(1 - distances[i]), to = angle(1 - distances[n + i]);
    progress[i] = from / (from + to);
  }
  progress[0] = 0, progress[1] = 1;
  const auto asked = static_cast<std::size_t>(options.steps);
  const std::size_t steps = most_steps(progress, 0, 1, asked);
  out.shorter = steps < asked;
  std::vector<std::vector<float>> means;
  for (const std::size_t i : bottleneck_path(distances, progress, 0, 1, steps)) {
    out.list.tracks.push_back(std::move(stops[i].track));
    out.list.tracks.back().score = progress[i];
    means.push_back(std::move(stops[i].mean));
  }
  add_steps(out.list, means);
  for (ListedTrack& track : out.list.tracks)
    track.reason = fmt::format("{:.0f} % of the way, step {:.2f}", 100 * track.score, track.step);
  return out;
}

}  // namespace tasks

Journey journey(const Library& library, std::int64_t first, std::int64_t last, const JourneyOptions& options) {
  tasks::check_steps(options);
  const search::OpenedSpace opened(library, search::space_named(library, options.model));
  return tasks::journey_in(opened.index(), first, last, options);
}

}  // namespace hearken

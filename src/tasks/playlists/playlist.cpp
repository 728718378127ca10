// A playlist by description: the best tracks, then those of them that differ, then an order.
#include "hearken/playlist.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include "core/numerics/vectors.h"
#include "core/text.h"
#include "search/index/local_index.h"
#include "search/query/text_query.h"
#include "search/scan/sounding.h"
#include "search/scan/stored_rows.h"
#include "tasks/playlists/list_order.h"
#include "tasks/playlists/listing.h"

namespace hearken {
namespace tasks {
namespace {

constexpr double kRelevance = 0.7, kSimilarity = 0.3, kSameArtist = 0.15;
constexpr double kPoolMinutes = 3;  // for each minute of the list
constexpr double kTempoWeight = 0.2, kLoudnessWeight = 0.01, kMostLoudness = 0.2;
constexpr double kLongestMinutes = 60 * 24 * 7;

struct Candidate {
  ListedTrack track;
  std::vector<float> mean;       // of length 1
  std::vector<float> direction;  // the mean without what is common to all candidates, of length 1 or 0
};

// The best tracks for the query, best first, that together play for `seconds` or are all that fit.
std::vector<Candidate> best_for(const Listing& listing, const Model& model, std::span<const float> query,
                                double seconds, int threads, Playlist& list) {
  std::vector<Candidate> out;
  double sum = 0;
  for (std::size_t k = 256, taken = 0; sum < seconds; k *= 4) {
    const search::TrackHits hits = listing.best(query, k, search::TrackRank::mean, threads);
    list.list.searched = hits.searched;
    if (taken == 0 && !hits.best.empty()) list.answer = answer_of(model.likelihood(hits.best.front().score));
    for (; taken < hits.best.size() && sum < seconds; ++taken) {
      if (model.likelihood(hits.best[taken].score) < kModerateLikelihood) return out;
      std::optional<ListedTrack> card = listing.card(hits.best[taken].id);
      if (!card) continue;  // gone since
      Candidate next{std::move(*card), listing.mean(hits.best[taken].id), {}};
      next.track.score = hits.best[taken].score;
      const bool again = std::any_of(out.begin(), out.end(),
                                     [&](const Candidate& c) { return distance(c.mean, next.mean) < kSameRecording; });
      if (again) continue;
      list.answer = std::max(list.answer, Answer::doubtful);  // a list is not nothing
      sum += next.track.duration_seconds;
      out.push_back(std::move(next));
    }
    if (hits.best.size() < k) break;
  }
  return out;
}

void add_directions(std::vector<Candidate>& pool, std::size_t dimension) {
  std::vector<double> common(dimension);
  for (const Candidate& c : pool)
    for (std::size_t i = 0; i < dimension; ++i) common[i] += static_cast<double>(c.mean[i]);
  for (Candidate& c : pool) {
    for (std::size_t i = 0; i < dimension; ++i)
      c.direction.push_back(
          static_cast<float>(static_cast<double>(c.mean[i]) - common[i] / static_cast<double>(pool.size())));
    numerics::scale_to_unit(c.direction, dimension);
  }
}

// Places in `pool`, in the order of their choice.
std::vector<std::size_t> chosen_from(const std::vector<Candidate>& pool, double seconds) {
  if (pool.empty()) return {};
  const double greatest = pool.front().track.score, least = pool.back().track.score;
  const double slack = std::min(60.0, seconds / 10);
  std::vector<double> nearest(pool.size(), 0);  // to any chosen one
  std::vector<bool> used(pool.size());
  std::map<std::string, int> of_artist;
  std::vector<std::size_t> out;
  for (double left = seconds; left > 0 && (out.empty() || left >= slack);) {
    std::optional<std::size_t> best;
    double most = -std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < pool.size(); ++i) {
      const ListedTrack& track = pool[i].track;
      if (used[i] || track.duration_seconds > left + slack) continue;
      const double relevance = greatest > least ? (track.score - least) / (greatest - least) : 1;
      const auto artist = track.artist.empty() ? of_artist.end() : of_artist.find(track.artist);
      const double value = kRelevance * relevance - kSimilarity * nearest[i] -
                           kSameArtist * (artist == of_artist.end() ? 0 : artist->second);
      if (value > most) most = value, best = i;
    }
    if (!best) break;
    used[*best] = true;
    out.push_back(*best);
    left -= pool[*best].track.duration_seconds;
    ++of_artist[pool[*best].track.artist];
    for (std::size_t i = 0; i < pool.size(); ++i)
      nearest[i] = std::max(nearest[i], numerics::dot(pool[i].direction, pool[*best].direction));
  }
  return out;
}

double octaves_apart(double a, double b) {
  const double octaves = std::log2(a / b);
  return std::abs(octaves - std::round(octaves));
}

// What tempo and loudness add to the cost of `b` following `a`.
double measured_apart(const audio::Features& a, const audio::Features& b) {
  double cost = 0;
  if (a.tempo_bpm && b.tempo_bpm && *a.tempo_bpm > 0 && *b.tempo_bpm > 0)
    cost += kTempoWeight * octaves_apart(*a.tempo_bpm, *b.tempo_bpm);
  if (a.loudness_lufs && b.loudness_lufs) {
    const double difference = kLoudnessWeight * std::abs(*a.loudness_lufs - *b.loudness_lufs);
    cost += std::isfinite(difference) ? std::min(kMostLoudness, difference) : kMostLoudness;
  }
  return cost;
}

// Orders what was chosen; the one with the best score comes first.
std::vector<std::size_t> in_order(const Listing& listing, const std::vector<Candidate>& pool,
                                  std::vector<std::size_t> chosen) {
  std::sort(chosen.begin(), chosen.end());
  const std::size_t n = chosen.size(), width = listing.dimension();
  std::vector<audio::Features> measured;
  std::vector<std::vector<float>> windows;  // the first and the last one of each
  std::vector<int> groups;
  std::map<std::string, int> artists;
  for (const std::size_t place : chosen) {
    const ListedTrack& track = pool[place].track;
    measured.push_back(listing.index().features({&track.id, 1}).front().value_or(audio::Features()));
    search::TrackWindows heard = search::windows_of_track(listing.index(), track.id);
    search::drop_silence(heard.starts_seconds, heard.vectors, heard.flags);  // a fade's end sounds like any other's
    const std::vector<float>& all = heard.vectors;
    std::vector<float>& ends = windows.emplace_back(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(width));
    ends.insert(ends.end(), all.end() - static_cast<std::ptrdiff_t>(width), all.end());
    groups.push_back(
        track.artist.empty() ? -1 : artists.emplace(track.artist, static_cast<int>(artists.size())).first->second);
  }
  std::vector<double> costs(n * n);
  for (std::size_t a = 0; a < n; ++a)
    for (std::size_t b = 0; b < n; ++b)
      if (a != b)
        costs[a * n + b] = (distance(std::span(windows[a]).last(width), std::span(windows[b]).first(width)) +
                            distance(pool[chosen[a]].mean, pool[chosen[b]].mean)) /
                               2 +
                           measured_apart(measured[a], measured[b]);
  std::vector<std::size_t> out;
  for (const std::size_t i : smooth_order(costs, groups)) out.push_back(chosen[i]);
  return out;
}

}  // namespace
}  // namespace tasks

Playlist playlist(const Library& library, const Model& model, std::string_view text, const PlaylistOptions& options) {
  if (!(options.minutes > 0 && options.minutes <= tasks::kLongestMinutes))
    throw Error(ErrorCode::invalid_argument, "a playlist is longer than 0 minutes and at most a week");
  Playlist out;
  text::Wishes wishes = search::understood(text, options.without);
  out.words = {std::move(wishes.wanted), std::move(wishes.without)};
  if (is_blank(out.words.wanted))
    throw Error(ErrorCode::invalid_argument, "the description is empty: say what it should sound like");

  const search::OpenedSpace opened(library, search::spaces_made_by(library, model).front());
  const tasks::Listing listing(opened.index(), options.from);
  const std::vector<float> query =
      search::text_queries(model, std::span(&out.words.wanted, 1), out.words.without, false, options.threads);
  out.list = listing.empty_list();
  const double seconds = options.minutes * 60;
  std::vector<tasks::Candidate> pool =
      tasks::best_for(listing, model, query, seconds * tasks::kPoolMinutes, options.threads, out);
  tasks::add_directions(pool, listing.dimension());
  std::vector<std::vector<float>> means;
  for (const std::size_t place : tasks::in_order(listing, pool, tasks::chosen_from(pool, seconds))) {
    out.list.tracks.push_back(std::move(pool[place].track));
    means.push_back(std::move(pool[place].mean));
  }
  tasks::add_steps(out.list, means);
  for (ListedTrack& track : out.list.tracks)
    track.reason = fmt::format("score {:.3f}, step {:.2f}", track.score, track.step);
  return out;
}

}  // namespace hearken

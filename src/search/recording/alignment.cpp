// Counting the pairs that a query and a track share, offset by offset (Wang 2003, section 2.3).
#include "search/recording/alignment.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace hearken::search {
namespace {

constexpr double kQuarterSeconds = audio::kLandmarkFrameSeconds / kQuarters;
// A landmark may lie a frame off, so offsets that differ by less than that are one.
constexpr std::int32_t kOneOffset = kQuarters;

struct Hit {
  std::int32_t offset;  // quarters of a frame
  std::int32_t place;   // in the query, likewise
  std::uint32_t frame;  // of the track: a number for each that has hits

  bool operator<(const Hit& other) const noexcept {
    return offset != other.offset ? offset < other.offset : frame < other.frame;
  }
};

struct Window {
  std::size_t begin = 0, end = 0;  // hits
  std::int64_t votes = 0;
};

// The range of sorted hits less than kOneOffset apart with most different frames.
Window best_window(std::span<const Hit> hits, std::size_t frames) {
  std::vector<std::uint32_t> inside(frames);  // how often each frame is in the window
  Window best;
  std::int64_t votes = 0;
  std::size_t begin = 0;
  for (std::size_t end = 0; end < hits.size(); ++end) {
    if (inside[hits[end].frame]++ == 0) ++votes;
    for (; hits[end].offset - hits[begin].offset > kOneOffset; ++begin)
      if (--inside[hits[begin].frame] == 0) --votes;
    if (votes > best.votes) best = {begin, end + 1, votes};
  }
  return best;
}

}  // namespace

std::int64_t votes_needed(double query_seconds) noexcept {
  return std::lround(5 + 0.75 * std::min(query_seconds, kVotesSeconds));
}

PairTable::PairTable(std::span<const audio::Landmarks> quarters) {
  struct Entry {
    std::uint32_t key;
    std::int32_t place;
  };
  std::vector<Entry> entries;
  for (std::size_t q = 0; q < quarters.size(); ++q) {
    const std::span<const audio::Peak> peaks = quarters[q].peaks;
    const auto any = [](std::uint32_t) { return true; };
    audio::for_each_pair(peaks, any, [&](std::uint32_t key, std::size_t first) {
      const std::uint32_t place = peaks[first].frame * kQuarters + static_cast<std::uint32_t>(q);
      entries.push_back({key, static_cast<std::int32_t>(place)});
    });
    if (q == 0) pairs_ = entries.size();
  }
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.key != b.key ? a.key < b.key : a.place < b.place; });
  present_.resize(audio::kPairKeys / 64);
  first_.push_back(0);
  for (std::size_t i = 0, j = 0; i < entries.size(); i = j) {
    while (j < entries.size() && entries[j].key == entries[i].key) ++j;
    if (j - i > kMostAlike) continue;
    for (std::size_t e = i; e < j; ++e) places_.push_back(entries[e].place);
    first_.push_back(static_cast<std::uint32_t>(places_.size()));
    present_[entries[i].key / 64] |= std::uint64_t{1} << (entries[i].key % 64);
  }
  rank_.reserve(present_.size());
  std::uint32_t before = 0;
  for (const std::uint64_t word : present_) {
    rank_.push_back(before);
    before += static_cast<std::uint32_t>(std::popcount(word));
  }
}

std::optional<Alignment> PairTable::align(const audio::Landmarks& track, std::int64_t least) const {
  std::vector<Hit> hits;
  std::uint32_t frames = 0;  // with hits
  std::int32_t latest = -1;
  const auto wanted = [this](std::uint32_t key) { return (present_[key / 64] >> (key % 64) & 1U) != 0; };
  audio::for_each_pair(track.peaks, wanted, [&](std::uint32_t key, std::size_t first) {
    const std::uint64_t before = present_[key / 64] & ((std::uint64_t{1} << (key % 64)) - 1);
    const std::uint32_t entry = rank_[key / 64] + static_cast<std::uint32_t>(std::popcount(before));
    const auto place = static_cast<std::int32_t>(track.peaks[first].frame * kQuarters);
    if (place != latest) latest = place, ++frames;
    for (std::uint32_t i = first_[entry]; i < first_[entry + 1]; ++i)
      hits.push_back({place - places_[i], places_[i], frames - 1});
  });
  if (static_cast<std::int64_t>(hits.size()) < least) return std::nullopt;
  std::sort(hits.begin(), hits.end());
  const Window window = best_window(hits, frames);
  if (window.votes < least) return std::nullopt;

  // One hit for each frame, in the order of the query.
  std::vector<Hit> votes(hits.begin() + static_cast<std::ptrdiff_t>(window.begin),
                         hits.begin() + static_cast<std::ptrdiff_t>(window.end));
  Alignment out;
  double offset = 0;
  for (const Hit& hit : votes) offset += hit.offset;
  out.offset_seconds = offset / static_cast<double>(votes.size()) * kQuarterSeconds;
  std::sort(votes.begin(), votes.end(),
            [](const Hit& a, const Hit& b) { return a.frame != b.frame ? a.frame < b.frame : a.place < b.place; });
  votes.erase(std::unique(votes.begin(), votes.end(), [](const Hit& a, const Hit& b) { return a.frame == b.frame; }),
              votes.end());
  std::sort(votes.begin(), votes.end(), [](const Hit& a, const Hit& b) { return a.place < b.place; });
  out.votes = static_cast<std::int64_t>(votes.size());
  out.start_seconds = votes.front().place * kQuarterSeconds;
  out.end_seconds = (votes.back().place + 1) * kQuarterSeconds;
  const auto span = static_cast<std::int32_t>(std::lround(kVotesSeconds / kQuarterSeconds));
  for (std::size_t begin = 0, end = 0; end < votes.size(); ++end) {
    while (votes[end].place - votes[begin].place > span) ++begin;
    out.dense_votes = std::max(out.dense_votes, static_cast<std::int64_t>(end - begin + 1));
    const auto second = static_cast<std::size_t>(votes[end].place * kQuarterSeconds);
    out.votes_by_second.resize(second + 1);
    ++out.votes_by_second[second];
  }
  if (out.dense_votes < least) return std::nullopt;
  return out;
}

}  // namespace hearken::search

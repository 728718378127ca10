// `dedupe`: which tracks are one recording. Same bytes first, then fingerprints: who meets whom, and how much they
// share.
#include "hearken/dedupe.h"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <span>
#include <utility>

#include "audio/measure/landmarks.h"
#include "core/enum_names.h"
#include "core/text.h"
#include "core/threads/threads.h"
#include "library/catalogue/fingerprints.h"
#include "library/catalogue/tracks.h"
#include "search/recording/alignment.h"
#include "tasks/same_sound.h"

namespace hearken {
namespace tasks {
namespace {

// Measured on real music (docs/MATCH.md): copies in other codecs and masters share more than 0.8 of their seconds,
// other tracks, those of one composer with the same loops included, less than 0.3.
constexpr double kLeastOverlap = 0.5;
constexpr double kSameOverlap = 0.8, kSameAgreement = 0.3;  // what is less is `near`
constexpr double kLeastLength = 0.5;                        // of the longer one
constexpr std::uint32_t kLoud = 3;                          // landmarks in a second that is to agree
constexpr std::uint32_t kHeard = 2;                         // of them that have to

struct DedupeMember {
  DedupeTrack shown;
  Digest content;
};

struct Overlap {
  double share = 0, agreement = 0;
  double offset_seconds = 0;  // where the shorter begins in the longer
};

std::vector<DedupeMember> read_tracks(const Library& library) {
  std::vector<DedupeMember> out;
  library::for_each_track(library, false, [&](Track&& track) {
    DedupeTrack t;
    t.id = track.id;
    t.path = std::move(track.path);
    t.title = std::move(track.title);
    t.artist = std::move(track.artist);
    t.duration_seconds = track.duration_seconds;
    t.bytes = track.size;
    if (t.duration_seconds > 0)
      t.bits_per_second = static_cast<std::int64_t>(8 * static_cast<double>(t.bytes) / t.duration_seconds);
    const std::string ending = t.path.extension().native();
    t.format = lower_ascii(ending.empty() ? ending : ending.substr(1));
    constexpr std::array kLossless = {"flac", "wav", "aiff", "aif", "aifc", "ape", "wv", "tta", "w64", "caf", "au"};
    t.lossless = std::find(kLossless.begin(), kLossless.end(), t.format) != kLossless.end();
    out.push_back({std::move(t), track.content});
  });
  return out;
}

// Frames with a landmark that begins a pair, second by second.
std::vector<std::uint32_t> landmarks_by_second(const audio::Landmarks& landmarks) {
  std::vector<std::uint32_t> out(static_cast<std::size_t>(landmarks.seconds()) + 1);
  std::uint32_t latest = landmarks.frames;
  const auto any = [](std::uint32_t) { return true; };
  audio::for_each_pair(landmarks.peaks, any, [&](std::uint32_t, std::size_t first) {
    const std::uint32_t frame = landmarks.peaks[first].frame;
    if (frame == latest) return;
    latest = frame;
    ++out[static_cast<std::size_t>(frame * audio::kLandmarkFrameSeconds)];
  });
  return out;
}

// How much of `shorter`, whose pairs are `table`, is in `longer`.
Overlap overlap_of(const audio::Landmarks& shorter, const search::PairTable& table, const audio::Landmarks& longer) {
  Overlap out;
  const auto alignment = table.align(longer, search::votes_needed(shorter.seconds()));
  if (!alignment) return out;
  const std::vector<std::uint32_t> there = landmarks_by_second(shorter);
  double loud = 0, heard = 0, landmarks = 0, votes = 0;
  for (std::size_t second = 0; second < there.size(); ++second) {
    const std::uint32_t agree = second < alignment->votes_by_second.size() ? alignment->votes_by_second[second] : 0;
    if (there[second] < kLoud) continue;
    ++loud;
    if (agree < kHeard) continue;
    ++heard;
    landmarks += there[second];
    votes += agree;
  }
  if (heard == 0) return out;
  out.share = heard / loud;
  out.agreement = std::min(1.0, votes / landmarks);
  out.offset_seconds = alignment->offset_seconds;
  return out;
}

// Sets that grow together.
class Union {
 public:
  explicit Union(std::size_t count) : parent_(count) { std::iota(parent_.begin(), parent_.end(), std::size_t{0}); }
  std::size_t root(std::size_t i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }
  void join(std::size_t a, std::size_t b) { parent_[std::max(root(a), root(b))] = std::min(root(a), root(b)); }

 private:
  std::vector<std::size_t> parent_;
};

// Bits a second as if they were MP3's.
double worth(const DedupeTrack& track) {
  const double factor = track.format == "opus" ? 2
                        : track.format == "ogg" || track.format == "oga" ||  //
                                track.format == "m4a" || track.format == "aac"
                            ? 1.4
                            : 1;
  return factor * static_cast<double>(track.bits_per_second);
}

bool is_better_copy(const DedupeTrack& a, const DedupeTrack& b, double longest) {
  const bool whole_a = a.duration_seconds >= 0.98 * longest, whole_b = b.duration_seconds >= 0.98 * longest;
  if (whole_a != whole_b) return whole_a;
  if (a.lossless != b.lossless) return a.lossless;
  if (worth(a) != worth(b)) return worth(a) > worth(b);
  return a.id < b.id;
}

// Says of each other member how it goes with the first.
void describe_copies(const Library& library, std::vector<DedupeMember>& members) {
  const DedupeMember& best = members.front();
  const std::optional<audio::Landmarks> own = library::fingerprint_of(library, best.shown.id);
  for (DedupeMember& track : std::span(members).subspan(1)) {
    DedupeTrack& shown = track.shown;
    shown.likeness = Likeness::identical;
    if (track.content == best.content) continue;
    const std::optional<audio::Landmarks> other = library::fingerprint_of(library, shown.id);
    Overlap overlap;
    if (own && other) {
      const bool swapped = other->frames > own->frames;
      const audio::Landmarks& shorter = swapped ? *own : *other;
      overlap = overlap_of(shorter, search::PairTable(std::span(&shorter, 1)), swapped ? *other : *own);
      if (swapped) overlap.offset_seconds = -overlap.offset_seconds;
    }
    shown.overlap = overlap.share;
    shown.agreement = overlap.agreement;
    shown.offset_seconds = overlap.offset_seconds;
    const bool same = overlap.share >= kSameOverlap && overlap.agreement >= kSameAgreement;
    shown.likeness = same ? Likeness::same : Likeness::near;
  }
}

class Finder {
 public:
  explicit Finder(const Library& library) : library_(library), tracks_(read_tracks(library)), sets_(tracks_.size()) {}

  DedupeResult run() {
    const double began = monotonic_seconds();
    DedupeResult result;
    result.tracks = static_cast<std::int64_t>(tracks_.size());
    join_same_bytes();
    result.without_fingerprint = join_same_sound();
    std::map<std::size_t, std::vector<std::size_t>> sets;
    for (std::size_t i = 0; i < tracks_.size(); ++i) sets[sets_.root(i)].push_back(i);
    for (const auto& [root, members] : sets) {
      if (members.size() < 2) continue;
      result.groups.push_back(group(members));
    }
    const auto beside = [](const DedupeGroup& g) {
      std::int64_t bytes = 0;
      for (const DedupeTrack& track : std::span(g.tracks).subspan(1)) bytes += track.bytes;
      return bytes;
    };
    for (const DedupeGroup& g : result.groups) result.bytes_beside_best += beside(g);
    std::stable_sort(result.groups.begin(), result.groups.end(),
                     [&](const DedupeGroup& a, const DedupeGroup& b) { return beside(a) > beside(b); });
    result.seconds = monotonic_seconds() - began;
    return result;
  }

 private:
  void join_same_bytes() {
    std::map<Digest, std::size_t> first;
    for (std::size_t i = 0; i < tracks_.size(); ++i)
      sets_.join(i, first.try_emplace(tracks_[i].content, i).first->second);
  }

  std::int64_t join_same_sound() {
    double seconds = 0;
    std::map<std::int64_t, std::size_t> places;  // one track of each content
    for (std::size_t i = 0; i < tracks_.size(); ++i) {
      if (sets_.root(i) != i) continue;
      places[tracks_[i].shown.id] = i;
      seconds += tracks_[i].shown.duration_seconds;
    }
    CandidatePairs meetings(seconds);
    const std::int64_t without = library::for_each_fingerprint(library_, [&](const library::TrackLandmarks& track) {
      const auto place = places.find(track.id);
      if (place != places.end()) meetings.add(static_cast<std::uint32_t>(place->second), track.landmarks.peaks);
    });
    const std::vector<CandidatePairs::Pair> pairs = meetings.pairs();
    for (std::size_t i = 0, j = 0; i < pairs.size(); i = j) {
      while (j < pairs.size() && pairs[j].a == pairs[i].a) ++j;
      compare(pairs[i].a, std::span(pairs).subspan(i, j - i));
    }
    return without;
  }

  void compare(std::size_t a, std::span<const CandidatePairs::Pair> others) {
    std::optional<audio::Landmarks> own;
    std::optional<search::PairTable> table;
    for (const CandidatePairs::Pair& pair : others) {
      const std::size_t b = pair.b;
      const double length_a = tracks_[a].shown.duration_seconds, length_b = tracks_[b].shown.duration_seconds;
      if (std::min(length_a, length_b) < kLeastLength * std::max(length_a, length_b)) continue;
      if (sets_.root(a) == sets_.root(b)) continue;
      const std::optional<audio::Landmarks> other = library::fingerprint_of(library_, tracks_[b].shown.id);
      if (!own) own = library::fingerprint_of(library_, tracks_[a].shown.id);
      if (!own || !other) continue;
      Overlap overlap;
      if (own->frames <= other->frames) {
        if (!table) table.emplace(std::span(&*own, 1));
        overlap = overlap_of(*own, *table, *other);
      } else {
        overlap = overlap_of(*other, search::PairTable(std::span(&*other, 1)), *own);
      }
      if (overlap.share >= kLeastOverlap) sets_.join(a, b);
    }
  }

  DedupeGroup group(const std::vector<std::size_t>& places) {
    std::vector<DedupeMember> members;
    double longest = 0;
    for (const std::size_t i : places) {
      members.push_back(std::move(tracks_[i]));
      longest = std::max(longest, members.back().shown.duration_seconds);
    }
    const auto best = std::min_element(
        members.begin(), members.end(),
        [&](const DedupeMember& a, const DedupeMember& b) { return is_better_copy(a.shown, b.shown, longest); });
    std::rotate(members.begin(), best, best + 1);
    describe_copies(library_, members);
    DedupeGroup out;
    for (DedupeMember& track : members) out.tracks.push_back(std::move(track.shown));
    return out;
  }

  const Library& library_;
  std::vector<DedupeMember> tracks_;
  Union sets_;
};

}  // namespace
}  // namespace tasks

constexpr std::string_view kLikenessNames[] = {"best", "identical", "same", "near"};
std::string_view to_string(Likeness likeness) noexcept { return name_in(kLikenessNames, likeness); }

DedupeResult dedupe(const Library& library) { return tasks::Finder(library).run(); }

}  // namespace hearken

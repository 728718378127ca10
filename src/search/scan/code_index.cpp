// What the library holds, what the cache holds, and the difference coded.
#include "search/scan/code_index.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <optional>
#include <string>

#include "core/hash.h"
#include "core/threads/threads.h"
#include "library/catalogue/embeddings.h"
#include "library/catalogue/tracks.h"
#include "library/digests.h"
#include "library/library_impl.h"
#include "library/sqlite.h"
#include "search/scan/stored_rows.h"

namespace hearken::search {
namespace {

using library::Bytes;
using library::Statement;

constexpr std::int64_t kMostWindows = 1 << 26;  // of a track: more than an index run makes; no size overflows
constexpr std::size_t kMostSegments = 64;
constexpr std::size_t kBatchRows = 16384;  // read, then coded by all threads

Digest digest_of(Bytes bytes) {
  Hasher hasher;
  hasher.update(bytes);
  return hasher.digest();
}

// By embedding.
std::vector<Entry> entries_of(const Library& library, std::int64_t model) {
  std::vector<Entry> out;
  for (const library::Embedding& one : library::embeddings(library, model, true)) {
    if (one.windows < 1 || one.windows > kMostWindows) throw damaged(library, one.track);
    out.push_back({one.id, one.track, static_cast<std::uint64_t>(one.windows), one.content});
  }
  std::sort(out.begin(), out.end(), [](const Entry& a, const Entry& b) { return a.embedding < b.embedding; });
  return out;
}

bool same(const Entry& a, const Entry& b) {
  return a.embedding == b.embedding && a.track == b.track && a.windows == b.windows && a.content == b.content;
}

// What the segments hold and later ones have not taken back, by embedding.
std::vector<Entry> alive_in(std::span<const CodeSegment> segments) {
  std::vector<Entry> out;
  for (const CodeSegment& segment : segments) {
    std::vector<std::int64_t> gone(segment.gone.begin(), segment.gone.end());
    std::sort(gone.begin(), gone.end());
    std::erase_if(out, [&](const Entry& e) { return std::binary_search(gone.begin(), gone.end(), e.embedding); });
    out.insert(out.end(), segment.entries.begin(), segment.entries.end());
  }
  return out;
}

// Reads the vectors of some entries and codes them, batch by batch.
NewSegment code(const Library& library, const SegmentHeader& header, std::span<const Entry> entries,
                std::span<const std::int64_t> gone) {
  const std::size_t dimension = header.dimension;
  NewSegment out(header, entries, gone);
  Statement rows(impl_of(library).db(),
                 "SELECT e.mean, w.starts, w.vectors, e.digest, d.digests FROM embeddings e JOIN windows w ON "
                 "w.embedding_id = e.id LEFT JOIN window_digests d ON d.embedding_id = e.id WHERE e.id = ?");
  std::vector<std::uint16_t> halves;
  std::size_t first = 0;
  const auto flush = [&] {
    constexpr std::size_t kStride = 1024;
    const std::size_t count = halves.size() / dimension;
    const auto stretch = [&](std::size_t i) {
      std::vector<float> row(dimension);
      for (std::size_t r = i * kStride; r < std::min(count, (i + 1) * kStride); ++r) {
        widen(std::span(halves).subspan(r * dimension, dimension), row);
        out.set_window(first + r, row);
      }
    };
    parallel_for((count + kStride - 1) / kStride, stretch);
    first += count;
    halves.clear();
  };
  std::vector<float> mean(dimension);
  for (std::size_t e = 0; e < entries.size(); ++e) {
    rows.bind(entries[e].embedding);
    const std::size_t windows = entries[e].windows, values = windows * dimension;
    if (!rows.step()) throw damaged(library, entries[e].track);
    const Bytes mean_bytes = rows.bytes(0), starts = rows.bytes(1), vectors = rows.bytes(2);
    if (mean_bytes.size() != dimension * sizeof(float) || starts.size() != windows * sizeof(double) ||
        vectors.size() != values * sizeof(std::uint16_t) || !library::is_whole(mean_bytes, rows, 3) ||
        !library::are_whole(starts, vectors, rows, 4))
      throw damaged(library, entries[e].track);
    std::memcpy(mean.data(), mean_bytes.data(), mean_bytes.size());
    out.set_mean(e, mean);
    halves.resize(halves.size() + values);
    std::memcpy(halves.data() + halves.size() - values, vectors.data(), vectors.size());
    rows.reset();
    if (halves.size() >= kBatchRows * dimension) flush();
  }
  flush();
  out.seal();
  return out;
}

void clear_bit(std::span<std::uint16_t> masks, std::size_t row) {
  std::uint16_t& mask = masks[row / kPanelRows];
  mask = static_cast<std::uint16_t>(mask & ~(1U << row % kPanelRows));
}

// Sets the bits of rows `from` to `to` - 1.
void set_bits(std::span<std::uint16_t> masks, std::size_t from, std::size_t to) {
  while (from < to) {
    const std::size_t panel = from / kPanelRows, bit = from % kPanelRows;
    const std::size_t end = std::min(to, (panel + 1) * kPanelRows), count = end - from;
    masks[panel] = static_cast<std::uint16_t>(masks[panel] | ((1U << count) - 1U) << bit);
    from = end;
  }
}

// Whether ids are in an ascending list, for ids that mostly ascend themselves.
class SortedIdSet {
 public:
  explicit SortedIdSet(const std::vector<std::int64_t>* list) : list_(list) {}

  bool operator()(std::int64_t id) {
    if (list_ == nullptr) return true;
    if (at_ == kNowhere || id < last_)
      at_ = static_cast<std::size_t>(std::lower_bound(list_->begin(), list_->end(), id) - list_->begin());
    last_ = id;
    while (at_ < list_->size() && (*list_)[at_] < id) ++at_;
    return at_ < list_->size() && (*list_)[at_] == id;
  }

 private:
  static constexpr std::size_t kNowhere = ~std::size_t{0};
  const std::vector<std::int64_t>* list_;
  std::size_t at_ = kNowhere;
  std::int64_t last_ = 0;
};

}  // namespace

SegmentHeader segment_header(const Space& space) {
  SegmentHeader header;
  header.dimension = static_cast<std::uint32_t>(space.dimension);
  header.model = digest_of(library::bytes_of(space.fingerprint));
  return header;
}

CodeIndex::CodeIndex(const Library& library, const Space& space, std::uint64_t cached_from) {
  library::ReadSnapshot moment(impl_of(library).db());
  SegmentHeader header = segment_header(space);
  const std::optional<std::vector<std::byte>> vectors = library::state_of(library, space.model_id);
  const std::filesystem::path file = impl_of(library).file.native() + ".codes-" + std::to_string(space.model_id);
  if (vectors) {
    header.state = digest_of(*vectors);
    cache_ = CodeCache(file, header);
    if (cache_.segments().empty() || cache_.segments().back().header.state != header.state) {
      const std::vector<Entry> now = entries_of(library, space.model_id);
      std::uint64_t windows = 0;
      for (const Entry& entry : now) windows += entry.windows;
      std::vector<Entry> known = alive_in(cache_.segments()), fresh;
      std::vector<std::int64_t> gone;
      std::size_t next = 0;
      for (const Entry& entry : now) {
        while (next < known.size() && known[next].embedding < entry.embedding) gone.push_back(known[next++].embedding);
        const bool there = next < known.size() && same(known[next], entry);
        if (there)
          ++next;
        else
          fresh.push_back(entry);
      }
      while (next < known.size()) gone.push_back(known[next++].embedding);
      // New embeddings have higher numbers than all before them, in a library that was not put back.
      std::uint64_t cached = 0;
      std::int64_t newest = 0;
      for (const CodeSegment& segment : cache_.segments()) {
        cached += segment.header.windows;
        if (!segment.entries.empty()) newest = segment.entries.back().embedding;
      }
      std::uint64_t added = 0;
      for (const Entry& entry : fresh) added += entry.windows;
      if (cached + added > 2 * windows || cache_.segments().size() >= kMostSegments ||
          (!fresh.empty() && fresh.front().embedding <= newest)) {
        cache_.clear();
        fresh = now;
        gone.clear();
      }
      header.before = cache_.last_checksum();
      coded_ = 0;
      for (const Entry& entry : fresh) coded_ += entry.windows;
      made_.push_back(code(library, header, fresh, gone));
      if (windows >= cached_from) cache_.write(made_.back().view());
    }
  }
  for (const CodeSegment& segment : cache_.segments()) add(segment);
  for (const NewSegment& segment : made_) add(segment.view());
  first_track_.push_back(tracks_.size());
  see(library);
  read_flags(library, space.model_id);
  moment.end();
}

void CodeIndex::add(const CodeSegment& segment) {
  const auto append = [](std::vector<RowBlock>& parts, RowBlock part) {
    part.first = parts.empty() ? 0 : parts.back().first + parts.back().rows;
    parts.push_back(part);
  };
  std::vector<std::int64_t> gone(segment.gone.begin(), segment.gone.end());
  std::sort(gone.begin(), gone.end());
  if (!gone.empty())
    for (Track& track : tracks_)
      if (std::binary_search(gone.begin(), gone.end(), track.embedding)) track.visible = false;
  append(windows_, segment.windows);
  append(means_, segment.means);
  cosines_.push_back(means_.back());
  cosines_.back().numbers = segment.cosine;
  first_track_.push_back(tracks_.size());
  std::size_t row = windows_.back().first, mean = means_.back().first;
  for (const Entry& entry : segment.entries) {
    tracks_.push_back({entry.track, entry.embedding, row, entry.windows, mean++, true});
    row += entry.windows;
  }
}

// Missing tracks go and come without a change of the state.
void CodeIndex::see(const Library& library) {
  const std::vector<std::int64_t> missing = library::track_ids(library, true);
  for (std::size_t t = 0; t < tracks_.size(); ++t) {
    Track& track = tracks_[t];
    if (std::binary_search(missing.begin(), missing.end(), track.id)) track.visible = false;
    if (!track.visible) continue;
    by_id_.push_back(static_cast<std::uint32_t>(t));
    visible_windows_ += track.windows;
  }
  const auto by_id = [&](std::uint32_t a, std::uint32_t b) { return tracks_[a].id < tracks_[b].id; };
  if (!std::is_sorted(by_id_.begin(), by_id_.end(), by_id)) std::sort(by_id_.begin(), by_id_.end(), by_id);
}

// Flags come and go without a change of the state, too.
void CodeIndex::read_flags(const Library& library, std::int64_t model_id) {
  flags_ = library::window_flags(library, model_id);
  if (flags_.empty()) return;
  for (Track& track : tracks_) {
    const std::span<const std::uint8_t> of_track = flags(track);
    track.silent = library::all_silent(of_track);
    for (std::size_t w = 0; w < std::min(track.windows, of_track.size()); ++w) {
      if (of_track[w] != 0) flagged_.push_back(track.first + w);
      if (library::is_silent(of_track[w])) silent_.push_back(track.first + w);
    }
  }
}

std::span<const std::uint8_t> CodeIndex::flags(const Track& track) const {
  const auto at =
      std::lower_bound(flags_.begin(), flags_.end(), track.embedding,
                       [](const library::EmbeddingFlags& row, std::int64_t e) { return row.embedding < e; });
  if (at == flags_.end() || at->embedding != track.embedding) return {};
  return at->flags;
}

const CodeIndex::Track& CodeIndex::of_window(std::size_t row) const {
  return *std::prev(std::upper_bound(tracks_.begin(), tracks_.end(), row,
                                     [](std::size_t r, const Track& track) { return r < track.first; }));
}

const CodeIndex::Track& CodeIndex::of_mean(std::size_t row) const {
  return *std::prev(std::upper_bound(tracks_.begin(), tracks_.end(), row,
                                     [](std::size_t r, const Track& track) { return r < track.mean; }));
}

const CodeIndex::Track* CodeIndex::find(std::int64_t id) const {
  const auto at = std::lower_bound(by_id_.begin(), by_id_.end(), id,
                                   [&](std::uint32_t t, std::int64_t wanted) { return tracks_[t].id < wanted; });
  return at == by_id_.end() || tracks_[*at].id != id ? nullptr : &tracks_[*at];
}

std::int64_t CodeIndex::count(const std::vector<std::int64_t>* only) const {
  SortedIdSet member(only);
  return std::count_if(by_id_.begin(), by_id_.end(),
                       [&](std::uint32_t t) { return !tracks_[t].silent && member(tracks_[t].id); });
}

void CodeIndex::mask_windows(std::size_t part, std::size_t row, const std::vector<std::int64_t>* only, bool unflagged,
                             std::span<std::uint16_t> masks) const {
  const std::size_t begin = windows_[part].first + row, end = begin + masks.size() * kPanelRows;
  const auto from = tracks_.begin() + static_cast<std::ptrdiff_t>(first_track_[part]),
             to = tracks_.begin() + static_cast<std::ptrdiff_t>(first_track_[part + 1]);
  auto track = std::upper_bound(from, to, begin, [](std::size_t r, const Track& t) { return r < t.first; });
  if (track != from) --track;
  SortedIdSet member(only);
  for (; track != to && track->first < end; ++track)
    if (track->visible && member(track->id) && track->first + track->windows > begin)
      set_bits(masks, std::max(track->first, begin) - begin, std::min(track->first + track->windows, end) - begin);
  const std::vector<std::size_t>& left_out = unflagged ? flagged_ : silent_;
  for (auto row_out = std::lower_bound(left_out.begin(), left_out.end(), begin);
       row_out != left_out.end() && *row_out < end; ++row_out)
    clear_bit(masks, *row_out - begin);
}

void CodeIndex::mask_means(std::size_t part, std::size_t row, const std::vector<std::int64_t>* only,
                           std::span<std::uint16_t> masks) const {
  const std::size_t begin = first_track_[part] + row,
                    end = std::min(begin + masks.size() * kPanelRows, first_track_[part + 1]);
  SortedIdSet member(only);
  for (std::size_t t = begin; t < end; ++t)
    if (tracks_[t].visible && !tracks_[t].silent && member(tracks_[t].id)) set_bits(masks, t - begin, t - begin + 1);
}

}  // namespace hearken::search

// The layout of a segment.
#include "search/scan/code_segment.h"

#include <sys/mman.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <new>

namespace hearken::search {
namespace {

constexpr std::size_t kAlignment = 64;
constexpr std::uint64_t kMostRows = 1ULL << 40U, kMostDimensions = 1U << 16U;  // so that no size overflows

// Where everything lies, from the segment's start.
struct Layout {
  std::size_t entries = 0, gone = 0, windows = 0, window_numbers = 0, means = 0, mean_numbers = 0, bytes = 0;
  std::size_t window_rows = 0, mean_rows = 0;  // padded
};

std::size_t aligned(std::size_t bytes) { return (bytes + kAlignment - 1) / kAlignment * kAlignment; }

Layout layout_of(const SegmentHeader& header) {
  Layout at;
  at.window_rows = padded(header.windows);
  at.mean_rows = padded(header.entries);
  const std::size_t panel = panel_bytes(header.dimension);
  at.entries = aligned(sizeof(SegmentHeader));
  at.gone = aligned(at.entries + header.entries * sizeof(Entry));
  at.windows = aligned(at.gone + header.gone * sizeof(std::int64_t));
  at.window_numbers = at.windows + at.window_rows / kPanelRows * panel;
  at.means = at.window_numbers + at.window_rows * 3 * sizeof(float);
  at.mean_numbers = at.means + at.mean_rows / kPanelRows * panel;
  at.bytes = at.mean_numbers + at.mean_rows * 6 * sizeof(float);
  return at;
}

Digest checksum_of(SegmentHeader header, std::span<const std::byte> bytes) {
  header.checksum = {};
  Hasher hasher;
  hasher.update(std::as_bytes(std::span(&header, 1)));
  hasher.update(bytes.subspan(sizeof header));
  return hasher.digest();
}

template <class T>
const T* at(std::span<const std::byte> bytes, std::size_t offset) {
  return reinterpret_cast<const T*>(bytes.data() + offset);
}

RowNumbers numbers_at(std::span<const std::byte> bytes, std::size_t offset, std::size_t rows) {
  const auto* first = at<float>(bytes, offset);
  return {first, first + rows, first + 2 * rows};
}

// Of whole bytes with a sound header.
CodeSegment view_of(const SegmentHeader& header, std::span<const std::byte> bytes) {
  const Layout layout = layout_of(header);
  CodeSegment s;
  s.header = header;
  s.bytes = bytes;
  s.entries = {at<Entry>(bytes, layout.entries), header.entries};
  s.gone = {at<std::int64_t>(bytes, layout.gone), header.gone};
  s.windows = {0, layout.window_rows, at<std::uint8_t>(bytes, layout.windows),
               numbers_at(bytes, layout.window_numbers, layout.window_rows)};
  s.means = {0, layout.mean_rows, at<std::uint8_t>(bytes, layout.means),
             numbers_at(bytes, layout.mean_numbers, layout.mean_rows)};
  s.cosine = numbers_at(bytes, layout.mean_numbers + 3 * layout.mean_rows * sizeof(float), layout.mean_rows);
  return s;
}

}  // namespace

std::optional<CodeSegment> read_segment(std::span<const std::byte> bytes) {
  SegmentHeader header;
  if (bytes.size() < sizeof header) return std::nullopt;
  std::memcpy(&header, bytes.data(), sizeof header);
  const SegmentHeader own;
  if (header.magic != own.magic || header.version != own.version || header.dimension < 1 ||
      header.dimension > kMostDimensions || header.entries > kMostRows || header.windows > kMostRows ||
      header.gone > kMostRows)
    return std::nullopt;
  if (header.bytes != layout_of(header).bytes || header.bytes > bytes.size()) return std::nullopt;
  bytes = bytes.first(header.bytes);
  if (checksum_of(header, bytes) != header.checksum) return std::nullopt;
  const CodeSegment segment = view_of(header, bytes);
  std::uint64_t windows = 0;
  for (const Entry& entry : segment.entries) {
    if (entry.windows < 1 || entry.windows > header.windows - windows) return std::nullopt;
    windows += entry.windows;
  }
  const auto falling = [](const Entry& a, const Entry& b) { return a.embedding >= b.embedding; };
  if (windows != header.windows ||
      std::adjacent_find(segment.entries.begin(), segment.entries.end(), falling) != segment.entries.end())
    return std::nullopt;
  return segment;
}

void NewSegment::Free::operator()(std::byte* p) const { std::free(p); }

NewSegment::NewSegment(const SegmentHeader& base, std::span<const Entry> entries, std::span<const std::int64_t> gone) {
  SegmentHeader header = base;
  header.entries = entries.size();
  header.gone = gone.size();
  header.windows = 0;
  for (const Entry& entry : entries) header.windows += entry.windows;
  const Layout layout = layout_of(header);
  header.bytes = size_ = layout.bytes;
  dimension_ = header.dimension;
  constexpr std::size_t kHugePage = 1 << 21U;  // a scan is quicker over them
  const std::size_t alignment = size_ > 2 * kHugePage ? kHugePage : kAlignment;
  bytes_.reset(static_cast<std::byte*>(std::aligned_alloc(alignment, (size_ + alignment - 1) / alignment * alignment)));
  if (bytes_ == nullptr) throw std::bad_alloc();
  if (alignment == kHugePage) ::madvise(bytes_.get(), size_, MADV_HUGEPAGE);  // or else with others
  std::byte* const start = bytes_.get();
  std::memset(start, 0, layout.windows);
  std::memcpy(start, &header, sizeof header);
  std::copy(entries.begin(), entries.end(), reinterpret_cast<Entry*>(start + layout.entries));
  std::copy(gone.begin(), gone.end(), reinterpret_cast<std::int64_t*>(start + layout.gone));
  const auto part = [&](std::size_t codes, std::size_t numbers, std::size_t rows) {
    std::memset(start + codes, kZeroCode, numbers - codes);
    auto* const floats = reinterpret_cast<float*>(start + numbers);
    return PartMemory{reinterpret_cast<std::uint8_t*>(start + codes), floats, floats + rows, floats + 2 * rows};
  };
  windows_ = part(layout.windows, layout.window_numbers, layout.window_rows);
  means_ = part(layout.means, layout.mean_numbers, layout.mean_rows);
  std::fill(windows_.scale, windows_.scale + 3 * layout.window_rows, 0.0F);
  std::fill(means_.scale, means_.scale + 6 * layout.mean_rows, 0.0F);
  for (std::size_t i = 0; i < 3; ++i) cosine_[i] = means_.scale + (3 + i) * layout.mean_rows;
}

void NewSegment::set_window(std::size_t row, std::span<const float> vector) { encode(vector, row, windows_); }

void NewSegment::set_mean(std::size_t row, std::span<const float> mean) {
  encode(mean, row, means_);
  double square = 0;
  for (const float v : mean) square += static_cast<double>(v) * static_cast<double>(v);
  if (square == 0) return;  // its cosine is 0
  const double length = std::sqrt(square);
  // Only for means of a usual length; others are looked at in full.
  if (!(length > 1e-6 && length < 1e6)) {
    cosine_[1][row] = std::numeric_limits<float>::infinity();
    return;
  }
  const double up = (1 + 0x1p-22) / length;  // floats round by half as much
  cosine_[0][row] = static_cast<float>(static_cast<double>(means_.scale[row]) / length);
  cosine_[1][row] = static_cast<float>(static_cast<double>(means_.residual[row]) * up);
  cosine_[2][row] = static_cast<float>(static_cast<double>(means_.norm[row]) * up);
}

void NewSegment::seal() {
  SegmentHeader header;
  std::memcpy(&header, bytes_.get(), sizeof header);
  header.checksum = checksum_of(header, {bytes_.get(), size_});
  std::memcpy(bytes_.get(), &header, sizeof header);
}

CodeSegment NewSegment::view() const {
  SegmentHeader header;
  std::memcpy(&header, bytes_.get(), sizeof header);
  return view_of(header, {bytes_.get(), size_});
}

}  // namespace hearken::search

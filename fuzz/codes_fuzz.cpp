// The cache file of a search's codes: any bytes, as they are and with checksums made right, so that the sizes behind
// them are looked at too. What is taken for a segment must be readable to its end.
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <optional>
#include <span>

#include "core/hash.h"
#include "search/scan/code_segment.h"
#include "target.h"

const HeapBound kHeapBound{2, 1 << 16};

namespace {

using namespace hearken::search;

struct Free {
  void operator()(std::byte* p) const { std::free(p); }
};

// Where the header's size lies within the bytes, its checksum becomes right.
void mend(std::span<std::byte> bytes) {
  SegmentHeader header;
  if (bytes.size() < sizeof header) return;
  std::memcpy(&header, bytes.data(), sizeof header);
  if (header.bytes < sizeof header || header.bytes > bytes.size()) return;
  header.checksum = {};
  std::memcpy(bytes.data(), &header, sizeof header);
  hearken::Hasher hasher;
  hasher.update(std::span<const std::byte>(bytes.first(header.bytes)));
  header.checksum = hasher.digest();
  std::memcpy(bytes.data(), &header, sizeof header);
}

void read_all(const CodeSegment& segment) {
  std::uint64_t windows = 0;
  for (const Entry& entry : segment.entries) windows += entry.windows;
  if (windows != segment.header.windows || segment.windows.rows < windows) std::abort();
  std::uint64_t sum = 0;
  for (const std::int64_t gone : segment.gone) sum += static_cast<std::uint64_t>(gone);
  for (const RowBlock& part : {segment.windows, segment.means})
    for (std::size_t r = 0; r < part.rows; ++r) {
      for (std::size_t i = 0; i < segment.header.dimension; ++i)
        sum += part.codes[code_at(r, i, segment.header.dimension)];
      sum += part.numbers.scale[r] > 0 && part.numbers.residual[r] > 0 && part.numbers.norm[r] > 0;
    }
  for (std::size_t r = 0; r < segment.means.rows; ++r) sum += segment.cosine.norm[r] > 0;
  [[maybe_unused]] const volatile std::uint64_t kept = sum;  // so that all of it is read
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::unique_ptr<std::byte, Free> copy(static_cast<std::byte*>(std::aligned_alloc(64, (size + 64) / 64 * 64)));
  if (copy == nullptr) throw std::bad_alloc();
  if (size > 0) std::memcpy(copy.get(), data, size);
  for (const bool mended : {false, true}) {
    std::span<std::byte> rest(copy.get(), size);
    while (!rest.empty()) {
      if (mended) mend(rest);
      const std::optional<CodeSegment> segment = read_segment(rest);
      if (!segment) break;
      read_all(*segment);
      rest = rest.subspan(segment->bytes.size());
    }
  }
  return 0;
}

// Stored fingerprints: any bytes are refused as damaged or of another version, or are the only bytes that say what they
// say; and what they say can be compared with itself.
#include <algorithm>
#include <cstdlib>
#include <span>
#include <vector>

#include "audio/measure/landmarks.h"
#include "hearken/error.h"
#include "search/recording/alignment.h"
#include "target.h"

// A peak is eight bytes in memory and at least one in the file, and its vector may be twice as large while it grows;
// the table of pairs is compared for small inputs only, and has a size of its own.
const HeapBound kHeapBound{24, 24 << 20};

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hearken;
  const std::span<const std::byte> bytes(reinterpret_cast<const std::byte*>(data), size);
  audio::Landmarks landmarks;
  try {
    landmarks = audio::unpack(bytes, "input");
  } catch (const Error& error) {
    if (error.code() != ErrorCode::corrupt && error.code() != ErrorCode::mismatch) std::abort();
    return 0;
  }
  for (std::size_t i = 0; i < landmarks.peaks.size(); ++i) {
    const audio::Peak& peak = landmarks.peaks[i];
    if (peak.frame >= landmarks.frames || peak.bin >= audio::kLandmarkBins) std::abort();
    if (i > 0 && peak <= landmarks.peaks[i - 1]) std::abort();
  }
  const std::vector<std::byte> again = audio::pack(landmarks);
  if (!std::equal(again.begin(), again.end(), bytes.begin(), bytes.end())) std::abort();
  constexpr std::size_t kFew = 300;  // 32 frames may hold all of them, and each pair hits each
  if (landmarks.peaks.size() > kFew) landmarks.peaks.resize(kFew);
  const search::PairTable table(std::span(&landmarks, 1));
  if (const auto alignment = table.align(landmarks, 1); alignment && alignment->votes < 1) std::abort();
  return 0;
}

// Landmarks as they are stored.
#include <limits>
#include <string>

#include "audio/measure/fingerprint.h"
#include "audio/measure/landmarks.h"
#include "core/paths.h"
#include "hearken/error.h"

namespace hearken::audio {
namespace {

// Seven bits a byte, the lowest first; all but the last have the eighth (LEB128).
void put(std::uint64_t value, std::vector<std::byte>& out) {
  for (; value >= 128; value >>= 7U) out.push_back(static_cast<std::byte>(value | 128U));
  out.push_back(static_cast<std::byte>(value));
}

class Reader {
 public:
  Reader(std::span<const std::byte> bytes, std::string_view whose) : bytes_(bytes), whose_(whose) {}

  bool at_end() const noexcept { return at_ == bytes_.size(); }

  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; at_ < bytes_.size() && shift < 49; shift += 7) {
      const auto byte = std::to_integer<std::uint64_t>(bytes_[at_++]);
      value |= (byte & 127U) << shift;
      if (byte >= 128) continue;
      if (byte == 0 && shift > 0) throw error("a number is longer than it need be");
      return value;
    }
    throw error("it ends within a number");
  }

  Error error(const std::string& what) const {
    return Error(ErrorCode::corrupt,
                 display(whose_) + ": the stored fingerprint is damaged: byte " + std::to_string(at_) + ": " + what);
  }

 private:
  std::span<const std::byte> bytes_;
  std::string_view whose_;
  std::size_t at_ = 0;
};

}  // namespace

// A peak's number is (frames since the one before) · 512 + bin; in the frame of the one before, the bins between them.
std::vector<std::byte> pack(const Landmarks& landmarks) {
  std::vector<std::byte> out;
  if (landmarks.peaks.empty()) return out;
  out.reserve(8 + 2 * landmarks.peaks.size());
  put(kFingerprintVersion, out);
  put(landmarks.frames, out);
  std::uint32_t frame = 0;
  for (const Peak& peak : landmarks.peaks) {
    put(static_cast<std::uint64_t>(peak.frame - frame) * kLandmarkBins + peak.bin, out);
    frame = peak.frame;
  }
  return out;
}

Landmarks unpack(std::span<const std::byte> bytes, std::string_view whose) {
  Landmarks out;
  if (bytes.empty()) return out;
  Reader reader(bytes, whose);
  if (const std::uint64_t version = reader.number(); version != static_cast<std::uint64_t>(kFingerprintVersion)) {
    throw Error(ErrorCode::mismatch, display(whose) + ": the stored fingerprint is of version " +
                                         std::to_string(version) + ", this program's is " +
                                         std::to_string(kFingerprintVersion));
  }
  const std::uint64_t frames = reader.number();
  if (frames > std::numeric_limits<std::uint32_t>::max()) throw reader.error("too many frames");
  out.frames = static_cast<std::uint32_t>(frames);
  out.peaks.reserve(bytes.size() / 2);
  std::uint64_t frame = 0;
  while (!reader.at_end()) {
    const std::uint64_t number = reader.number();
    frame += number / kLandmarkBins;
    if (frame >= frames) throw reader.error("a peak behind the sound's end");
    const Peak peak{static_cast<std::uint32_t>(frame), static_cast<std::uint16_t>(number % kLandmarkBins)};
    if (!out.peaks.empty() && peak <= out.peaks.back()) throw reader.error("peaks out of order");
    out.peaks.push_back(peak);
  }
  if (out.peaks.empty()) throw reader.error("no peaks");
  return out;
}

}  // namespace hearken::audio

// Landmarks: the peaks of a sound's spectrogram, by which a recording is known again (Wang 2003, "An
// Industrial-Strength Audio Search Algorithm"), and their form in bytes.
//
// The spectrogram is that of the mono sound at 8 kHz: windows of 1024 samples (Hann) centred on every 256th sample, so
// a frame is 32 ms and a bin 7.8 Hz. A peak is a cell that is louder than every other one within kPeakFrames frames and
// kPeakBins bins. Where it lies does not depend on the level, and little on coding and noise.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace hearken::audio {

inline constexpr int kLandmarkRateHz = 8000;
inline constexpr int kLandmarkHop = 256;  // samples
inline constexpr double kLandmarkFrameSeconds = static_cast<double>(kLandmarkHop) / kLandmarkRateHz;
inline constexpr int kLandmarkBins = 512;

struct Peak {
  std::uint32_t frame = 0;
  std::uint16_t bin = 0;  // below kLandmarkBins

  auto operator<=>(const Peak&) const = default;
};

struct Landmarks {
  std::uint32_t frames = 0;  // of the sound; every peak's is below it
  std::vector<Peak> peaks;   // ascending, no two alike

  double seconds() const noexcept { return frames * kLandmarkFrameSeconds; }
  bool operator==(const Landmarks&) const = default;
};

/// Finds them in a stream of mono samples at 8 kHz, holding about a second of it. One thread at a time.
class LandmarkFinder {
 public:
  LandmarkFinder();
  ~LandmarkFinder();
  LandmarkFinder(LandmarkFinder&&) noexcept;
  LandmarkFinder& operator=(LandmarkFinder&&) noexcept;

  void consume(std::span<const float> samples);
  /// Nothing may be heard after it.
  Landmarks finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// A version byte, the number of frames, and for each peak its distance to the one before; about two bytes a peak.
/// Empty when there are no peaks.
std::vector<std::byte> pack(const Landmarks& landmarks);

/// What pack() wrote; of no bytes, no landmarks. Throws Error naming `whose`: mismatch for another version, corrupt for
/// bytes that pack() does not write.
Landmarks unpack(std::span<const std::byte> bytes, std::string_view whose);

// Two peaks that follow each other closely are a pair. Its key says which bin the first lies in, and how many bins and
// frames the second lies from it: 22 bits.
inline constexpr std::uint32_t kPairFrames = 31;
inline constexpr int kPairBins = 63;
inline constexpr std::uint32_t kPairKeys = 1U << 21U;

/// Calls each(key, place) for all pairs whose key is wanted(key), place being that of the first peak, ascending.
/// wanted() is asked first, for it rules out most where a few keys are looked for; its argument may be no pair's key.
template <class Wanted, class Each>
void for_each_pair(std::span<const Peak> peaks, Wanted wanted, Each each) {
  for (std::size_t i = 0; i < peaks.size(); ++i) {
    for (std::size_t j = i + 1; j < peaks.size() && peaks[j].frame - peaks[i].frame <= kPairFrames; ++j) {
      const std::uint32_t frames = peaks[j].frame - peaks[i].frame;
      const int bins = peaks[j].bin - peaks[i].bin;
      const std::uint32_t key = (peaks[i].bin * 128U + (static_cast<std::uint32_t>(bins + 64) & 127U)) * 32U + frames;
      if (wanted(key) && frames > 0 && bins >= -kPairBins && bins <= kPairBins) each(key, i);
    }
  }
}

}  // namespace hearken::audio

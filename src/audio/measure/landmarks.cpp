// The spectrogram and its peaks, while the sound goes by.
#include "audio/measure/landmarks.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "audio/mel/mel.h"

namespace hearken::audio {
namespace {

constexpr std::size_t kFft = 1024;
constexpr std::size_t kHop = kLandmarkHop;
// Peaks lie from 125 Hz (below, a bin is several semitones) to 3.6 kHz (above, low bit rates leave little).
constexpr std::size_t kFirstBin = 16, kEndBin = 464;
constexpr std::size_t kPeakFrames = 8, kPeakBins = 20;
constexpr float kQuietest = -80;          // dB below a full-scale sine: what lies lower is no peak
constexpr std::size_t kBlockFrames = 64;  // transformed at a time
constexpr std::size_t kBins = kEndBin;    // of a row of the spectrogram

MelFrontEnd spectrum() {
  MelConfig config;
  config.n_fft = kFft;
  config.hop = kHop;
  config.mel_bins = kBins;
  config.precision = MelPrecision::fast;
  for (std::size_t i = 0; i < kFft; ++i) {  // so scaled that a full-scale sine has 0 dB
    const double hann = 0.5 - 0.5 * std::cos(2 * std::numbers::pi * static_cast<double>(i) / kFft);
    config.window.push_back(static_cast<float>(hann * 4 / kFft));
  }
  config.filters.assign(kBins * (kFft / 2 + 1), 0.0F);  // a bin is its own filter
  for (std::size_t b = 0; b < kBins; ++b) config.filters[b * (kFft / 2 + 1) + b] = 1;
  return MelFrontEnd(std::move(config));
}

const MelFrontEnd& front_end() {
  static const MelFrontEnd made = spectrum();
  return made;
}

}  // namespace

struct LandmarkFinder::Impl {
  std::vector<float> samples;  // from kHop · frame - kFft / 2 on, frame being the next to transform
  std::uint32_t frame = 2;     // frames 0 and 1 reach before the sound's begin
  std::vector<float> rows;     // the spectrogram [frames, kBins], from row_begin on
  std::vector<float> loudest;  // as rows: the loudest cell of the frame within kPeakBins
  std::uint32_t row_begin = 2;
  std::uint32_t next = 2;  // the frame to look for peaks in
  std::uint64_t heard = 0;
  std::vector<float> block;  // scratch
  Landmarks found;

  // The frames that lie whole in the samples, a block at a time; the last, shorter one when `all`. A frame's row does
  // not depend on the block it is in.
  void transform(bool all) {
    constexpr std::size_t kBlock = (kBlockFrames - 1) * kHop + kFft;
    std::size_t at = 0;
    while (samples.size() - at >= (all ? kFft : kBlock)) {
      const std::size_t frames = std::min(kBlockFrames, (samples.size() - at - kFft) / kHop + 1);
      // The front end centres frames on samples 0, kHop, … and fills up the ends: two frames at each end are not ours.
      constexpr std::size_t kEdge = kFft / 2 / kHop;
      const std::span part(samples.data() + at, (frames - 1) * kHop + kFft);
      const std::size_t made = front_end().frames(part.size());
      block.resize(made * kBins);
      front_end().compute(part, block);
      const std::size_t begin = rows.size();
      rows.resize(begin + frames * kBins);
      for (std::size_t b = 0; b < kBins; ++b)
        for (std::size_t f = 0; f < frames; ++f) rows[begin + f * kBins + b] = block[b * made + f + kEdge];
      at += frames * kHop;
      frame += static_cast<std::uint32_t>(frames);
    }
    samples.erase(samples.begin(), samples.begin() + static_cast<std::ptrdiff_t>(at));
    look(all);
  }

  void look(bool all) {
    widen();
    for (; all ? next < frame : next + kPeakFrames < frame; ++next) look_at(next);
    const std::uint32_t keep =
        next > row_begin + kPeakFrames ? next - static_cast<std::uint32_t>(kPeakFrames) : row_begin;
    const auto gone = static_cast<std::ptrdiff_t>((keep - row_begin) * kBins);
    rows.erase(rows.begin(), rows.begin() + gone);
    loudest.erase(loudest.begin(), loudest.begin() + gone);
    row_begin = keep;
  }

  const float* row(std::uint32_t f) const { return rows.data() + (f - row_begin) * kBins; }
  const float* loudest_row(std::uint32_t f) const { return loudest.data() + (f - row_begin) * kBins; }

  // Of the new rows, the loudest cell within kPeakBins of each bin: from the loudest of 1, 2, 4, … bins on.
  void widen() {
    constexpr std::size_t kWide = 2 * kPeakBins + 1, kEdge = kWide;
    std::array<float, kBins + 2 * kEdge> widest;
    for (std::size_t at = loudest.size(); at < rows.size(); at += kBins) {
      widest.fill(-HUGE_VALF);
      std::copy_n(rows.data() + at + kFirstBin, kEndBin - kFirstBin, widest.data() + kEdge + kFirstBin);
      std::size_t wide = 1;
      const auto join = [&](std::size_t shift) {
        for (std::size_t i = 0; i < kBins + kEdge; ++i) widest[i] = std::max(widest[i], widest[i + shift]);
      };
      for (; 2 * wide <= kWide; wide *= 2) join(wide);
      join(kWide - wide);
      loudest.insert(loudest.end(), widest.begin() + kEdge - kPeakBins, widest.begin() + kEdge - kPeakBins + kBins);
    }
  }

  void look_at(std::uint32_t f) {
    const float *values = row(f), *most = loudest_row(f);
    for (std::size_t b = kFirstBin; b < kEndBin; ++b) {
      if (values[b] == most[b] && values[b] > kQuietest && is_peak(f, b, values[b]))
        found.peaks.push_back({f, static_cast<std::uint16_t>(b)});
    }
  }

  // Whether a cell that is as loud as any of its frame is it in the frames around, too. Of equal cells the first is the
  // peak.
  bool is_peak(std::uint32_t f, std::size_t b, float value) const {
    const float* own = row(f);
    for (std::size_t i = b; i-- > std::max(kFirstBin, b - std::min(b, kPeakBins));)
      if (own[i] >= value) return false;
    constexpr auto kReach = static_cast<std::uint32_t>(kPeakFrames);
    for (std::uint32_t g = f; g-- > std::max(row_begin, f - std::min(f, kReach));)
      if (loudest_row(g)[b] >= value) return false;
    for (std::uint32_t g = f + 1; g < std::min(frame, f + kReach + 1); ++g)
      if (loudest_row(g)[b] > value) return false;
    return true;
  }
};

LandmarkFinder::LandmarkFinder() : impl_(std::make_unique<Impl>()) {}
LandmarkFinder::~LandmarkFinder() = default;
LandmarkFinder::LandmarkFinder(LandmarkFinder&&) noexcept = default;
LandmarkFinder& LandmarkFinder::operator=(LandmarkFinder&&) noexcept = default;

void LandmarkFinder::consume(std::span<const float> samples) {
  impl_->samples.insert(impl_->samples.end(), samples.begin(), samples.end());
  impl_->heard += samples.size();
  impl_->transform(false);
}

Landmarks LandmarkFinder::finish() {
  impl_->transform(true);
  impl_->found.frames = static_cast<std::uint32_t>((impl_->heard + kHop - 1) / kHop);
  return std::move(impl_->found);
}

}  // namespace hearken::audio

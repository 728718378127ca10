// Sample formats to float, in loops the compiler turns into vector code.
#include "audio/convert/mono.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

extern "C" {
#include <libavutil/frame.h>
#include <libavutil/samplefmt.h>
}

namespace hearken::audio {
namespace {

constexpr float kLoudest = 1e6F;

// `offset` is what silence reads as.
template <class T>
void average(const AVFrame& frame, bool planar, T offset, double scale, std::span<float> out) {
  // 32-bit integers and doubles are brought to float only after the sum; narrower ones sum exactly in float.
  using Sum = std::conditional_t<(sizeof(T) > 2 && !std::is_same_v<T, float>), double, float>;
  const auto channels = static_cast<std::size_t>(frame.ch_layout.nb_channels);
  const auto value = [offset](T sample) { return static_cast<Sum>(sample) - static_cast<Sum>(offset); };
  const auto factor = static_cast<Sum>(scale);
  const auto divisor = static_cast<Sum>(channels);
  const std::size_t n = out.size();

  if (channels == 1) {
    const T* in = reinterpret_cast<const T*>(frame.extended_data[0]);
    for (std::size_t i = 0; i < n; ++i) out[i] = static_cast<float>(value(in[i]) * factor);
  } else if (channels == 2) {
    const T* left = reinterpret_cast<const T*>(frame.extended_data[0]);
    const T* right = planar ? reinterpret_cast<const T*>(frame.extended_data[1]) : left + 1;
    const std::size_t step = planar ? 1 : 2;
    for (std::size_t i = 0; i < n; ++i) {
      out[i] = static_cast<float>((value(left[i * step]) + value(right[i * step])) * (factor / 2));
    }
  } else {
    for (std::size_t i = 0; i < n; ++i) {
      Sum sum = 0;
      for (std::size_t c = 0; c < channels; ++c) {
        sum += value(planar ? reinterpret_cast<const T*>(frame.extended_data[c])[i]
                            : reinterpret_cast<const T*>(frame.extended_data[0])[i * channels + c]);
      }
      out[i] = static_cast<float>(sum * factor / divisor);
    }
  }
}

template <class T>
void interleave(const AVFrame& frame, bool planar, T offset, double scale, std::span<float> out) {
  using Wide = std::conditional_t<(sizeof(T) > 2 && !std::is_same_v<T, float>), double, float>;
  const auto channels = static_cast<std::size_t>(frame.ch_layout.nb_channels);
  const auto factor = static_cast<Wide>(scale);
  const auto value = [=](T sample) {
    return static_cast<float>((static_cast<Wide>(sample) - static_cast<Wide>(offset)) * factor);
  };
  if (!planar) {
    const T* in = reinterpret_cast<const T*>(frame.extended_data[0]);
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = value(in[i]);
    return;
  }
  if (channels == 2) {
    const T* left = reinterpret_cast<const T*>(frame.extended_data[0]);
    const T* right = reinterpret_cast<const T*>(frame.extended_data[1]);
    for (std::size_t i = 0; i < out.size() / 2; ++i) {
      out[2 * i] = value(left[i]);
      out[2 * i + 1] = value(right[i]);
    }
    return;
  }
  for (std::size_t c = 0; c < channels; ++c) {
    const T* in = reinterpret_cast<const T*>(frame.extended_data[c]);
    for (std::size_t i = 0; i < out.size() / channels; ++i) out[i * channels + c] = value(in[i]);
  }
}

}  // namespace

bool to_mono(const AVFrame& frame, std::vector<float>& out) {
  const auto format = static_cast<AVSampleFormat>(frame.format);
  const bool planar = av_sample_fmt_is_planar(format) != 0;
  out.resize(static_cast<std::size_t>(frame.nb_samples));
  switch (av_get_packed_sample_fmt(format)) {
    case AV_SAMPLE_FMT_U8: average<std::uint8_t>(frame, planar, 128, 0x1p-7, out); return true;
    case AV_SAMPLE_FMT_S16: average<std::int16_t>(frame, planar, 0, 0x1p-15, out); return true;
    case AV_SAMPLE_FMT_S32: average<std::int32_t>(frame, planar, 0, 0x1p-31, out); return true;
    case AV_SAMPLE_FMT_S64: average<std::int64_t>(frame, planar, 0, 0x1p-63, out); return true;
    case AV_SAMPLE_FMT_FLT: average<float>(frame, planar, 0, 1, out); return true;
    case AV_SAMPLE_FMT_DBL: average<double>(frame, planar, 0, 1, out); return true;
    default: return false;
  }
}

void to_interleaved(const AVFrame& frame, std::vector<float>& out) {
  const auto format = static_cast<AVSampleFormat>(frame.format);
  const bool planar = av_sample_fmt_is_planar(format) != 0;
  out.resize(static_cast<std::size_t>(frame.nb_samples) * static_cast<std::size_t>(frame.ch_layout.nb_channels));
  switch (av_get_packed_sample_fmt(format)) {
    case AV_SAMPLE_FMT_U8: return interleave<std::uint8_t>(frame, planar, 128, 0x1p-7, out);
    case AV_SAMPLE_FMT_S16: return interleave<std::int16_t>(frame, planar, 0, 0x1p-15, out);
    case AV_SAMPLE_FMT_S32: return interleave<std::int32_t>(frame, planar, 0, 0x1p-31, out);
    case AV_SAMPLE_FMT_S64: return interleave<std::int64_t>(frame, planar, 0, 0x1p-63, out);
    case AV_SAMPLE_FMT_FLT: return interleave<float>(frame, planar, 0, 1, out);
    case AV_SAMPLE_FMT_DBL: return interleave<double>(frame, planar, 0, 1, out);
    default: return out.clear();
  }
}

std::size_t find_non_finite(std::span<const float> samples) noexcept {
  int bad = 0;
  for (const float sample : samples) bad |= !(std::fabs(sample) <= kLoudest);
  if (bad == 0) return samples.size();
  const auto at = std::find_if(samples.begin(), samples.end(), [](float s) { return !(std::fabs(s) <= kLoudest); });
  return static_cast<std::size_t>(at - samples.begin());
}

}  // namespace hearken::audio

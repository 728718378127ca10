// Many channels to one.
#include "audio/convert/mono.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

extern "C" {
#include <libavutil/channel_layout.h>
#include <libavutil/frame.h>
#include <libavutil/samplefmt.h>
}

namespace hearken::audio {
namespace {

// A frame of `channels` channels whose channel c holds (c + 1) quarters of `quarter` above `zero`.
template <class T>
std::vector<float> mono_of(AVSampleFormat format, int channels, T quarter, T zero = 0) {
  AVFrame* frame = av_frame_alloc();
  frame->format = format;
  frame->nb_samples = 5;
  frame->sample_rate = 8000;
  av_channel_layout_default(&frame->ch_layout, channels);
  EXPECT_EQ(av_frame_get_buffer(frame, 0), 0);
  for (int c = 0; c < channels; ++c) {
    for (int i = 0; i < frame->nb_samples; ++i) {
      const T value = static_cast<T>(zero + static_cast<T>(c + 1) * quarter);
      if (av_sample_fmt_is_planar(format)) {
        reinterpret_cast<T*>(frame->extended_data[c])[i] = value;
      } else {
        reinterpret_cast<T*>(frame->extended_data[0])[i * channels + c] = value;
      }
    }
  }
  std::vector<float> out;
  EXPECT_TRUE(to_mono(*frame, out));
  av_frame_free(&frame);
  return out;
}

TEST(Mono, EveryFormatFlatAndPlanar) {
  for (int channels = 1; channels <= 3; ++channels) {
    const std::vector<float> expected(5, 0.25F * static_cast<float>(channels + 1) / 2);
    EXPECT_EQ(mono_of<std::uint8_t>(AV_SAMPLE_FMT_U8, channels, 32, 128), expected);
    EXPECT_EQ(mono_of<std::uint8_t>(AV_SAMPLE_FMT_U8P, channels, 32, 128), expected);
    EXPECT_EQ(mono_of<std::int16_t>(AV_SAMPLE_FMT_S16, channels, 8192), expected);
    EXPECT_EQ(mono_of<std::int16_t>(AV_SAMPLE_FMT_S16P, channels, 8192), expected);
    EXPECT_EQ(mono_of<std::int32_t>(AV_SAMPLE_FMT_S32, channels, 1 << 29), expected);
    EXPECT_EQ(mono_of<std::int32_t>(AV_SAMPLE_FMT_S32P, channels, 1 << 29), expected);
    EXPECT_EQ(mono_of<std::int64_t>(AV_SAMPLE_FMT_S64, channels, std::int64_t{1} << 61), expected);
    EXPECT_EQ(mono_of<std::int64_t>(AV_SAMPLE_FMT_S64P, channels, std::int64_t{1} << 61), expected);
    EXPECT_EQ(mono_of<float>(AV_SAMPLE_FMT_FLT, channels, 0.25F), expected);
    EXPECT_EQ(mono_of<float>(AV_SAMPLE_FMT_FLTP, channels, 0.25F), expected);
    EXPECT_EQ(mono_of<double>(AV_SAMPLE_FMT_DBL, channels, 0.25), expected);
    EXPECT_EQ(mono_of<double>(AV_SAMPLE_FMT_DBLP, channels, 0.25), expected);
  }
}

TEST(Mono, FindsTheFirstSampleThatIsNoSound) {
  std::vector<float> samples(1000, 0.5F);
  EXPECT_EQ(find_non_finite(samples), 1000U);
  samples[777] = -2e6F;
  EXPECT_EQ(find_non_finite(samples), 777U);
  samples[500] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(find_non_finite(samples), 500U);
  samples[3] = std::numeric_limits<float>::infinity();
  EXPECT_EQ(find_non_finite(samples), 3U);
}

}  // namespace
}  // namespace hearken::audio

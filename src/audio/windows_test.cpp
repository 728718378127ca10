// How a sound is cut into windows.
#include "audio/windows.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "hearken/error.h"

namespace hearken::audio {
namespace {

// Counts: sample i is i + 1, so a window shows where it was cut. Keeps the rule of SampleStream::read().
class Counting final : public SampleStream {
 public:
  explicit Counting(std::size_t length) : length_(length) {}
  std::size_t read(std::span<float> out) override {
    const std::size_t count = std::min(out.size(), length_ - at_);
    for (std::size_t i = 0; i < count; ++i) out[i] = static_cast<float>(++at_);
    return count;
  }
  int sample_rate_hz() const override { return 1; }
  const Tags& tags() const override { return tags_; }
  const std::string& warning() const override { return warning_; }

 private:
  std::size_t length_, at_ = 0;
  Tags tags_;
  std::string warning_;
};

// The starts of all windows; each window's content is checked on the way.
std::vector<std::size_t> starts(std::size_t length, std::size_t window, std::size_t hop) {
  Counting stream(length);
  WindowCutter cutter(stream, window, hop);
  std::vector<std::size_t> out;
  while (const std::optional<Window> next = cutter.next()) {
    EXPECT_EQ(next->index, out.size());
    EXPECT_EQ(next->samples.size(), window);
    if (length >= window) {
      for (std::size_t i = 0; i < window; ++i) {
        EXPECT_EQ(next->samples[i], static_cast<float>(next->start_sample + i + 1))
            << "length " << length << " window " << window << " hop " << hop;
      }
    }
    out.push_back(next->start_sample);
  }
  EXPECT_EQ(cutter.samples_read(), length);
  EXPECT_FALSE(cutter.next());
  return out;
}

using Starts = std::vector<std::size_t>;

TEST(Windows, OneEveryHopAndOneAtTheEnd) {
  EXPECT_EQ(starts(20, 10, 5), (Starts{0, 5, 10}));
  EXPECT_EQ(starts(22, 10, 5), (Starts{0, 5, 10, 12}));
  EXPECT_EQ(starts(10, 10, 5), (Starts{0}));
  EXPECT_EQ(starts(11, 10, 5), (Starts{0, 1}));
  EXPECT_EQ(starts(30, 10, 10), (Starts{0, 10, 20}));
  EXPECT_EQ(starts(5, 1, 1), (Starts{0, 1, 2, 3, 4}));
}

TEST(Windows, HopsLongerThanTheWindowLeaveGaps) {
  EXPECT_EQ(starts(30, 4, 13), (Starts{0, 13, 26}));
  EXPECT_EQ(starts(35, 4, 13), (Starts{0, 13, 26, 31}));
  EXPECT_EQ(starts(8, 4, 13), (Starts{0, 4}));
}

TEST(Windows, AgreeWithTheRuleEverywhere) {
  for (std::size_t window = 1; window <= 7; ++window) {
    for (std::size_t hop = 1; hop <= 9; ++hop) {
      for (std::size_t length = window; length <= 40; ++length) {
        Starts expected;
        for (std::size_t start = 0; start + window <= length; start += hop) expected.push_back(start);
        if (expected.back() + window != length) expected.push_back(length - window);
        ASSERT_EQ(starts(length, window, hop), expected) << window << ' ' << hop << ' ' << length;
      }
    }
  }
}

TEST(Windows, ShortStreamsAreRepeatedWholeThenPadded) {
  Counting stream(3);
  WindowCutter cutter(stream, 10, 5);
  EXPECT_EQ(cutter.next()->samples, (std::vector<float>{1, 2, 3, 1, 2, 3, 1, 2, 3, 0}));
  EXPECT_FALSE(cutter.next());
  EXPECT_EQ(cutter.samples_read(), 3U);
}

TEST(Windows, AnEmptyStreamHasNone) { EXPECT_EQ(starts(0, 10, 5), Starts{}); }

TEST(Windows, LengthsOfZeroAreRefused) {
  Counting stream(3);
  EXPECT_THROW(WindowCutter(stream, 0, 1), Error);
  EXPECT_THROW(WindowCutter(stream, 1, 0), Error);
}

}  // namespace
}  // namespace hearken::audio

// A stream that drops what comes before a part and stops behind it; a stream over samples at hand.
#include "audio/part.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>

#include "audio/convert/mono.h"
#include "audio/convert/resampler.h"
#include "core/paths.h"
#include "hearken/error.h"

namespace hearken::audio {
namespace {

constexpr std::uint64_t kToTheEnd = std::numeric_limits<std::uint64_t>::max();

// Seconds of a sound as samples; what is longer than any sound is the end.
std::uint64_t samples_of(double seconds, int rate_hz) {
  const double samples = std::round(seconds * rate_hz);
  return samples < 9e18 ? static_cast<std::uint64_t>(samples) : kToTheEnd;
}

Error begins_too_late(const std::string& shown, double start_seconds, double end_seconds) {
  return Error(ErrorCode::invalid_argument, fmt::format("{}: there is no sound from {:g} s on: it ends at {:.3f} s",
                                                        shown, start_seconds, end_seconds));
}

class PartStream final : public SampleStream {
 public:
  PartStream(SoundFile file, int rate_hz, double start_seconds, double duration_seconds, std::function<void()> waiting)
      : shown_(display(file.path)),
        whole_(open_samples(std::move(file), rate_hz, nullptr, std::move(waiting))),
        skip_(samples_of(start_seconds, rate_hz)),
        left_(duration_seconds > 0 ? std::max<std::uint64_t>(1, samples_of(duration_seconds, rate_hz)) : kToTheEnd) {}

  std::size_t read(std::span<float> out) override {
    if (!skipped_) skip();
    const std::size_t got =
        whole_->read(out.first(static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), left_))));
    if (left_ != kToTheEnd) left_ -= got;
    if (first_ && got == 0) throw too_late(skip_);
    first_ = false;
    return got;
  }
  int sample_rate_hz() const override { return whole_->sample_rate_hz(); }
  const Tags& tags() const override { return whole_->tags(); }
  const std::string& warning() const override { return whole_->warning(); }

 private:
  void skip() {
    skipped_ = true;
    std::vector<float> dropped(std::size_t{1} << 14);
    for (std::uint64_t at = 0; at < skip_;) {
      const auto asked = static_cast<std::size_t>(std::min<std::uint64_t>(dropped.size(), skip_ - at));
      const std::size_t got = whole_->read(std::span(dropped).first(asked));
      at += got;
      if (got < asked) throw too_late(at);
    }
  }
  Error too_late(std::uint64_t end) const {
    const double rate = whole_->sample_rate_hz();
    return begins_too_late(shown_, static_cast<double>(skip_) / rate, static_cast<double>(end) / rate);
  }

  const std::string shown_;
  const std::unique_ptr<SampleStream> whole_;
  const std::uint64_t skip_;
  std::uint64_t left_;
  bool skipped_ = false, first_ = true;
};

class MemoryStream final : public SampleStream {
 public:
  MemoryStream(std::span<const float> samples, int from_rate_hz, int rate_hz)
      : rest_(samples), rate_hz_(rate_hz), resampler_(from_rate_hz, rate_hz) {}

  std::size_t read(std::span<float> out) override {
    constexpr std::size_t kPiece = std::size_t{1} << 14;
    while (ready_.size() - at_ < out.size() && !finished_) {
      ready_.erase(ready_.begin(), ready_.begin() + static_cast<std::ptrdiff_t>(std::exchange(at_, 0)));
      const auto piece = rest_.first(std::min(kPiece, rest_.size()));
      resampler_.push(piece, ready_);
      rest_ = rest_.subspan(piece.size());
      if (rest_.empty()) resampler_.finish(ready_), finished_ = true;
    }
    const std::size_t count = std::min(out.size(), ready_.size() - at_);
    std::copy_n(ready_.begin() + static_cast<std::ptrdiff_t>(at_), count, out.begin());
    at_ += count;
    return count;
  }
  int sample_rate_hz() const override { return rate_hz_; }
  const Tags& tags() const override { return tags_; }
  const std::string& warning() const override { return warning_; }

 private:
  std::span<const float> rest_;
  const int rate_hz_;
  Resampler resampler_;
  std::vector<float> ready_;  // given out up to at_
  std::size_t at_ = 0;
  bool finished_ = false;
  const Tags tags_;
  const std::string warning_;
};

}  // namespace

void check_part(double start_seconds, double duration_seconds) {
  const auto good = [](double seconds) { return std::isfinite(seconds) && seconds >= 0; };
  if (!good(start_seconds) || !good(duration_seconds))
    throw Error(ErrorCode::invalid_argument,
                fmt::format("a part of {:g} s from {:g} s on: both must be numbers of at least 0", duration_seconds,
                            start_seconds));
}

std::unique_ptr<SampleStream> open_part(const std::filesystem::path& path, int sample_rate_hz, double start_seconds,
                                        double duration_seconds) {
  return open_part(SoundFile::open(path), sample_rate_hz, start_seconds, duration_seconds);
}

std::unique_ptr<SampleStream> open_part(SoundFile file, int sample_rate_hz, double start_seconds,
                                        double duration_seconds, std::function<void()> waiting) {
  return std::make_unique<PartStream>(std::move(file), sample_rate_hz, start_seconds, duration_seconds,
                                      std::move(waiting));
}

std::unique_ptr<SampleStream> stream_samples(std::span<const float> samples, int from_rate_hz, int sample_rate_hz,
                                             const std::string& name, double start_seconds, double duration_seconds) {
  if (from_rate_hz < kLowestRate || from_rate_hz > kHighestRate)
    throw Error(ErrorCode::invalid_argument, fmt::format("{}: a sample rate of {} Hz", display(name), from_rate_hz));
  const auto count = [&](double seconds) {
    return static_cast<std::size_t>(std::min<std::uint64_t>(samples_of(seconds, from_rate_hz), samples.size()));
  };
  const double whole_seconds = static_cast<double>(samples.size()) / from_rate_hz;
  samples = samples.subspan(count(start_seconds));
  if (start_seconds > 0 && samples.empty()) throw begins_too_late(display(name), start_seconds, whole_seconds);
  if (duration_seconds > 0)
    samples = samples.first(std::min(samples.size(), std::max<std::size_t>(1, count(duration_seconds))));
  if (const std::size_t bad = find_non_finite(samples); bad < samples.size()) {
    throw Error(
        ErrorCode::invalid_argument,
        fmt::format(
            "{}: sample {} (at {:.3f} s) is {}", display(name), bad, static_cast<double>(bad) / from_rate_hz,
            std::isfinite(samples[bad]) ? fmt::format("{:g}, where full scale is 1", samples[bad]) : "not a number"));
  }
  return std::make_unique<MemoryStream>(samples, from_rate_hz, sample_rate_hz);
}

std::vector<float> read_all(SampleStream& stream) {
  constexpr std::size_t kBlock = 1 << 16U;
  std::vector<float> samples;
  for (std::size_t had = 0;;) {
    samples.resize(had + kBlock);
    const std::size_t got = stream.read(std::span(samples).subspan(had));
    had += got;
    if (got < kBlock) {
      samples.resize(had);
      return samples;
    }
  }
}

}  // namespace hearken::audio

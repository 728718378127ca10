// Two listeners behind one, fed in larger pieces.
#include "library/indexing/analysis.h"

#include "core/threads/threads.h"

namespace hearken::library {
namespace {

constexpr std::size_t kPiece = 32768;  // samples of all channels together

}  // namespace

void SoundAnalyser::consume(std::span<const float> interleaved, int channels, int sample_rate_hz) {
  if (channels != channels_ || sample_rate_hz != sample_rate_hz_) {
    pass_on();
    channels_ = channels;
    sample_rate_hz_ = sample_rate_hz;
  }
  seconds_ += static_cast<double>(interleaved.size() / static_cast<std::size_t>(channels)) / sample_rate_hz;
  waiting_.insert(waiting_.end(), interleaved.begin(), interleaved.end());
  if (waiting_.size() >= kPiece) pass_on();
}

void SoundAnalyser::pass_on() {
  if (waiting_.empty()) return;
  const double began = thread_cpu_seconds();
  fingerprinter_.consume(waiting_, channels_, sample_rate_hz_);
  features_.consume(waiting_, channels_, sample_rate_hz_);
  waiting_.clear();
  cpu_seconds_ += thread_cpu_seconds() - began;
}

SoundAnalysis SoundAnalyser::finish() {
  pass_on();
  const double began = thread_cpu_seconds();
  SoundAnalysis heard{fingerprinter_.finish(), features_.finish()};
  cpu_seconds_ += thread_cpu_seconds() - began;
  return heard;
}

}  // namespace hearken::library

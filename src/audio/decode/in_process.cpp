// Decoding with libavcodec, and of what that refuses with libvorbisfile: packets to frames, frames to mono, mono to the
// asked rate, a frame at a time; whoever listens hears the frames as they come.
#include "audio/decode/in_process.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <new>
#include <numeric>
#include <string_view>
#include <utility>
#include <vector>

#include "audio/convert/mono.h"
#include "audio/convert/resampler.h"
#include "audio/decode/container.h"
#include "audio/decode/handed_on.h"
#include "audio/decode/peek.h"
#include "audio/decode/tags.h"
#include "audio/decode/vorbis.h"
#include "audio/jail/budget.h"
#include "core/paths.h"

namespace hearken::audio {
namespace {

// Beyond these a header is damaged or hostile.
constexpr int kMostChannels = 64;
constexpr std::int64_t kLongestFrame = std::int64_t{1} << 23;  // samples per channel

struct Delete {
  void operator()(AVCodecContext* context) const noexcept { avcodec_free_context(&context); }
  void operator()(AVPacket* packet) const noexcept { av_packet_free(&packet); }
  void operator()(AVFrame* frame) const noexcept { av_frame_free(&frame); }
};

template <class T>
std::unique_ptr<T, Delete> owned(T* made) {
  if (made == nullptr) throw std::bad_alloc();
  return std::unique_ptr<T, Delete>(made);
}

bool is_lossy(AVCodecID codec) {
  const AVCodecDescriptor* descriptor = avcodec_descriptor_get(codec);
  return descriptor != nullptr && (descriptor->props & AV_CODEC_PROP_LOSSLESS) == 0;
}

class FileStream final : public SampleStream {
 public:
  // At rate 0 nothing is resampled, and read() gives nothing.
  FileStream(SoundFile file, int sample_rate_hz, SampleSink* sink)
      : file_(std::move(file)), budget_(Budget::for_file(file_.size)), rate_hz_(sample_rate_hz), sink_(sink) {
    try {
      container_.emplace(file_, true);
      open_decoder();
      tags_ = read_tags({stream().metadata, container_->format().metadata});
      declared_seconds_ = container_->declared_seconds(stream_);
    } catch (const Error&) {  // says what is wrong, unless somebody else can read it
      container_.reset();
      vorbis_ = VorbisFile::open(file_);
      if (vorbis_ == nullptr) throw;
      lossy_ = true;
      tags_ = vorbis_->tags();
      declared_seconds_ = vorbis_->declared_seconds();
    }
  }

  std::size_t read(std::span<float> out) override;
  // Decodes one more frame into ready_, which was given out. False at the end.
  bool advance();
  std::span<const float> ready() const { return ready_; }
  int sample_rate_hz() const override { return rate_hz_; }
  const Tags& tags() const override { return tags_; }
  const std::string& warning() const override { return warning_; }

  /// Of the whole; nothing where only decoding it would tell.
  std::optional<double> length_seconds() const;
  /// Fills `out` with what lies from `seconds` on; where there is less, returns how much.
  std::size_t read_from(double seconds, std::span<float> out);

 private:
  AVStream& stream() const { return *container_->format().streams[stream_]; }
  Error error(ErrorCode code, std::string_view message, std::string cause = {}) const {
    return {code, display(file_.path) + ": " + std::string(message), std::move(cause)};
  }
  void open_decoder();
  bool next_frame();
  bool next_vorbis_frame();
  bool send_packet();
  bool is_header_of_chained_opus() const;
  void take_frame();
  void go_to(double seconds);
  void land(int rate_hz);
  void spend(double seconds, double bytes);
  void let_hear(bool silence);
  void finish();
  double seconds() const { return seconds_before_ + static_cast<double>(samples_) / std::max(in_rate_hz_, 1); }
  void note_damage();
  Error out_of_memory() const {
    return error(ErrorCode::corrupt, fmt::format("asks for more memory than it may have at {:.3f} s", seconds()));
  }

  const SoundFile file_;
  Budget budget_;  // what is left of it
  const int rate_hz_;
  SampleSink* const sink_;
  std::optional<Container> container_;  // FFmpeg
  std::unique_ptr<VorbisFile> vorbis_;  // when FFmpeg refuses the file
  int stream_ = -1;
  std::unique_ptr<AVCodecContext, Delete> decoder_;
  const std::unique_ptr<AVPacket, Delete> packet_ = owned(av_packet_alloc());
  const std::unique_ptr<AVFrame, Delete> frame_ = owned(av_frame_alloc());
  bool lossy_ = false;
  Tags tags_;

  std::optional<Resampler> resampler_;
  int in_rate_hz_ = 0;         // of the frames, 0 before the first
  std::int64_t samples_ = 0;   // decoded at in_rate_hz_
  double seconds_before_ = 0;  // decoded at other rates before
  std::vector<float> mono_;    // the latest frame
  std::vector<float> heard_;   // the same with all its channels, for the sink
  std::vector<float> ready_;   // at rate_hz_, given out up to ready_at_
  std::size_t ready_at_ = 0;
  bool draining_ = false, ended_ = false;
  bool landing_ = false;    // the next frame says where a seek led to
  double sought_ = 0;       // where it should have, seconds
  double given_from_ = 0;   // seconds: where the samples given out since the last seek began
  std::int64_t given_ = 0;  // of them so far
  std::int64_t skip_ = 0;   // samples to drop behind a seek

  double declared_seconds_ = 0;
  std::int64_t frames_ = 0;      // decoded
  std::int64_t damaged_ = 0;     // packets
  double first_damage_ = 0;      // seconds
  bool packet_damaged_ = false;  // the latest is counted
  bool cut_off_ = false;         // the latest is shorter than its header says
  double frame_seconds_ = 0;     // the latest frame's length
  std::string trouble_;          // why the container ended before its end
  std::string warning_;
};

void FileStream::open_decoder() {
  const AVCodec* codec = nullptr;
  stream_ = av_find_best_stream(&container_->format(), AVMEDIA_TYPE_AUDIO, -1, -1, nullptr, 0);
  if (stream_ < 0) throw error(ErrorCode::unsupported, "has no sound in it");
  const AVCodecParameters& parameters = *stream().codecpar;
  codec = avcodec_find_decoder(parameters.codec_id);
  if (codec == nullptr) {
    throw error(ErrorCode::unsupported, fmt::format("its sound is {}, for which there is no decoder",
                                                    display(std::string_view(avcodec_get_name(parameters.codec_id)))));
  }
  if (parameters.ch_layout.nb_channels > kMostChannels) {
    throw error(ErrorCode::unsupported, fmt::format("has {} channels", parameters.ch_layout.nb_channels));
  }
  for (unsigned i = 0; i < container_->format().nb_streams; ++i) {
    if (static_cast<int>(i) != stream_) container_->format().streams[i]->discard = AVDISCARD_ALL;
  }
  decoder_ = owned(avcodec_alloc_context3(codec));
  int result = avcodec_parameters_to_context(decoder_.get(), &parameters);
  decoder_->pkt_timebase = stream().time_base;
  decoder_->thread_count = 1;  // files are decoded side by side instead
  decoder_->max_samples = kLongestFrame;
  if (result >= 0) result = avcodec_open2(decoder_.get(), codec, nullptr);
  if (result < 0) throw error(ErrorCode::corrupt, "holds sound that cannot be decoded", ffmpeg_cause(result));
  lossy_ = is_lossy(parameters.codec_id);
}

std::size_t FileStream::read(std::span<float> out) {
  const std::size_t count = handed_on(ready_, ready_at_, out, [this] { return advance(); });
  given_ += static_cast<std::int64_t>(count);
  return count;
}

bool FileStream::advance() {
  if (ended_) return false;
  ready_.clear();
  ready_at_ = 0;
  if (next_frame()) {
    take_frame();
  } else {
    finish();
  }
  return true;
}

// Puts the next decoded frame into frame_. False at the end.
bool FileStream::next_frame() {
  if (vorbis_ != nullptr) return next_vorbis_frame();
  for (;;) {
    const int result = avcodec_receive_frame(decoder_.get(), frame_.get());
    if (result == 0) return true;
    if (result == AVERROR_EOF) return false;
    if (result == AVERROR(ENOMEM)) throw out_of_memory();
    if (result != AVERROR(EAGAIN) && !cut_off_) note_damage();
    if (draining_ || !send_packet()) return false;
  }
}

bool FileStream::next_vorbis_frame() {
  constexpr int kMostTries = 1000;  // at one place
  for (int tries = 0; tries < kMostTries; ++tries) {
    packet_damaged_ = false;
    switch (vorbis_->next(*frame_)) {
      case VorbisFile::Next::frame: return true;
      case VorbisFile::Next::damage: note_damage(); break;
      case VorbisFile::Next::end: return false;
    }
  }
  return false;
}

// Gives the decoder the next packet of the stream, or at the file's end the sign to hand out what it still has. False
// when there is nothing left to do.
bool FileStream::send_packet() {
  int result = AVERROR(EAGAIN);
  for (int tries = 0; result == AVERROR(EAGAIN) && tries < 1000; ++tries) {
    do {
      av_packet_unref(packet_.get());
      result = av_read_frame(&container_->format(), packet_.get());
    } while (result >= 0 && packet_->stream_index != stream_);
  }
  if (container_->read_error() != 0) throw os_error(file_.path, "read", container_->read_error());
  if (result == AVERROR(ENOMEM)) throw out_of_memory();
  if (result < 0) {
    if (result == AVERROR_EXIT) {
      trouble_ = "too many bytes without sound";
    } else if (result != AVERROR_EOF) {
      trouble_ = ffmpeg_cause(result);
    }
    draining_ = true;
    return avcodec_send_packet(decoder_.get(), nullptr) >= 0;
  }
  if (cut_off_) note_damage();  // the packet before: it was not the last
  packet_damaged_ = false;
  cut_off_ = (packet_->flags & AV_PKT_FLAG_CORRUPT) != 0;
  if (is_header_of_chained_opus()) return true;
  result = avcodec_send_packet(decoder_.get(), packet_.get());
  if (result == AVERROR(ENOMEM)) throw out_of_memory();
  if (result < 0 && !cut_off_) note_damage();
  return true;
}

// Where one Ogg Opus stream follows another, libavformat hands out the second one's headers as if they were sound.
bool FileStream::is_header_of_chained_opus() const {
  if (decoder_->codec_id != AV_CODEC_ID_OPUS || packet_->size < 8) return false;
  const std::string_view head(reinterpret_cast<const char*>(packet_->data), 8);
  return head == "OpusHead" || head == "OpusTags";
}

// Brings frame_ to mono and to the asked rate, into ready_.
void FileStream::take_frame() {
  const AVFrame& frame = *frame_;
  if (frame.nb_samples <= 0) return;
  const int rate = frame.sample_rate > 0 ? frame.sample_rate : decoder_->sample_rate;
  const int channels = frame.ch_layout.nb_channels;
  if (rate < kLowestRate || rate > kHighestRate) {
    throw error(ErrorCode::unsupported, fmt::format("has a sample rate of {} Hz at {:.3f} s", rate, seconds()));
  }
  if (channels < 1 || channels > kMostChannels) {
    throw error(ErrorCode::unsupported, fmt::format("has {} channels at {:.3f} s", channels, seconds()));
  }
  spend(static_cast<double>(frame.nb_samples) / rate, sizeof(float) * static_cast<double>(frame.nb_samples) * channels);
  if (!to_mono(frame, mono_)) {
    throw error(ErrorCode::unsupported,
                fmt::format("has samples of an unknown kind ({}) at {:.3f} s", frame.format, seconds()));
  }
  if (landing_) {
    land(rate);
  } else if (rate != in_rate_hz_) {  // the first frame, or a stream that changes on its way (chained Ogg)
    if (resampler_) resampler_->finish(ready_);
    seconds_before_ = seconds();
    samples_ = 0;
    in_rate_hz_ = rate;
    if (rate_hz_ > 0) resampler_.emplace(rate, rate_hz_);
  }
  if (frame.decode_error_flags != 0 || (frame.flags & AV_FRAME_FLAG_CORRUPT) != 0) note_damage();
  const std::size_t bad = find_non_finite(mono_);
  if (bad < mono_.size()) {
    if (!lossy_) {
      const double place = seconds() + static_cast<double>(bad) / rate;
      throw error(ErrorCode::corrupt,
                  std::isfinite(mono_[bad])
                      ? fmt::format("sample at {:.3f} s is {:g}, where full scale is 1", place, mono_[bad])
                      : fmt::format("sample at {:.3f} s is not a number", place));
    }
    note_damage();  // a damaged packet can make a decoder compute anything
    std::fill(mono_.begin(), mono_.end(), 0.0F);
  }
  ++frames_;
  samples_ += frame.nb_samples;
  frame_seconds_ = static_cast<double>(frame.nb_samples) / rate;
  if (container_) container_->note_progress();
  if (sink_ != nullptr) let_hear(bad < mono_.size());
  if (const std::int64_t dropped = std::min(skip_, static_cast<std::int64_t>(mono_.size())); dropped > 0) {
    mono_.erase(mono_.begin(), mono_.begin() + static_cast<std::ptrdiff_t>(dropped));
    skip_ -= dropped;
  }
  if (resampler_) resampler_->push(mono_, ready_);
}

std::optional<double> FileStream::length_seconds() const {
  std::optional<double> length = declared_seconds_;
  if (*length <= 0) length = audio::declared_seconds(file_.descriptor.number(), file_.size);
  if (!length && container_ && container_->format().duration != AV_NOPTS_VALUE)
    length = static_cast<double>(container_->format().duration) / AV_TIME_BASE;  // by the bit rate
  const bool honest = length && *length > 0 && *length < Budget::for_file(file_.size).sound_seconds;
  return honest ? length : std::nullopt;
}

// Behind a seek, time goes on from where the frame says that it lies.
void FileStream::land(int rate_hz) {
  landing_ = false;
  const std::int64_t at = frame_->best_effort_timestamp;
  seconds_before_ = sought_;
  if (container_ && at != AV_NOPTS_VALUE) {
    const std::int64_t begin = stream().start_time != AV_NOPTS_VALUE ? stream().start_time : 0;
    seconds_before_ = static_cast<double>(at - begin) * av_q2d(stream().time_base);
  }
  // From a place on that both rates have a sample at, so that the samples lie where those of the whole do.
  const std::int64_t step = rate_hz / std::gcd(rate_hz, rate_hz_), at_sample = std::llround(seconds_before_ * rate_hz);
  skip_ = step <= rate_hz / 10 ? (step - at_sample % step) % step : 0;
  given_from_ = static_cast<double>(at_sample + skip_) / rate_hz;
  given_ = 0;
  samples_ = 0;
  in_rate_hz_ = rate_hz;
  resampler_.emplace(rate_hz, rate_hz_);
}

void FileStream::go_to(double seconds) {
  // What is decoded before: codecs take up to a tenth of a second to come right, and the resampler some milliseconds.
  constexpr double kBefore = 0.25;
  sought_ = std::max(0.0, seconds - kBefore);
  bool sought = false;
  if (vorbis_) {
    sought = vorbis_->go_to(sought_);
  } else {
    const AVStream& s = stream();
    const std::int64_t begin = s.start_time != AV_NOPTS_VALUE ? s.start_time : 0;
    const auto target = begin + static_cast<std::int64_t>(sought_ / av_q2d(s.time_base));
    sought = av_seek_frame(&container_->format(), stream_, target, AVSEEK_FLAG_BACKWARD) >= 0;
    if (sought) avcodec_flush_buffers(decoder_.get());
  }
  if (!sought) return;  // what lies between is decoded and dropped
  landing_ = true;
  draining_ = ended_ = cut_off_ = false;
  ready_.clear();
  ready_at_ = 0;
}

std::size_t FileStream::read_from(double seconds, std::span<float> out) {
  go_to(seconds);
  while (landing_)
    if (!advance() || ended_) return 0;
  const double from = given_from_ + static_cast<double>(given_) / rate_hz_;
  std::vector<float> dropped(std::size_t{1} << 14);
  for (auto left = static_cast<std::int64_t>(std::llround((seconds - from) * rate_hz_)); left > 0;) {
    const auto asked = std::min(dropped.size(), static_cast<std::size_t>(left));
    if (read(std::span(dropped).first(asked)) < asked) return 0;
    left -= static_cast<std::int64_t>(asked);
  }
  return read(out);
}

void FileStream::spend(double seconds, double bytes) {
  budget_.sound_seconds -= seconds;
  budget_.bytes -= bytes;
  if (budget_.sound_seconds >= 0 && budget_.bytes >= 0) return;
  throw error(ErrorCode::corrupt,
              fmt::format("holds more sound than a file of its size may, after {:.0f} s", this->seconds()));
}

void FileStream::let_hear(bool silence) {
  const int channels = frame_->ch_layout.nb_channels;
  if (channels == 1) return sink_->consume(mono_, 1, in_rate_hz_);
  to_interleaved(*frame_, heard_);
  if (silence || find_non_finite(heard_) < heard_.size()) std::fill(heard_.begin(), heard_.end(), 0.0F);
  sink_->consume(heard_, channels, in_rate_hz_);
}

void FileStream::finish() {
  ended_ = true;
  if (in_rate_hz_ == 0) {
    throw error(ErrorCode::corrupt, "holds no sound",
                damaged_ > 0 || !trouble_.empty() ? ffmpeg_cause(AVERROR_INVALIDDATA) : "");
  }
  if (resampler_) resampler_->finish(ready_);
  const auto add = [this](const std::string& text) { warning_ += (warning_.empty() ? "" : "; ") + text; };
  // Encoder delay, edit lists and rounding make honest headers differ by a little.
  const double tolerance = std::max(0.25, 0.01 * declared_seconds_);
  const double lost = static_cast<double>(damaged_) * frame_seconds_;
  const bool early = seconds() + lost < declared_seconds_ - tolerance;
  if (early) {
    add(fmt::format("ends early: {:.1f} s of {:.1f} s could be decoded", seconds(), declared_seconds_));
  } else if (container_
                 ? container_->is_cut_off() || (cut_off_ && declared_seconds_ <= 0 && !container_->has_demuxer("wav"))
                 : ogg_is_cut_off(file_.descriptor.number(), file_.size)) {
    add(fmt::format("ends early: cut off at {:.3f} s", seconds()));
  }
  if (!trouble_.empty()) add(fmt::format("damaged at {:.3f} s: {}", seconds(), trouble_));
  // Damage at an early end is that end; what follows all of the sound a header declares (another program's tag,
  // padding) is none.
  const double end = early ? seconds() : declared_seconds_ > 0 ? declared_seconds_ - tolerance : HUGE_VAL;
  if (first_damage_ >= end) damaged_ = 0;
  if (damaged_ > frames_) {  // bytes that a decoder found some sense in, but no sound
    throw error(ErrorCode::corrupt, fmt::format("is not audio or badly damaged: {} of {} packets do not decode",
                                                damaged_, damaged_ + frames_));
  }
  if (damaged_ == 1) add(fmt::format("1 damaged packet at {:.3f} s", first_damage_));
  if (damaged_ > 1) add(fmt::format("{} damaged packets, the first at {:.3f} s", damaged_, first_damage_));
}

void FileStream::note_damage() {
  if (packet_damaged_) return;
  packet_damaged_ = true;
  if (damaged_++ == 0) first_damage_ = seconds();
}

}  // namespace

std::unique_ptr<SampleStream> samples_here(SoundFile file, int sample_rate_hz, SampleSink* sink) {
  return std::make_unique<FileStream>(std::move(file), sample_rate_hz, sink);
}

std::optional<std::string> decode_here(SoundFile file, int sample_rate_hz, SampleSink* sink,
                                       const std::function<void(const Tags&)>& opened, const TakesSamples& take) {
  FileStream stream(std::move(file), sample_rate_hz, sink);
  if (opened) opened(stream.tags());
  while (stream.advance()) {
    if (!take(stream.ready())) return std::nullopt;
  }
  return stream.warning();
}

std::optional<Excerpts> excerpts_here(SoundFile file, const ExcerptsWanted& wanted) {
  FileStream stream(std::move(file), wanted.sample_rate_hz, nullptr);
  const std::optional<double> length = stream.length_seconds();
  if (!length) return std::nullopt;
  Excerpts out{stream.tags(), *length, {}};
  const double rate = wanted.sample_rate_hz;
  const auto samples = static_cast<std::size_t>(std::llround(*length * rate));
  try {
    for (const std::size_t start : excerpt_starts(samples, wanted.window_samples, wanted.hop_samples)) {
      Window window{start / wanted.hop_samples, start, std::vector<float>(wanted.window_samples)};
      const std::size_t got = stream.read_from(static_cast<double>(start) / rate, window.samples);
      if (got == wanted.window_samples) out.windows.push_back(std::move(window));
    }
  } catch (const Error&) {  // who reads the whole says what is wrong, and where
    return std::nullopt;
  }
  return out.windows.empty() ? std::nullopt : std::optional(std::move(out));
}

bool holds_sound_here(SoundFile file) {
  try {
    const Container container(file, false);
    // Formats without a header of their own are a guess; a poor one is none.
    if (container.probe_score() < AVPROBE_SCORE_RETRY) return false;
    const std::span streams(container.format().streams, container.format().nb_streams);
    return std::ranges::any_of(
        streams, [](const AVStream* stream) { return stream->codecpar->codec_type == AVMEDIA_TYPE_AUDIO; });
  } catch (const Error&) {
    if (VorbisFile::open(file) != nullptr) return true;
    throw;
  }
}

std::string cover_here(SoundFile file) {
  const Container container(file, false);
  for (const AVStream* stream : std::span(container.format().streams, container.format().nb_streams)) {
    if ((stream->disposition & AV_DISPOSITION_ATTACHED_PIC) == 0) continue;
    const AVPacket& picture = stream->attached_pic;
    if (picture.size <= 0 || static_cast<std::size_t>(picture.size) > kMostCover) continue;
    return {reinterpret_cast<const char*>(picture.data), static_cast<std::size_t>(picture.size)};
  }
  return {};
}

}  // namespace hearken::audio

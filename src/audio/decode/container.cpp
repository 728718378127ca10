// Opening files with libavformat, given nothing but their bytes.
#include "audio/decode/container.h"

#include <array>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <new>
#include <utility>

#include "audio/decode/peek.h"
#include "core/paths.h"

extern "C" {
#include <libavutil/avstring.h>
#include <libavutil/dict.h>
#include <libavutil/log.h>
#include <libavutil/mem.h>
}

namespace hearken::audio {
namespace {

// Demuxers of files that people keep sound in. None of them reads another file; playlists, image sequences, network and
// device inputs, and formats that run code of their own (tracker modules, console music) are not here.
constexpr const char* kDemuxers =
    "aac,ac3,aiff,amr,amrnb,amrwb,ape,asf,au,avi,avr,caf,dsf,dts,dtshd,eac3,flac,flv,iff,ircam,loas,matroska,mlp,mov,"
    "mp3,"
    "mpc,mpc8,mpeg,mpegts,nistsphere,oma,ogg,paf,pvf,qcp,rm,shn,sox,tak,truehd,tta,voc,w64,wav,wsd,wv,xwma";

constexpr std::int64_t kBytesInVain = std::int64_t{1} << 30;  // read without any sound coming out, before giving up
constexpr int kIoBuffer = 1 << 15;

thread_local std::array<char, 256> last_complaint;

void keep_complaint(void*, int level, const char* format, va_list arguments) {
  if (level <= AV_LOG_ERROR) std::vsnprintf(last_complaint.data(), last_complaint.size(), format, arguments);
}

// A library does not print: FFmpeg's log of this process goes where ffmpeg_cause() finds it. And a header of a few
// bytes does not get gigabytes: FFmpeg's largest block, 2 GiB as it comes, holds the sample table of 60 hours of AAC at
// this.
void tame_ffmpeg() {
  static const bool once = [] {
    av_log_set_callback(keep_complaint);
    av_max_alloc(std::size_t{256} << 20);
    return true;
  }();
  static_cast<void>(once);
  last_complaint[0] = '\0';
}

// Decoders of sound, so that no picture or subtitle decoder ever sees a byte.
const std::string& sound_decoders() {
  static const std::string names = [] {
    std::string list;
    void* iterator = nullptr;
    while (const AVCodec* codec = av_codec_iterate(&iterator)) {
      if (codec->type != AVMEDIA_TYPE_AUDIO || av_codec_is_decoder(codec) == 0) continue;
      if (!list.empty()) list += ',';
      list += codec->name;
    }
    return list;
  }();
  return names;
}

int refuse_to_open(AVFormatContext*, AVIOContext**, const char*, int, AVDictionary**) { return AVERROR(EPERM); }

std::string long_name(const AVInputFormat& demuxer) {
  return display(std::string_view(demuxer.long_name != nullptr ? demuxer.long_name : demuxer.name));
}

}  // namespace

std::string ffmpeg_cause(int error_number) {
  std::string text = last_complaint.data();
  if (text.empty()) {
    std::array<char, AV_ERROR_MAX_STRING_SIZE> buffer{};
    av_strerror(error_number, buffer.data(), buffer.size());
    text = buffer.data();
  }
  while (!text.empty() && (text.back() == '\n' || text.back() == '.' || text.back() == ' ')) text.pop_back();
  return display(std::string_view(text));
}

Container::Container(const SoundFile& file, bool probe_streams) : file_(file) {
  tame_ffmpeg();
  try {
    open_format();
    note_durations();
    if (probe_streams || format_->nb_streams == 0) {
      avformat_find_stream_info(format_, nullptr);  // what it does not find, the decoder may
    }
    if (read_error_ != 0) throw os_error(file_.path, "read", read_error_);
  } catch (...) {
    close();
    throw;
  }
}

Container::~Container() { close(); }

void Container::close() noexcept {
  avformat_close_input(&format_);
  if (io_ != nullptr) av_freep(&io_->buffer);
  avio_context_free(&io_);
}

void Container::open_format() {
  auto* buffer = static_cast<unsigned char*>(av_malloc(kIoBuffer));
  if (buffer == nullptr) throw std::bad_alloc();
  io_ = avio_alloc_context(buffer, kIoBuffer, 0, this, read_bytes, nullptr, seek);
  if (io_ == nullptr) {
    av_free(buffer);
    throw std::bad_alloc();
  }

  const char* name = name_behind_id3(file_.descriptor.number());
  const AVInputFormat* demuxer = nullptr;
  probe_score_ = av_probe_input_buffer2(io_, &demuxer, name, nullptr, 0, 0);
  if (read_error_ != 0) throw os_error(file_.path, "read", read_error_);
  if (probe_score_ < 0 || demuxer == nullptr) {
    throw error(ErrorCode::corrupt, looks_like_text(file_.descriptor.number()) ? "is text, not audio" : "is not audio");
  }
  if (av_match_list(demuxer->name, kDemuxers, ',') == 0) {
    if (looks_like_text(file_.descriptor.number())) throw error(ErrorCode::corrupt, "is text, not audio");
    throw error(ErrorCode::unsupported, "is not a format that sound is read from", long_name(*demuxer));
  }

  format_ = avformat_alloc_context();
  if (format_ == nullptr) throw std::bad_alloc();
  format_->pb = io_;
  format_->io_open = refuse_to_open;
  format_->fps_probe_size = 0;
  AVDictionary* options = nullptr;
  av_dict_set(&options, "format_whitelist", kDemuxers, 0);
  av_dict_set(&options, "protocol_whitelist", "file,pipe", 0);
  av_dict_set(&options, "codec_whitelist", sound_decoders().c_str(), 0);
  last_complaint[0] = '\0';
  const int result = avformat_open_input(&format_, name, demuxer, &options);  // frees and clears format_ when it fails
  av_dict_free(&options);
  if (read_error_ != 0) throw os_error(file_.path, "read", read_error_);
  if (result < 0) {
    throw error(ErrorCode::corrupt, "cannot be read as " + long_name(*demuxer), ffmpeg_cause(result));
  }
}

// To be asked before avformat_find_stream_info(), which fills in durations estimated from the bit rate.
void Container::note_durations() {
  unsigned pictures = 0;
  for (unsigned i = 0; i < format_->nb_streams; ++i) {
    const AVStream& stream = *format_->streams[i];
    pictures += (stream.disposition & AV_DISPOSITION_ATTACHED_PIC) != 0 ? 1 : 0;
    declared_seconds_.push_back(
        stream.duration == AV_NOPTS_VALUE ? 0.0 : static_cast<double>(stream.duration) * av_q2d(stream.time_base));
  }
  if (has_demuxer("wav") && format_->nb_streams == 1 && declared_seconds_[0] <= 0) {
    const AVCodecParameters& parameters = *format_->streams[0]->codecpar;
    if (parameters.bit_rate > 0) {
      declared_seconds_[0] = 8.0 * static_cast<double>(wave_data_bytes(file_.descriptor.number())) /
                             static_cast<double>(parameters.bit_rate);
    }
  }
  // Some containers declare the whole; with a single stream that is the stream's.
  if (format_->nb_streams == pictures + 1 && format_->duration != AV_NOPTS_VALUE) {
    for (double& seconds : declared_seconds_) {
      if (seconds == 0) seconds = static_cast<double>(format_->duration) / AV_TIME_BASE;
    }
  }
}

bool Container::is_cut_off() const {
  return has_demuxer("ogg") && ogg_is_cut_off(file_.descriptor.number(), file_.size);
}

bool Container::has_demuxer(std::string_view name) const noexcept { return format_->iformat->name == name; }

double Container::declared_seconds(int stream) const noexcept {
  const auto i = static_cast<std::size_t>(stream);
  return i < declared_seconds_.size() ? declared_seconds_[i] : 0;
}

Error Container::error(ErrorCode code, std::string_view message, std::string cause) const {
  return Error(code, display(file_.path) + ": " + std::string(message), std::move(cause));
}

int Container::read_bytes(void* self, std::uint8_t* buffer, int size) {
  auto& container = *static_cast<Container*>(self);
  if (container.position_ >= container.file_.size) return AVERROR_EOF;
  if (container.bytes_in_vain_ > kBytesInVain) return AVERROR_EXIT;
  const ssize_t got =
      read_at(container.file_.descriptor.number(), buffer, static_cast<std::size_t>(size), container.position_);
  if (got < 0) {
    container.read_error_ = errno;
    return AVERROR(errno);
  }
  if (got == 0) return AVERROR_EOF;
  container.position_ += got;
  container.bytes_in_vain_ += got;
  return static_cast<int>(got);
}

std::int64_t Container::seek(void* self, std::int64_t offset, int whence) {
  auto& container = *static_cast<Container*>(self);
  std::int64_t base = 0, target = 0;
  switch (whence & ~AVSEEK_FORCE) {
    case AVSEEK_SIZE: return container.file_.size;
    case SEEK_SET: break;
    case SEEK_CUR: base = container.position_; break;
    case SEEK_END: base = container.file_.size; break;
    default: return AVERROR(EINVAL);
  }
  if (__builtin_add_overflow(base, offset, &target) || target < 0) return AVERROR(EINVAL);
  container.position_ = target;
  return target;
}

}  // namespace hearken::audio

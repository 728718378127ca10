// libvorbisfile on a descriptor. Its frames are FFmpeg's, so that what follows is the same for every file.
#include "audio/decode/vorbis.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <iterator>
#include <new>
#include <string_view>

#include "audio/decode/peek.h"
#include "audio/decode/tags.h"
#include "core/paths.h"

extern "C" {
#include <libavutil/channel_layout.h>
#include <libavutil/dict.h>
#include <libavutil/frame.h>
}

namespace hearken::audio {
namespace {

constexpr int kSamplesAtOnce = 4096;  // per channel

}  // namespace

std::unique_ptr<VorbisFile> VorbisFile::open(const SoundFile& file) {
  std::array<char, 4> begin{};
  if (read_at(file.descriptor.number(), begin.data(), begin.size(), 0) != std::ssize(begin) ||
      std::string_view(begin.data(), begin.size()) != "OggS")
    return nullptr;
  std::unique_ptr<VorbisFile> made(new VorbisFile(file));
  const int failed = ::ov_open_callbacks(made.get(), &made->reader_, nullptr, 0, {read, seek, nullptr, tell});
  if (made->read_error_ != 0) throw os_error(file.path, "read", made->read_error_);
  if (failed != 0) return nullptr;
  return made;
}

VorbisFile::~VorbisFile() { ::ov_clear(&reader_); }  // of one that was not opened it is all zeros

VorbisFile::Next VorbisFile::next(AVFrame& frame) {
  float** channels = nullptr;
  int link = 0;
  const long samples = ::ov_read_float(&reader_, &channels, kSamplesAtOnce, &link);
  if (read_error_ != 0) throw os_error(file_.path, "read", read_error_);
  if (samples == 0) return Next::end;
  const vorbis_info* const info = samples > 0 ? ::ov_info(&reader_, -1) : nullptr;
  if (info == nullptr) return Next::damage;
  ::av_frame_unref(&frame);
  frame.format = AV_SAMPLE_FMT_FLTP;
  frame.sample_rate = static_cast<int>(info->rate);
  frame.nb_samples = static_cast<int>(samples);
  ::av_channel_layout_default(&frame.ch_layout, info->channels);
  if (::av_frame_get_buffer(&frame, 0) < 0) throw std::bad_alloc();
  for (int c = 0; c < info->channels; ++c)
    std::copy_n(channels[c], samples, reinterpret_cast<float*>(frame.extended_data[c]));
  return Next::frame;
}

bool VorbisFile::go_to(double seconds) { return ::ov_time_seek(&reader_, seconds) == 0; }

double VorbisFile::declared_seconds() { return std::max(0.0, ::ov_time_total(&reader_, -1)); }

Tags VorbisFile::tags() {
  AVDictionary* entries = nullptr;
  if (const vorbis_comment* const comments = ::ov_comment(&reader_, -1)) {
    for (int i = 0; i < comments->comments; ++i) {
      const std::string_view line(comments->user_comments[i], static_cast<std::size_t>(comments->comment_lengths[i]));
      const std::size_t equals = line.find('=');
      if (equals == std::string_view::npos) continue;
      const std::string key(line.substr(0, equals)), value(line.substr(equals + 1));
      ::av_dict_set(&entries, key.c_str(), value.c_str(), 0);
    }
  }
  const std::unique_ptr<AVDictionary*, void (*)(AVDictionary**)> owner(&entries, ::av_dict_free);
  return read_tags({entries});
}

std::size_t VorbisFile::read(void* into, std::size_t size, std::size_t count, void* self) {
  auto& file = *static_cast<VorbisFile*>(self);
  if (size == 0) return 0;
  const ssize_t got = read_at(file.file_.descriptor.number(), into, size * count, file.position_);
  if (got < 0) {
    file.read_error_ = errno;
    return 0;
  }
  file.position_ += got;
  return static_cast<std::size_t>(got) / size;
}

int VorbisFile::seek(void* self, ogg_int64_t offset, int whence) {
  auto& file = *static_cast<VorbisFile*>(self);
  const std::int64_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? file.position_ : file.file_.size;
  std::int64_t target = 0;
  if (__builtin_add_overflow(base, offset, &target) || target < 0) return -1;
  file.position_ = target;
  return 0;
}

long VorbisFile::tell(void* self) { return static_cast<long>(static_cast<VorbisFile*>(self)->position_); }

}  // namespace hearken::audio

// The few bytes of ID3v2, RIFF, AIFF, FLAC, MP3 and Ogg that matter here.
#include "audio/decode/peek.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <iterator>
#include <string>
#include <string_view>

namespace hearken::audio {
namespace {

// Some bytes of a file; what lies beyond them reads as 0.
class Bytes {
 public:
  Bytes(int fd, std::size_t size, std::int64_t offset) : bytes_(size, '\0') {
    bytes_.resize(static_cast<std::size_t>(std::max<ssize_t>(0, read_at(fd, bytes_.data(), size, offset))));
  }

  std::size_t size() const { return bytes_.size(); }
  std::size_t last(std::string_view text) const { return bytes_.rfind(text); }  // npos: nowhere
  bool are(std::size_t at, std::string_view text) const {
    return at <= bytes_.size() && std::string_view(bytes_).substr(at).starts_with(text);
  }
  std::uint64_t byte(std::size_t at) const { return at < bytes_.size() ? static_cast<unsigned char>(bytes_[at]) : 0U; }
  std::uint64_t big(std::size_t at, std::size_t count) const {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < count; ++i) value = value << 8 | byte(at + i);
    return value;
  }
  std::uint64_t little(std::size_t at, std::size_t count) const {
    std::uint64_t value = 0;
    for (std::size_t i = count; i-- > 0;) value = value << 8 | byte(at + i);
    return value;
  }

 private:
  std::string bytes_;
};

constexpr std::size_t kHead = 4096;  // a page: chunks in front of those that matter (bext, JUNK) fit

std::optional<double> ratio(double of, double to) { return of > 0 && to > 0 ? std::optional(of / to) : std::nullopt; }

// Where the chunk's content begins; 0: not in the head.
std::size_t chunk_in(const Bytes& head, std::string_view name, bool little) {
  for (std::size_t at = 12; at + 8 <= head.size();) {
    if (head.are(at, name)) return at + 8;
    const std::uint64_t size = little ? head.little(at + 4, 4) : head.big(at + 4, 4);
    at += 8 + static_cast<std::size_t>(size + (size & 1));
  }
  return 0;
}

std::optional<double> wave_seconds(const Bytes& head, std::int64_t file_size) {
  const std::size_t format = chunk_in(head, "fmt ", true);
  if (format == 0) return std::nullopt;
  return ratio(static_cast<double>(file_size), static_cast<double>(head.little(format + 8, 4)));
}

std::optional<double> aiff_seconds(const Bytes& head) {
  const std::size_t common = chunk_in(head, "COMM", false);
  if (common == 0) return std::nullopt;
  // The rate is a number of 80 bits: an exponent of 15, and a mantissa of 64 whose first stands before the point.
  const double rate = std::ldexp(static_cast<double>(head.big(common + 10, 8)),
                                 static_cast<int>(head.big(common + 8, 2) & 0x7FFF) - 16383 - 63);
  return ratio(static_cast<double>(head.big(common + 2, 4)), rate);
}

std::optional<double> flac_seconds(const Bytes& head) {
  const std::uint64_t rate = head.big(18, 3) >> 4, samples = head.big(21, 5) & 0xF'FFFF'FFFF;
  return ratio(static_cast<double>(samples), static_cast<double>(rate));
}

// By the count of frames that encoders of varying bit rates write into the first, else by the first one's bit rate.
std::optional<double> mp3_seconds(const Bytes& head, std::int64_t sound_bytes) {
  constexpr int kKbits[2][15] = {{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},
                                 {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320}};
  constexpr int kRates[4][3] = {{11025, 12000, 8000}, {0, 0, 0}, {22050, 24000, 16000}, {44100, 48000, 32000}};
  const std::uint64_t frame = head.big(0, 4), version = frame >> 19 & 3, kbits = frame >> 12 & 15,
                      rate = frame >> 10 & 3;
  const bool third_layer = frame >> 21 == 0x7FF && (frame >> 17 & 3) == 1;
  if (!third_layer || version == 1 || kbits == 15 || rate == 3) return std::nullopt;
  const bool first_version = version == 3, mono = (frame >> 6 & 3) == 3;
  const std::size_t counts = 4U + (first_version ? (mono ? 17U : 32U) : (mono ? 9U : 17U));
  std::uint64_t frames = 0;
  if ((head.are(counts, "Xing") || head.are(counts, "Info")) && (head.big(counts + 4, 4) & 1) != 0)
    frames = head.big(counts + 8, 4);
  else if (head.are(36, "VBRI"))
    frames = head.big(36 + 14, 4);
  if (frames > 0) return ratio(static_cast<double>(frames) * (first_version ? 1152 : 576), kRates[version][rate]);
  return ratio(static_cast<double>(sound_bytes), kKbits[first_version ? 1 : 0][kbits] * 125.0);
}

// By the position that the last page ends at.
std::optional<double> ogg_seconds(const Bytes& head, int fd, std::int64_t file_size) {
  constexpr std::int64_t kTail = 65536;  // no page is longer
  const std::size_t packet = 27 + static_cast<std::size_t>(head.byte(26));
  const bool vorbis = head.are(packet, "\x01vorbis"), opus = head.are(packet, "OpusHead");
  if (!vorbis && !opus) return std::nullopt;
  const Bytes tail(fd, kTail, std::max<std::int64_t>(0, file_size - kTail));
  const std::size_t page = tail.last("OggS");
  if (page == std::string::npos) return std::nullopt;
  const auto end = static_cast<std::int64_t>(tail.little(page + 6, 8));
  return ratio(static_cast<double>(end), vorbis ? static_cast<double>(head.little(packet + 12, 4)) : 48'000);
}

// Of an ID3v2 tag at the file's beginning, its head included; 0: there is none.
std::int64_t id3_bytes(int fd) {
  const Bytes head(fd, 10, 0);
  if (head.size() < 10 || !head.are(0, "ID3")) return 0;
  std::int64_t size = 10;
  for (std::size_t i = 6; i < 10; ++i) size += static_cast<std::int64_t>(head.byte(i) & 0x7F) << (7 * (9 - i));
  return size + ((head.byte(5) & 0x10) != 0 ? 10 : 0);  // a footer
}

}  // namespace

ssize_t read_at(int fd, void* buffer, std::size_t size, std::int64_t offset) noexcept {
  for (;;) {
    const ssize_t got = ::pread(fd, buffer, size, offset);
    if (got >= 0 || errno != EINTR) return got;
  }
}

const char* name_behind_id3(int fd) {
  const std::int64_t size = id3_bytes(fd);
  if (size == 0) return "";
  std::array<unsigned char, 4> after{};
  if (read_at(fd, after.data(), after.size(), size) != std::ssize(after)) return "";
  if (std::memcmp(after.data(), "fLaC", 4) == 0) return "x.flac";
  if (after[0] == 0xFF && (after[1] & 0xF6) == 0xF0) return "x.aac";
  if (after[0] == 0xFF && (after[1] & 0xE0) == 0xE0) return "x.mp3";
  return "";
}

std::int64_t wave_data_bytes(int fd) {
  const auto read_chunk = [fd](std::int64_t offset, std::array<unsigned char, 8>& chunk) {
    return read_at(fd, chunk.data(), chunk.size(), offset) == std::ssize(chunk);
  };
  std::array<unsigned char, 8> chunk{};
  if (!read_chunk(0, chunk) || std::memcmp(chunk.data(), "RIFF", 4) != 0) return 0;
  std::int64_t offset = 12;
  for (int chunks = 0; chunks < 1000 && read_chunk(offset, chunk); ++chunks) {
    const std::int64_t size =
        chunk[4] | std::int64_t{chunk[5]} << 8 | std::int64_t{chunk[6]} << 16 | std::int64_t{chunk[7]} << 24;
    const bool placeholder = size >= 0xFFFF0000 || (size >= 0x7FFF0000 && size <= 0x7FFFFFFF);
    if (std::memcmp(chunk.data(), "data", 4) == 0) return placeholder ? 0 : size;
    offset += 8 + size + (size & 1);
  }
  return 0;
}

bool ogg_is_cut_off(int fd, std::int64_t file_size) {
  constexpr std::int64_t kLongestPage = 27 + 255 + 255 * 255;
  const std::int64_t start = std::max<std::int64_t>(0, file_size - kLongestPage);
  std::string tail(static_cast<std::size_t>(file_size - start), '\0');
  if (read_at(fd, tail.data(), tail.size(), start) != std::ssize(tail)) return false;
  const std::size_t page = tail.rfind("OggS");
  if (page == std::string::npos) return false;
  const std::string_view bytes = std::string_view(tail).substr(page);
  const auto byte = [bytes](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  if (bytes.size() < 27 || bytes.size() < 27U + byte(26)) return true;
  std::size_t length = 27U + byte(26);
  for (std::size_t i = 0; i < byte(26); ++i) length += byte(27 + i);
  return length > bytes.size();
}

bool looks_like_text(int fd) {
  std::array<unsigned char, 512> head{};
  const ssize_t got = read_at(fd, head.data(), head.size(), 0);
  return got > 0 && std::all_of(head.begin(), head.begin() + got,
                                [](unsigned char c) { return c >= 0x20 || c == '\t' || c == '\n' || c == '\r'; });
}

std::optional<double> declared_seconds(int fd, std::int64_t file_size) {
  const std::int64_t tag = id3_bytes(fd);
  const Bytes head(fd, kHead, tag);
  if (head.are(8, "WAVE") && (head.are(0, "RIFF") || head.are(0, "RF64") || head.are(0, "BW64")))
    return wave_seconds(head, file_size);
  if (head.are(0, "FORM") && head.are(8, "AIF")) return aiff_seconds(head);
  if (head.are(0, "fLaC")) return flac_seconds(head);
  if (head.are(0, "OggS")) return ogg_seconds(head, fd, file_size);
  return mp3_seconds(head, file_size - tag);
}

}  // namespace hearken::audio

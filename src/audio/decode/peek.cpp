// The few bytes of ID3v2, RIFF and Ogg that matter here.
#include "audio/decode/peek.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <string>
#include <string_view>

namespace hearken::audio {

ssize_t read_at(int fd, void* buffer, std::size_t size, std::int64_t offset) noexcept {
  for (;;) {
    const ssize_t got = ::pread(fd, buffer, size, offset);
    if (got >= 0 || errno != EINTR) return got;
  }
}

const char* name_behind_id3(int fd) {
  std::array<unsigned char, 10> head{};
  if (read_at(fd, head.data(), head.size(), 0) != std::ssize(head) || std::memcmp(head.data(), "ID3", 3) != 0)
    return "";
  std::int64_t size = 10;
  for (std::size_t i = 6; i < 10; ++i) size += std::int64_t{head[i] & 0x7F} << (7 * (9 - i));
  if ((head[5] & 0x10) != 0) size += 10;  // a footer
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

}  // namespace hearken::audio

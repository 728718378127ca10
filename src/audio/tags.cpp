// Tags, made safe to store and to print.
#include "audio/tags.h"

#include <utf8proc.h>

extern "C" {
#include <libavformat/avformat.h>
#include <libavutil/dict.h>
}

namespace hearken::audio {
namespace {

constexpr std::size_t kLongestTag = 500;  // bytes

std::string look_up(const AVFormatContext& format, const AVStream& stream, const char* key) {
  for (const AVDictionary* entries : {stream.metadata, format.metadata}) {
    if (const AVDictionaryEntry* entry = av_dict_get(entries, key, nullptr, 0)) {
      if (std::string value = clean_tag(entry->value); !value.empty()) return value;
    }
  }
  return {};
}

bool is_utf8(std::string_view text) {
  const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  auto left = static_cast<utf8proc_ssize_t>(text.size());
  while (left > 0) {
    utf8proc_int32_t code_point = 0;
    const utf8proc_ssize_t length = utf8proc_iterate(at, left, &code_point);
    if (length <= 0) return false;
    at += length;
    left -= length;
  }
  return true;
}

}  // namespace

std::string clean_tag(std::string_view text) {
  const bool utf8 = is_utf8(text);
  std::string out;
  std::size_t end = 0;  // behind the last character that is not a space
  while (!text.empty()) {
    utf8proc_int32_t code_point = static_cast<unsigned char>(text[0]);
    std::size_t length = 1;
    if (utf8) {
      length = static_cast<std::size_t>(utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                                         static_cast<utf8proc_ssize_t>(text.size()), &code_point));
    }
    text.remove_prefix(length);
    const bool control = code_point < 0x20 || (code_point >= 0x7F && code_point < 0xA0);
    if (control || code_point == ' ') {
      if (!out.empty()) out += ' ';
      continue;
    }
    utf8proc_uint8_t encoded[4];
    const auto bytes = static_cast<std::size_t>(utf8proc_encode_char(code_point, encoded));
    if (out.size() + bytes > kLongestTag) break;
    out.append(reinterpret_cast<const char*>(encoded), bytes);
    end = out.size();
  }
  out.resize(end);
  return out;
}

Tags read_tags(const AVFormatContext& format, const AVStream& stream) {
  Tags tags;
  tags.title = look_up(format, stream, "title");
  tags.artist = look_up(format, stream, "artist");
  if (tags.artist.empty()) tags.artist = look_up(format, stream, "album_artist");
  tags.album = look_up(format, stream, "album");
  tags.genre = look_up(format, stream, "genre");
  for (const char* key : {"style", "mood", "keywords"})
    if (const std::string words = look_up(format, stream, key); !words.empty())
      tags.keywords += (tags.keywords.empty() ? "" : ", ") + words;
  return tags;
}

}  // namespace hearken::audio

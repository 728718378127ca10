// Tags, made safe to store and to print.
#include "audio/decode/tags.h"

extern "C" {
#include <libavformat/avformat.h>
#include <libavutil/dict.h>
}

#include "core/text.h"

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

}  // namespace

std::string clean_tag(std::string_view text) {
  const bool utf8 = is_utf8(text);
  std::string out;
  std::size_t end = 0;  // behind the last character that is not a space
  while (!text.empty()) {
    const CodePoint next = utf8 ? first_code_point(text) : CodePoint{static_cast<unsigned char>(text.front()), 1, true};
    text.remove_prefix(next.length);
    const bool control = next.value < 0x20 || (next.value >= 0x7F && next.value < 0xA0);
    if (control || next.value == ' ') {
      if (!out.empty()) out += ' ';
      continue;
    }
    const std::string character = to_utf8(next.value);
    if (out.size() + character.size() > kLongestTag) break;
    out += character;
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

// Tags, made safe to store and to print.
#include "audio/decode/tags.h"

extern "C" {
#include <libavutil/dict.h>
}

#include "core/text.h"

namespace hearken::audio {
namespace {

constexpr std::size_t kLongestTag = 500;  // bytes

using Entries = std::initializer_list<const AVDictionary*>;

std::string look_up(Entries all, const char* key) {
  for (const AVDictionary* entries : all) {
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

Tags read_tags(Entries entries) {
  Tags tags;
  tags.title = look_up(entries, "title");
  tags.artist = look_up(entries, "artist");
  if (tags.artist.empty()) tags.artist = look_up(entries, "album_artist");
  tags.album = look_up(entries, "album");
  tags.genre = look_up(entries, "genre");
  for (const char* key : {"style", "mood", "keywords"})
    if (const std::string words = look_up(entries, key); !words.empty())
      tags.keywords += (tags.keywords.empty() ? "" : ", ") + words;
  return tags;
}

}  // namespace hearken::audio

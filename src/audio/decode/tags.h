// Title, artist, album and genre out of FFmpeg's metadata.
//
// FFmpeg has the file open and its parsers see every byte anyway; a tag library would be a second parser for hostile
// files to meet.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "audio/decode/decode.h"

struct AVDictionary;

namespace hearken::audio {

/// What an entry of the first that has it says: the stream's own come before the container's. Null has none.
Tags read_tags(std::initializer_list<const AVDictionary*> entries);

/// As valid UTF-8 on one line, trimmed, at most 500 bytes: text that is not UTF-8 is taken for Latin-1, control
/// characters become spaces.
std::string clean_tag(std::string_view text);

}  // namespace hearken::audio

// Files of caption templates, each filled in with what may be missing missing.
#include <cstdlib>
#include <string>
#include <string_view>

#include "hearken/error.h"
#include "target.h"
#include "train/data/templates.h"

// A line of eight bytes becomes a string, a line's number, and a name in a set; filling needs a few copies of a line.
const HeapBound kHeapBound{64, 128 << 10};

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hearken;
  using namespace hearken::train;
  try {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    for (const std::string& sentences : parse_templates(bytes, "list.txt")) {
      const Metadata all{"\x01", "\x02", "\x03", "\x04", "\x05"};
      for (int known = 0; known < 32; ++known) {
        Metadata some = all;
        int at = 0;
        for (std::string* field : {&some.title, &some.artist, &some.album, &some.genre, &some.tags})
          if ((known >> at++ & 1) == 0) field->clear();
        const std::string caption = filled(sentences, some);
        // What is there and asked for is said; no brace is left.
        if (caption.find_first_of("{}") != std::string::npos) std::abort();
        const auto asks = [&](std::string_view name) { return sentences.find(name) != std::string::npos; };
        const auto said = [&](const std::string& value) { return caption.find(value) != std::string::npos; };
        if (!some.title.empty() && asks("{title}") != said(some.title)) std::abort();
        if (!some.artist.empty() && asks("{artist}") != said(some.artist)) std::abort();
        if (!some.album.empty() && asks("{album}") != said(some.album)) std::abort();
        if (!some.genre.empty() && asks("{genre}") != said(some.genre)) std::abort();
        if (!some.tags.empty() && asks("{tags}") != said(some.tags)) std::abort();
      }
    }
  } catch (const Error& error) {
    if (std::string_view(error.what()).find("list.txt: ") != 0) std::abort();
  }
  return 0;
}

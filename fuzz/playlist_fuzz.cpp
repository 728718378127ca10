// Playlists. The first byte says in which format.
#include <cstdlib>
#include <string_view>

#include "hearken/error.h"
#include "target.h"
#include "tasks/playlists/playlist_read.h"

// "a\n" becomes a location, an entry and a path below a folder, some of it twice while it is made; JSON of "[[[…" an
// array for each byte.
const HeapBound kHeapBound{640, 256 << 10};

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hearken;
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  constexpr PlaylistFormat kFormats[] = {PlaylistFormat::m3u, PlaylistFormat::xspf, PlaylistFormat::jspf,
                                         PlaylistFormat::pls};
  try {
    const auto entries = tasks::parse_playlist(bytes, kFormats[data[0] % 4], "/list", "l.m3u");
    if (entries.size() > tasks::kMostEntries) std::abort();
    for (const PlaylistEntry& entry : entries) {
      if (!entry.path.empty() && (!entry.path.is_absolute() || entry.path != entry.path.lexically_normal()))
        std::abort();
      if (entry.path.native().find('\0') != std::string::npos) std::abort();
    }
  } catch (const Error& error) {
    if (error.code() != ErrorCode::corrupt || !std::string_view(error.what()).starts_with("l.m3u: ")) std::abort();
  }
  return 0;
}

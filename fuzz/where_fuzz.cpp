// The filter language: any bytes are refused as a wrong argument, or make a tree whose printed form is that tree again.
#include <cstdlib>
#include <string>
#include <string_view>

#include "search/index/where.h"
#include "target.h"

// "1," of a list is a value with two strings in a vector that grows.
const HeapBound kHeapBound{512, 64 << 10};

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hearken;
  using namespace hearken::search;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Where where;
  try {
    where = parse_where(text);
  } catch (const WhereError& error) {
    if (error.code() != ErrorCode::invalid_argument || error.at() > size + 1) std::abort();
    return 0;
  }
  TrackFields track;
  track.folded = {"/music/a.ogg", "a", "", "b", "jazz"};
  track.duration_seconds = 300;
  track.added_at = 1'700'000'000;
  track.id = 1;
  track.tempo = 120;  // the rest was not measured
  const bool matched = matches(where, track);
  const std::string printed = to_string(where);
  if (printed.size() > kLongestWhere) return 0;  // it has spaces that the text did without
  const Where again = parse_where(printed);
  if (again != where || to_string(again) != printed || matches(again, track) != matched) std::abort();
  return 0;
}

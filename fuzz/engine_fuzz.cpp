// What a distributed engine answers, and what people write for its address: read, or refused as corrupt or wrong.
#include <cstdlib>
#include <string>
#include <string_view>

#include "hearken/error.h"
#include "remote/weaviate/object.h"
#include "remote/weaviate/protocol/address.h"
#include "remote/weaviate/protocol/wire.h"
#include "target.h"

// A result of two bytes is an object with its lists.
const HeapBound kHeapBound{256, 64 << 10};

namespace {

using namespace hearken;
using namespace hearken::remote::weaviate;

// `read` may throw this code alone.
template <class Read>
void refused_as(ErrorCode code, const Read& read) {
  try {
    read();
  } catch (const Error& error) {
    if (error.code() != code) std::abort();
  }
}

void read_track(const Found& found) {
  refused_as(ErrorCode::corrupt, [&] { track_of(found); });
}

}  // namespace

// The first byte says what the rest is.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 6) {
    case 0:
      refused_as(ErrorCode::corrupt, [&] {
        for (const Found& found : search_reply(rest)) read_track(found);
      });
      break;
    case 1: refused_as(ErrorCode::corrupt, [&] { put_reply(rest, 3); }); break;
    case 2: refused_as(ErrorCode::corrupt, [&] { erase_reply(rest); }); break;
    case 3: refused_as(ErrorCode::corrupt, [&] { count_reply(rest); }); break;
    case 4: refused_as(ErrorCode::invalid_argument, [&] { parse_address(rest); }); break;
    default:
      if (unescaped(escaped(rest)) != rest) std::abort();
      unescaped(rest);
      whole(ordered(rest));
  }
  return 0;
}

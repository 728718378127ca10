// What import reads of a stream of vectors, lines and records (first byte even); what embed --stream reads (odd).
#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <string_view>
#include <variant>

#include "core/json_object.h"
#include "hearken/error.h"
#include "target.h"
#include "tasks/transfer/stream_input.h"
#include "tasks/transfer/stream_rows.h"

// JSON of "[[[…" makes an array of each byte; a record may claim a block that is not there.
const HeapBound kHeapBound{512, 2 << 20};

namespace {

using namespace hearken;
using namespace hearken::tasks;

void read_stream(std::string_view bytes) {
  std::istringstream in{std::string(bytes)};
  StreamRows rows(in, "stream");
  try {
    while (const auto row = rows.next()) {
      if (const auto* note = std::get_if<FileNote>(&*row)) {
        if (note->reason.find('\n') != std::string::npos) std::abort();
        continue;
      }
      const auto& [origin, track] = std::get<StreamRow>(*row);
      if (track.starts_seconds.empty() || track.vectors.size() != track.starts_seconds.size() * origin.dimension ||
          !track.track.path.is_absolute())
        std::abort();
      for (const float x : track.vectors)
        if (!std::isfinite(x)) std::abort();
    }
  } catch (const Error& error) {
    if (!std::string_view(error.what()).starts_with("stream: ")) std::abort();
  }
}

void read_request(std::string_view line) {
  try {
    const JsonObject members = row_object(line, "the line");
    const std::string carried = carried_members(line);
    // With a member more it is JSON again, and both names are gone from it.
    const auto again = nlohmann::json::parse(carried + "\"end\":1}");
    if (again.contains("embedding") || again.contains("error")) std::abort();
    static_cast<void>(request_of(members));
  } catch (const Error&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  data[0] % 2 == 0 ? read_stream(bytes) : read_request(bytes);
  return 0;
}

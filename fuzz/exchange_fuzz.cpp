// What import reads as text: a row of catalogue.jsonl (first byte even), export.json (odd).
#include <cmath>
#include <cstdlib>
#include <string>
#include <string_view>

#include "hearken/error.h"
#include "target.h"
#include "tasks/transfer/exchange_rows.h"

// JSON of "[[[…" makes an array of each byte.
const HeapBound kHeapBound{512, 128 << 10};

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hearken;
  using namespace hearken::tasks;
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    if (data[0] % 2 == 1) {
      const VectorOrigin origin = parse_manifest(text, "export.json").origin;
      const bool good = origin.windowing.window_seconds > 0 && origin.windowing.hop_seconds > 0 && origin.dimension > 0;
      if (!good) std::abort();
      return 0;
    }
    const Row row = parse_row(text, 7, "export.json");
    if (!row.track.path.is_absolute() || !std::isfinite(row.start_seconds) || row.end_seconds < row.start_seconds)
      std::abort();
    // Written again it says the same.
    const std::string written = row_json(row, ExportBy::window);
    if (row_json(parse_row(written, 8, "again"), ExportBy::window) != written) std::abort();
    if (row_csv(row, ExportBy::window).empty()) std::abort();
  } catch (const Error& error) {
    if (!std::string_view(error.what()).starts_with("export.json: ")) std::abort();
  }
  return 0;
}

// .npy files, as import reads them.
#include <cmath>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "core/files/npy.h"
#include "hearken/error.h"
#include "input_file.h"
#include "target.h"

// The header's text and a stream's buffer; a row is no longer than the file. The rest are messages.
const HeapBound kHeapBound{8, 192 << 10};

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hearken;
  const InputFile file(data, size);
  try {
    NpyReader reader(file.path());
    const NpyShape& shape = reader.shape();
    if (shape.data_at + shape.rows * shape.columns * sizeof(float) != size) std::abort();
    std::vector<float> row(shape.rows > 0 ? shape.columns : 0);
    for (std::size_t i = 0; i < shape.rows && !row.empty(); ++i) reader.read(row);
    if (!row.empty()) {
      try {
        reader.read(row);
        std::abort();  // there is no row behind the last
      } catch (const Error&) {
      }
    }
  } catch (const Error& error) {
    if (!std::string_view(error.what()).starts_with(file.path().native() + ": ")) std::abort();
  }
  return 0;
}

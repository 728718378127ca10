// The reader of safetensors files.
#include "input_file.h"
#include "model/checkpoint/safetensors.h"
#include "read_all.h"
#include "target.h"

// A tensor of zero elements takes 40 bytes of a header, and with its name, shape and place less than 10 times that
// here.
const HeapBound kHeapBound{10, 64 << 10};

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const InputFile file(data, size);
  try {
    read_all(hearken::model::read_safetensors(file.path()));
  } catch (const hearken::Error&) {
  }
  return 0;
}

// The reader of torch.save's files, from the zip directory to the tensors. The checksum of data.pkl is in its way: see
// pickle_fuzz.cpp for what lies behind it.
#include "input_file.h"
#include "model/checkpoint/torch_file.h"
#include "read_all.h"
#include "target.h"

// Per opcode 48 bytes, and a tensor may take as few as 10 of them.
const HeapBound kHeapBound{64, 64 << 10};

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const InputFile file(data, size);
  try {
    read_all(hearken::model::read_torch(file.path()));
  } catch (const hearken::Error&) {
  }
  return 0;
}

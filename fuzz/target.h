// What a fuzz target is: it runs one input, and says how much memory an input may take.
//
// An input that a reader refuses is a good answer; a target catches hearken::Error and nothing else. The target is
// linked twice: with libFuzzer (`./dev fuzz`), which looks for new inputs, and with replay.cpp (ctest), which runs
// those in fuzz/corpus/<target>/ and keeps the bound.
#pragma once

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

/// While an input runs, the heap may grow by size · per_byte + fixed bytes. Each target defines it.
struct HeapBound {
  std::size_t per_byte;
  std::size_t fixed;
};
extern const HeapBound kHeapBound;

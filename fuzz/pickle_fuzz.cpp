// The pickle interpreter on the bytes of a data.pkl.
#include <algorithm>
#include <span>

#include "hearken/error.h"
#include "model/checkpoint/pickle.h"
#include "target.h"

const HeapBound kHeapBound{48, 16 << 10};

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hearken::model;
  try {
    const Pickle pickle = read_pickle("input", std::as_bytes(std::span(data, size)));
    // One level below the root, as far as it goes: handles and texts must lie where they say.
    std::size_t sum = pickle.text(pickle.root()).size();
    pickle.for_each_item(pickle.root(), [&](PickleHandle item) {
      const auto text = pickle.text(item);
      sum += static_cast<std::size_t>(std::count(text.begin(), text.end(), 'a'));
      pickle.for_each_item(pickle.item(item, 0) == kNoPickle ? pickle.root() : item, [&](PickleHandle) { ++sum; });
    });
    volatile std::size_t sink = sum;
    static_cast<void>(sink);
  } catch (const hearken::Error&) {
  }
  return 0;
}

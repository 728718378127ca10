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
    // Two levels, as far as the reader of tensors goes: handles and texts must lie where they say.
    std::size_t sum = 0;
    pickle.for_each_item(pickle.root(), [&](PickleHandle item) {
      const auto text = pickle.text(item).substr(0, 64);  // a pickle can share its longest text with all of its items
      sum += static_cast<std::size_t>(std::count(text.begin(), text.end(), 'a'));
      if (pickle[item].count <= 16) pickle.for_each_item(item, [&](PickleHandle inner) { sum += pickle[inner].count; });
    });
    volatile std::size_t sink = sum;
    static_cast<void>(sink);
  } catch (const hearken::Error&) {
  }
  return 0;
}

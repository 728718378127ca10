// The readers of tokenizer files: a tokenizer.json as WordPiece and as BPE, and, cut at the first zero byte, a
// vocab.json and its merges.txt. What loads must also tokenize.
#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>

#include "hearken/error.h"
#include "target.h"
#include "text/tokenizer/byte_bpe.h"
#include "text/tokenizer/wordpiece.h"

// An empty piece or merge takes 3 bytes of a file and 32 of a vector, thrice that while the vector grows.
const HeapBound kHeapBound{64, 256 << 10};

namespace {

// Words that are long beside the pieces of a small file, and what is special.
const std::string& text() {
  static const std::string out = [] {
    std::string s = "A dog's <mask> [MASK] \xFF </s>\n\n42 \u00e9\u97f3 ";
    for (std::uint32_t random = 1; s.size() < 3000;) {
      random = random * 1664525 + 1013904223;
      s += "aaabbcdx"[random >> 29];
    }
    return s + "<s> ";
  }();
  return out;
}

template <class Tokenizer>
void use(const Tokenizer& tokenizer) {
  const auto all = tokenizer.encode(text(), 4096), few = tokenizer.encode(text(), 40);
  if (few.size() > 40 || !std::equal(few.begin(), few.end() - 1, all.begin())) std::abort();
  for (const auto id : all) {
    if (id < 0 || static_cast<std::size_t>(id) >= tokenizer.id_limit()) std::abort();
  }
}

template <class Load>
void attempt(Load load) {
  try {
    use(load());
  } catch (const hearken::Error&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hearken::text;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::size_t cut = bytes.find('\0');
  if (cut != std::string_view::npos) {
    attempt([&] { return ByteBpe::parse(bytes.substr(0, cut), "vocab.json", bytes.substr(cut + 1), "merges.txt"); });
    return 0;
  }
  attempt([&] { return WordPiece::parse(bytes, "tokenizer.json"); });
  attempt([&] { return ByteBpe::parse(bytes, "tokenizer.json"); });
  return 0;
}

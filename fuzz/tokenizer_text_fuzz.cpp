// Text through the tokenizers of the starter and of RoBERTa. The first byte says how many tokens are wanted.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string_view>

#include "target.h"
#include "text/tokenizer/byte_bpe.h"
#include "text/tokenizer/wordpiece.h"

// A byte of a word may be read as the 3 bytes of U+FFFD, each of which is a symbol and a merge in vectors that grow.
const HeapBound kHeapBound{256, 64 << 10};

namespace {

using namespace hearken::text;
const std::filesystem::path kSource = HEARKEN_SOURCE_DIR;
const WordPiece kWordPiece = WordPiece::load(kSource / "models/starter/tokenizer.json");
const ByteBpe kByteBpe = ByteBpe::load(kSource / "tests/golden/roberta/tokenizer.json");

template <class Tokenizer>
void use(const Tokenizer& tokenizer, std::string_view text, std::size_t max_tokens) {
  const auto ids = tokenizer.encode(text, max_tokens), all = tokenizer.encode(text, 1U << 30);
  if (ids.size() < 2 || ids.size() > max_tokens || ids.back() != all.back()) std::abort();
  if (ids.size() < std::min(max_tokens, all.size()) || !std::equal(ids.begin(), ids.end() - 1, all.begin()))
    std::abort();
  for (const auto id : all) {
    if (id < 0 || static_cast<std::size_t>(id) >= tokenizer.id_limit()) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  use(kWordPiece, text, 2U + data[0]);
  use(kByteBpe, text, 2U + data[0]);
  return 0;
}

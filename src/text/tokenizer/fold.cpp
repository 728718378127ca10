// Case folding by utf8proc.
#include "text/tokenizer/fold.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>

#include "core/text.h"

namespace hearken::text {
namespace {

struct Free {
  void operator()(utf8proc_uint8_t* memory) const noexcept { std::free(memory); }
};

void append_folded(std::string& out, std::string_view well_formed) {
  if (well_formed.empty()) return;
  utf8proc_uint8_t* raw = nullptr;
  const auto options = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD);
  const utf8proc_ssize_t length = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(well_formed.data()),
                                               static_cast<utf8proc_ssize_t>(well_formed.size()), &raw, options);
  const std::unique_ptr<utf8proc_uint8_t, Free> folded(raw);
  if (length < 0) throw std::bad_alloc();  // the one way to fail that is left
  out.append(reinterpret_cast<const char*>(folded.get()), static_cast<std::size_t>(length));
}

}  // namespace

std::string fold_case(std::string_view utf8) {
  if (std::all_of(utf8.begin(), utf8.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; }))
    return lower_ascii(utf8);
  std::string out;
  out.reserve(utf8.size());
  std::size_t begin = 0, at = 0;  // of the well-formed run, and its end so far
  while (at < utf8.size()) {
    const CodePoint next = first_code_point(utf8.substr(at));
    if (!next.well_formed) {
      append_folded(out, utf8.substr(begin, at - begin));
      out += utf8[at];
      begin = at + 1;
    }
    at += next.length;
  }
  append_folded(out, utf8.substr(begin));
  return out;
}

}  // namespace hearken::text

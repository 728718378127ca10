// A stream in front of the terminal.
#include "cli/visible.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>

#include "core/text.h"

namespace hearken::cli {
namespace {

// Bidirectional controls, and what has no width (Unicode 15: Default_Ignorable_Code_Point without joiners, variation
// selectors and the marks of single scripts; line separators; interlinear annotation).
constexpr std::array<std::pair<std::uint32_t, std::uint32_t>, 15> kHidden = {{{0xAD, 0xAD},
                                                                              {0x34F, 0x34F},
                                                                              {0x61C, 0x61C},
                                                                              {0x115F, 0x1160},
                                                                              {0x180E, 0x180E},
                                                                              {0x200B, 0x200B},
                                                                              {0x200E, 0x200F},
                                                                              {0x2028, 0x202E},
                                                                              {0x2060, 0x206F},
                                                                              {0x3164, 0x3164},
                                                                              {0xFEFF, 0xFEFF},
                                                                              {0xFFA0, 0xFFA0},
                                                                              {0xFFF0, 0xFFFB},
                                                                              {0x1D173, 0x1D17A},
                                                                              {0xE0000, 0xE007F}}};

bool is_hidden(std::uint32_t value) {
  return std::ranges::any_of(kHidden, [&](const auto& range) { return range.first <= value && value <= range.second; });
}

// Of a terminal's descriptor. Between two writes it keeps the beginning of a character that is not there whole yet.
struct Shown {
  int descriptor;
  std::string rest;
};

std::string made_visible(std::string& bytes) {
  std::string out;
  std::string_view left = bytes;
  while (!left.empty()) {
    const CodePoint next = first_code_point(left);
    constexpr std::size_t kLongest = 4;
    const bool may_go_on =
        !next.well_formed && left.size() < kLongest && static_cast<unsigned char>(left.front()) >= 0xC2;
    if (may_go_on) break;
    out += next.well_formed && is_hidden(next.value) ? fmt::format("\\u{{{:x}}}", next.value)
                                                     : std::string(left.substr(0, next.length));
    left.remove_prefix(next.length);
  }
  bytes = std::string(left);
  return out;
}

ssize_t write_shown(void* cookie, const char* data, std::size_t size) {
  auto& shown = *static_cast<Shown*>(cookie);
  shown.rest.append(data, size);
  const std::string text = made_visible(shown.rest);
  for (std::string_view left = text; !left.empty();) {
    const ssize_t n = ::write(shown.descriptor, left.data(), left.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return 0;  // which a stream takes for an error
    left.remove_prefix(static_cast<std::size_t>(n));
  }
  return static_cast<ssize_t>(size);
}

// glibc lets a program give its standard streams another value.
void put_in_front(FILE*& stream, Shown& shown, int buffering) {
  if (::isatty(shown.descriptor) == 0) return;
  FILE* other = ::fopencookie(&shown, "w", {nullptr, write_shown, nullptr, nullptr});
  if (other == nullptr) return;
  std::fflush(stream);
  std::setvbuf(other, nullptr, buffering, BUFSIZ);
  stream = other;
}

}  // namespace

void show_hidden_characters() {
  static Shown out{STDOUT_FILENO, {}}, error{STDERR_FILENO, {}};
  put_in_front(stdout, out, _IOLBF);
  put_in_front(stderr, error, _IONBF);
}

}  // namespace hearken::cli

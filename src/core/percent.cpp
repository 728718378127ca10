// Two digits for a byte.
#include "core/percent.h"

#include <charconv>
#include <system_error>

#include "core/ascii.h"

namespace hearken {

std::string percent_encoded(std::string_view bytes, std::string_view kept) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : bytes) {
    const auto b = static_cast<unsigned char>(c);
    const bool plain = is_alphanumeric(c);
    if (plain || kept.find(c) != std::string_view::npos)
      out += c;
    else
      out += {'%', kHex[b >> 4], kHex[b & 15]};
  }
  return out;
}

std::optional<char> percent_decoded_first(std::string_view text) {
  if (text.size() < 3 || text.front() != '%') return std::nullopt;
  unsigned value = 0;
  const char* const end = text.data() + 3;
  const auto [stop, error] = std::from_chars(text.data() + 1, end, value, 16);
  if (error != std::errc() || stop != end) return std::nullopt;
  return static_cast<char>(value);
}

}  // namespace hearken

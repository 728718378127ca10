// What text and bytes need everywhere, whatever the locale: ASCII, hexadecimal digits, base64, UTF-8.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace hearken {

// ── ASCII ──

/// Without white space of ASCII (space, tab, line and form feeds) at both ends: a part of `text`, empty when all is
/// white space.
std::string_view trimmed(std::string_view text) noexcept;

/// Whether nothing but white space of ASCII is in it; an empty text is blank, too.
bool is_blank(std::string_view text) noexcept;

/// A to Z as a to z; every other byte stays.
constexpr char lower_ascii(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
std::string lower_ascii(std::string_view text);

// ── bytes as text ──

/// Two of 0 to 9 and a to f for each byte.
std::string to_hex(std::string_view bytes);
std::string to_hex(std::span<const std::uint8_t> bytes);

/// The bytes that to_hex() wrote so; nothing for any other text. Capital letters are none: what is written one way only
/// can be compared as text.
std::optional<std::string> from_hex(std::string_view text);

/// RFC 4648, 4, with padding.
std::string to_base64(std::string_view bytes);

/// With or without padding at the end; nothing for what is no base64.
std::optional<std::string> from_base64(std::string_view text);

/// A moment as 2024-05-31T12:00:00Z.
std::string date_time(std::int64_t unix_seconds);

// ── UTF-8 ──

struct CodePoint {
  std::uint32_t value;  // U+FFFD where the bytes are ill-formed
  std::size_t length;   // bytes it takes in the text; 1 where they are ill-formed
  bool well_formed;
};

/// The first code point of `utf8`, which is not empty. Ill-formed are surrogates, too, and what is longer than it need
/// be (Unicode 15, table 3-7).
CodePoint first_code_point(std::string_view utf8) noexcept;

/// Whether every byte belongs to a well-formed code point.
bool is_utf8(std::string_view text) noexcept;

/// Bytes that belong to none are U+FFFD.
std::string repaired_utf8(std::string_view text);

/// A code point's bytes; a surrogate's likewise, which no UTF-8 holds. Nothing for what is above U+10FFFF.
std::string to_utf8(std::uint32_t code_point);

}  // namespace hearken

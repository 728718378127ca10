// Percent-encoding (RFC 3986, 2.1).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hearken {

/// ASCII letters, digits and the bytes of `kept` stay, every other byte becomes %XX.
std::string percent_encoded(std::string_view bytes, std::string_view kept);

/// The byte that a text beginning with %XX stands for; nothing for any other.
std::optional<char> percent_decoded_first(std::string_view text);

}  // namespace hearken

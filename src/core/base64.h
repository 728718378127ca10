// Bytes as text (RFC 4648, 4).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hearken {

std::string to_base64(std::string_view bytes);
/// With or without padding at the end; nothing for what is none.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace hearken

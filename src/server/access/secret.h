// Secrets: made, compared, and told apart without being kept.
#pragma once

#include <string>
#include <string_view>

namespace hearken::server {

/// 32 hexadecimal digits that nobody can guess. Throws Error(io).
std::string random_id();

/// Compares in a time that does not tell how much of it was right.
bool same_secret(std::string_view a, std::string_view b);

/// SHA-256 as 64 hexadecimal digits: enough for secrets that random_id() made, which no list of words holds.
std::string digest_of(std::string_view secret);

/// MD5 as hexadecimal digits. Subsonic's protocol asks for it; nothing else here does.
std::string md5_of(std::string_view text);

}  // namespace hearken::server

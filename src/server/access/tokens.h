// The tokens that `hearken token` makes: names, rights and digests, in a file beside the library.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "server/access/rights.h"

namespace hearken::server {

struct Token {
  std::string name;
  Right right = Right::read;
  std::string digest;         // digest_of() the secret, which is kept nowhere
  std::int64_t added_at = 0;  // Unix seconds
};

/// LIBRARY.tokens.
std::filesystem::path token_file(const std::filesystem::path& library);

/// By name; nothing where there is no such file. Throws Error naming the file: corrupt, or as the operating system
/// says.
std::optional<std::vector<Token>> read_tokens(const std::filesystem::path& library);

/// Adds one and returns its secret, which nobody can ask for again. Throws Error(invalid_argument) for a name that is
/// taken, or that is not 1 to 64 letters, digits, '.', '_' and '-' of ASCII; else as read_tokens(). The file can be
/// read by this user only.
std::string add_token(const std::filesystem::path& library, const std::string& name, Right right);

/// Throws Error(not_found) where there is none of this name; else as read_tokens().
void revoke_token(const std::filesystem::path& library, const std::string& name);

}  // namespace hearken::server

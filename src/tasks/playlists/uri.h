// Paths as URIs (RFC 3986, and RFC 8089 for files), and back.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace hearken::tasks {

/// Letters, digits and -._~/ stay, every other byte becomes %XX.
std::string path_encoded(std::string_view bytes);
/// %XX becomes its byte; a % before anything else stays.
std::string percent_decoded(std::string_view text);

/// The scheme at the front of a URI ("http" of "http://x"), in lower case; empty for a relative reference.
std::string scheme_of(std::string_view uri);

/// The path of a file: URI on this machine; nothing for other schemes and hosts, and for a path with a zero byte in it.
std::optional<std::filesystem::path> path_of_file_uri(std::string_view uri);

}  // namespace hearken::tasks

// The hashes by which the hub names contents: an ETag of 64 hex digits is the file's SHA-256 (large files), one of 40
// is git's name of the blob, SHA-1 over "blob SIZE\0" and the bytes (small files).
#pragma once

#include <filesystem>
#include <string_view>

namespace hearken::model::hub {

/// Whether it is one of the two, in lower case.
bool names_content(std::string_view etag);

/// Reads the file and says whether it is what `etag` names; names_content(etag) holds.
/// Throws Error as the operating system says.
bool content_matches(const std::filesystem::path& path, std::string_view etag);

}  // namespace hearken::model::hub

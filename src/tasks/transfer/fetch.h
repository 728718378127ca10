// A file that a row names by http, on this machine for as long as it is worked on.
#pragma once

#include <cstdint>
#include <string>

#include "core/files/unnamed_file.h"

namespace hearken::tasks {

/// Throws Error: not_found and permission_denied (as the server says; a redirect that is not followed), io (no answer,
/// another status, the connection broke, the time is over, the disk is full), unsupported (more than `most_bytes`),
/// invalid_argument (no address that can be asked). Messages do not name the address.
UnnamedFile fetch_file(const std::string& url, std::int64_t most_bytes, long seconds);

}  // namespace hearken::tasks

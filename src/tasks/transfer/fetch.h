// A file that a row names by http, on this machine for as long as it is worked on.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace hearken::tasks {

/// Lies in the folder for temporary files, under no name. Movable; the bytes go with it.
class FetchedFile {
 public:
  /// Throws Error: not_found and permission_denied (as the server says; a redirect that is not followed), io (no
  /// answer, another status, the connection broke, the time is over, the disk is full), unsupported (more than
  /// `most_bytes`), invalid_argument (no address that can be asked). Messages do not name the address.
  FetchedFile(const std::string& url, std::int64_t most_bytes, long seconds);
  ~FetchedFile();
  FetchedFile(FetchedFile&& other) noexcept;
  FetchedFile& operator=(FetchedFile&&) = delete;

  /// To be opened by, in this process.
  std::filesystem::path path() const;

 private:
  int descriptor_ = -1;
};

}  // namespace hearken::tasks

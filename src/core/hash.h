// 128-bit content hashes (XXH3): for telling files and models apart, not for security.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string_view>

namespace hearken {

using Digest = std::array<std::uint8_t, 16>;

/// A digest of several parts, fed in order. Not shared between threads.
class Hasher {
 public:
  Hasher();
  ~Hasher();
  Hasher(const Hasher&) = delete;
  Hasher& operator=(const Hasher&) = delete;

  void update(std::span<const std::byte> bytes);
  void update(std::string_view text);
  Digest digest() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// XXH3-64 of some bytes: for telling damage.
std::uint64_t hash64(std::span<const std::byte> bytes) noexcept;

/// The digest of a file's bytes, read in blocks. Throws Error as the operating system says, naming the file.
Digest hash_file(const std::filesystem::path& path);

}  // namespace hearken

// Content hashes on libxxhash: kept, packaged everywhere, and faster than the disk.
#include "core/hash.h"

#include <fcntl.h>
#include <xxhash.h>

#include <vector>

#include "core/files/descriptor.h"

namespace hearken {

struct Hasher::State {
  XXH3_state_t* xxh = XXH3_createState();
  ~State() { XXH3_freeState(xxh); }
};

Hasher::Hasher() : state_(std::make_unique<State>()) { XXH3_128bits_reset(state_->xxh); }
Hasher::~Hasher() = default;

void Hasher::update(std::span<const std::byte> bytes) { XXH3_128bits_update(state_->xxh, bytes.data(), bytes.size()); }
void Hasher::update(std::string_view text) { update(std::as_bytes(std::span(text))); }

Digest Hasher::digest() const {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(state_->xxh));
  Digest out;
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = canonical.digest[i];
  return out;
}

std::uint64_t hash64(std::span<const std::byte> bytes) noexcept { return XXH3_64bits(bytes.data(), bytes.size()); }

Digest hash_file(const std::filesystem::path& path) {
  const Descriptor file = open_file(path, O_RDONLY | O_NONBLOCK);
  Hasher hasher;
  std::vector<std::byte> block(1 << 18);
  while (const std::size_t n = read_some(file.number(), block, path)) hasher.update(std::span(block).first(n));
  return hasher.digest();
}

}  // namespace hearken

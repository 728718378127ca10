// OpenSSL's digests, the kernel's random numbers.
#include "server/access/secret.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <sys/random.h>

#include <array>
#include <span>

#include "core/text.h"
#include "hearken/error.h"

namespace hearken::server {
namespace {

std::string digested(std::string_view text, const EVP_MD* how) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &size, how, nullptr) != 1)
    throw Error(ErrorCode::internal, "no digest could be computed");
  return to_hex(std::span(digest).first(size));
}

}  // namespace

std::string random_id() {
  std::array<unsigned char, 16> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    throw Error(ErrorCode::io, "no random numbers to be had");
  return to_hex(bytes);
}

bool same_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string digest_of(std::string_view secret) { return digested(secret, EVP_sha256()); }

std::string md5_of(std::string_view text) { return digested(text, EVP_md5()); }

}  // namespace hearken::server

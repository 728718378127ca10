// SHA-256 and SHA-1 by OpenSSL, which libcurl brings along and which uses the CPU's own instructions for them.
#include "model/hub/content_hash.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/stat.h>

#include <cerrno>
#include <memory>
#include <vector>

#include "core/files/descriptor.h"
#include "core/paths.h"
#include "core/text.h"

namespace hearken::model::hub {
namespace {

constexpr std::size_t kSha256Digits = 64;
constexpr std::size_t kGitDigits = 40;

}  // namespace

bool names_content(std::string_view etag) {
  return (etag.size() == kSha256Digits || etag.size() == kGitDigits) && from_hex(etag);
}

bool content_matches(const std::filesystem::path& path, std::string_view etag) {
  const Descriptor file = open_file(path, O_RDONLY);
  struct stat about{};
  if (::fstat(file.number(), &about) != 0) throw os_error(path, "read", errno);

  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  const auto need = [](int done) {
    if (done != 1) throw Error(ErrorCode::internal, "OpenSSL does not compute SHA-256 or SHA-1");
  };
  const bool git = etag.size() == kGitDigits;
  need(EVP_DigestInit_ex(context.get(), git ? EVP_sha1() : EVP_sha256(), nullptr));
  if (git) {
    const std::string header = "blob " + std::to_string(about.st_size);
    need(EVP_DigestUpdate(context.get(), header.c_str(), header.size() + 1));  // with its NUL
  }
  std::vector<std::byte> block(std::size_t{1} << 20);
  while (const std::size_t n = read_some(file.number(), block, path))
    need(EVP_DigestUpdate(context.get(), block.data(), n));
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  need(EVP_DigestFinal_ex(context.get(), digest, &size));
  return to_hex(std::span(digest).first(size)) == etag;
}

}  // namespace hearken::model::hub

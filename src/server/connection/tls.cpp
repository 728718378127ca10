// Files to a context.
#include "server/connection/tls.h"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <string>

#include "core/files/descriptor.h"
#include "core/paths.h"
#include "hearken/error.h"

namespace hearken::server {
namespace {

// OpenSSL says "system library" of a file that it cannot open.
void check_readable(const std::filesystem::path& file) {
  open_file(file, O_RDONLY | O_NONBLOCK, "read it");
  if (!std::filesystem::is_regular_file(file)) throw Error(ErrorCode::corrupt, display(file) + ": not a regular file");
}

Error unusable(const std::filesystem::path& file, const std::string& what) {
  const unsigned long code = ::ERR_peek_last_error();
  const char* reason = ::ERR_reason_error_string(code);
  ::ERR_clear_error();
  return Error(ErrorCode::corrupt, display(file) + ": " + what, reason == nullptr ? std::string() : reason);
}

// A server has nobody to ask.
int no_pass_phrase(char*, int, int, void*) { return 0; }

}  // namespace

std::shared_ptr<TlsContext> load_tls(const std::filesystem::path& cert, const std::filesystem::path& key) {
  check_readable(cert);
  check_readable(key);
  auto out = std::make_shared<TlsContext>(TlsContext::tls_server);
  SSL_CTX* const context = out->native_handle();
  ::SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  ::SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  ::SSL_CTX_set_default_passwd_cb(context, no_pass_phrase);
  ::ERR_clear_error();
  if (::SSL_CTX_use_certificate_chain_file(context, cert.c_str()) != 1)
    throw unusable(cert, "no certificate in PEM that can be used");
  if (::SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) != 1) {
    const unsigned long code = ::ERR_peek_last_error();
    if (ERR_GET_REASON(code) == X509_R_KEY_VALUES_MISMATCH || ERR_GET_REASON(code) == X509_R_KEY_TYPE_MISMATCH) {
      ::ERR_clear_error();
      throw Error(ErrorCode::mismatch, display(key) + ": is not the key of " + display(cert));
    }
    throw unusable(key, "no private key in PEM without a pass phrase");
  }
  if (::SSL_CTX_check_private_key(context) != 1) {
    ::ERR_clear_error();
    throw Error(ErrorCode::mismatch, display(key) + ": is not the key of " + display(cert));
  }
  return out;
}

}  // namespace hearken::server

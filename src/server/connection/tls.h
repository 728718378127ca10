// TLS of the server's own: a certificate and its key from two files.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <filesystem>
#include <memory>

namespace hearken::server {

using TlsContext = boost::asio::ssl::context;

/// TLS 1.2 or newer with the certificate in `cert` (PEM: the server's own first, then those that vouch for it) and its
/// `key` (PEM, without a pass phrase). Throws Error naming the file: not_found, permission_denied, corrupt (no
/// certificate, no key in it), mismatch (a key of another certificate).
std::shared_ptr<TlsContext> load_tls(const std::filesystem::path& cert, const std::filesystem::path& key);

}  // namespace hearken::server

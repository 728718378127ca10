// A connection's bytes, with TLS or without: what Beast reads from and writes to.
#pragma once

// clang-format off
#include <utility>  // which Boost 1.74's awaitable.hpp lacks
// clang-format on

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <memory>
#include <variant>

#include "server/connection/tls.h"

namespace hearken::server {

/// An AsyncReadStream and AsyncWriteStream with a deadline, which expires_after() of tcp() sets.
class Stream {
 public:
  using Plain = boost::beast::tcp_stream;
  using Tls = boost::asio::ssl::stream<Plain>;
  using executor_type = Plain::executor_type;

  /// `tls` may be null; else it is kept as long as the connection.
  Stream(boost::asio::ip::tcp::socket socket, std::shared_ptr<TlsContext> tls) : context_(std::move(tls)) {
    if (context_ == nullptr)
      layer_.emplace<Plain>(std::move(socket));
    else
      layer_.emplace<Tls>(std::move(socket), *context_);
  }

  Tls* tls() noexcept { return std::get_if<Tls>(&layer_); }  // null: none
  Plain& tcp() noexcept { return tls() != nullptr ? tls()->next_layer() : std::get<Plain>(layer_); }
  boost::asio::ip::tcp::socket& socket() noexcept { return tcp().socket(); }
  executor_type get_executor() noexcept { return tcp().get_executor(); }

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return tls() != nullptr ? tls()->async_read_some(buffers, std::forward<Token>(token))
                            : tcp().async_read_some(buffers, std::forward<Token>(token));
  }
  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    return tls() != nullptr ? tls()->async_write_some(buffers, std::forward<Token>(token))
                            : tcp().async_write_some(buffers, std::forward<Token>(token));
  }

 private:
  std::shared_ptr<TlsContext> context_;
  std::variant<std::monostate, Plain, Tls> layer_;
};

}  // namespace hearken::server

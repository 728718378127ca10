// Answers as HTTP/1.1: whole bodies, parts of files, events; and what connections do apart from their thread.
#pragma once

#include <unistd.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <utility>

#include "server/app.h"
#include "server/connection/stream.h"
#include "server/http/http.h"

namespace hearken::server {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

inline auto into(boost::system::error_code& error) { return asio::redirect_error(asio::use_awaitable, error); }

/// Runs work that may wait for a disk apart from the connections' thread, which goes on meanwhile.
template <class Do>
asio::awaitable<void> on_disk(asio::thread_pool& disk, Stream& stream, Do work) {
  asio::steady_timer done(stream.get_executor(), asio::steady_timer::time_point::max());
  std::exception_ptr failure;
  asio::post(disk, [&] {
    try {
      work();
    } catch (...) {
      failure = std::current_exception();
    }
    asio::post(done.get_executor(), [&done] { done.cancel(); });
  });
  boost::system::error_code ignored;
  co_await done.async_wait(into(ignored));
  if (failure) std::rethrow_exception(failure);
}

/// Of one connection, on its thread. Stream, pool and app must outlive it.
class ResponseWriter {
 public:
  ResponseWriter(Stream& stream, asio::thread_pool& disk, const App& app) : stream_(stream), disk_(disk), app_(app) {}

  /// False when the connection is to be closed. `head_only`: the headers alone, of a HEAD request.
  asio::awaitable<bool> write(Response response, bool head_only, bool keep_alive) {
    if (response.events) co_return co_await write_events(response, head_only);
    if (response.file != nullptr) co_return co_await write_file(response, head_only, keep_alive);
    http::response<http::string_body> message;
    put_headers(message, response, keep_alive);
    message.body() = std::move(response.body);
    if (response.status != 204 && response.status != 304) message.content_length(message.body().size());
    http::response_serializer<http::string_body> serializer(message);
    co_return co_await send(serializer, head_only);
  }

 private:
  using error_code = boost::system::error_code;
  static constexpr std::size_t kChunk = 128 << 10;

  template <class Message>
  static void put_headers(Message& message, const Response& response, bool keep_alive) {
    message.version(11);
    message.result(static_cast<unsigned>(response.status));
    message.keep_alive(keep_alive);
    message.set(http::field::server, "Hearken");
    if (response.status != 204 && response.status != 304) message.set(http::field::content_type, response.type);
    for (const auto& [name, value] : response.headers) message.set(name, value);
    message.set("X-Content-Type-Options", "nosniff");
    message.set("X-Frame-Options", "DENY");
    message.set("Referrer-Policy", "no-referrer");
    message.set("Cross-Origin-Resource-Policy", "same-origin");
    message.set("Cross-Origin-Opener-Policy", "same-origin");
    message.set("Content-Security-Policy",
                "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; worker-src 'self' blob:; "
                "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'");
    message.set("Permissions-Policy", "microphone=(self), camera=(), geolocation=()");
    if (message.find(http::field::cache_control) == message.end()) message.set(http::field::cache_control, "no-store");
  }

  template <class Serializer>
  asio::awaitable<bool> send(Serializer& serializer, bool header_only) {
    error_code error;
    if (header_only) {
      begin_deadline();
      co_await http::async_write_header(stream_, serializer, into(error));
      co_return !error;
    }
    serializer.limit(kChunk);  // each piece has its own time
    while (!serializer.is_done()) {
      begin_deadline();
      co_await http::async_write_some(stream_, serializer, into(error));
      if (error) co_return false;
    }
    co_return true;
  }

  asio::awaitable<bool> write_file(const Response& response, bool head_only, bool keep_alive) {
    http::response<http::empty_body> head;
    put_headers(head, response, keep_alive);
    head.content_length(response.file->length);
    http::response_serializer<http::empty_body> serializer(head);
    if (!co_await send(serializer, true)) co_return false;
    if (head_only) co_return true;
    std::string chunk(kChunk, '\0');
    std::uint64_t at = response.file->offset, left = response.file->length;
    while (left > 0) {
      ssize_t got = 0;
      co_await on_disk(disk_, stream_, [&] {
        do {
          got = ::pread(response.file->descriptor.number(), chunk.data(), std::min<std::uint64_t>(left, chunk.size()),
                        static_cast<off_t>(at));
        } while (got < 0 && errno == EINTR);
      });
      if (got <= 0) co_return false;  // it became shorter meanwhile
      error_code error;
      begin_deadline();
      co_await asio::async_write(stream_, asio::buffer(chunk.data(), static_cast<std::size_t>(got)), into(error));
      if (error) co_return false;
      at += static_cast<std::uint64_t>(got);
      left -= static_cast<std::uint64_t>(got);
    }
    co_return true;
  }

  // The connection ends with them.
  asio::awaitable<bool> write_events(const Response& response, bool head_only) {
    http::response<http::empty_body> head;
    put_headers(head, response, false);
    head.chunked(true);
    http::response_serializer<http::empty_body> serializer(head);
    if (!co_await send(serializer, true) || head_only) co_return false;
    asio::steady_timer pause(stream_.get_executor());
    error_code error;
    while (!app_.draining) {
      const std::optional<std::string> text = response.events();
      if (!text) break;
      if (!text->empty()) {
        begin_deadline();
        co_await asio::async_write(stream_, http::make_chunk(asio::buffer(*text)), into(error));
        if (error) co_return false;
      }
      pause.expires_after(std::chrono::milliseconds(200));
      co_await pause.async_wait(into(error));
    }
    begin_deadline();
    co_await asio::async_write(stream_, http::make_chunk_last(), into(error));
    co_return false;
  }

  void begin_deadline() { stream_.tcp().expires_after(std::chrono::seconds(app_.limits.stalled_seconds)); }

  Stream& stream_;
  asio::thread_pool& disk_;
  const App& app_;
};

}  // namespace hearken::server

// HTTP/1.1 over a socket, as coroutines on one thread: a slow connection costs memory, never a thread.
#include "server/http/session.h"

#include <poll.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <cstdint>
#include <exception>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "core/text.h"
#include "core/threads/threads.h"
#include "server/access/origin.h"
#include "server/connection/stream.h"
#include "server/http/embedded.h"
#include "server/http/errors.h"
#include "server/http/incoming.h"
#include "server/http/response_writer.h"

namespace hearken::server {
namespace {

using boost::system::error_code;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t kChunk = 128 << 10;
constexpr auto kBetweenLooks = milliseconds(100);

Problem problem(int status, std::string code, std::string detail) {
  Problem out;
  out.status = status;
  out.code = std::move(code);
  out.detail = std::move(detail);
  return out;
}

// Who shares its limits. In IPv6 everybody has as many addresses as he likes in one half of it.
std::string client_of(const asio::ip::tcp::socket& socket) {
  error_code error;
  const asio::ip::address address = socket.remote_endpoint(error).address();
  if (!address.is_v6() || address.to_v6().is_v4_mapped()) return address.to_string();
  auto bytes = address.to_v6().to_bytes();
  std::fill(bytes.begin() + bytes.size() / 2, bytes.end(), std::uint8_t{0});
  return asio::ip::address_v6(bytes).to_string();
}

// An answer on its way from a lane to the connection that waits for it.
struct PendingAnswer {
  explicit PendingAnswer(const asio::any_io_executor& executor) : arrived(executor) {}
  asio::steady_timer arrived;  // cancelled when the answer is there
  std::optional<Response> response;
  std::shared_ptr<std::atomic<bool>> gone = std::make_shared<std::atomic<bool>>(false);
};

class Session {
 public:
  Session(std::shared_ptr<Connections> shared, asio::ip::tcp::socket socket)
      : shared_(std::move(shared)),
        app_(shared_->app),
        client_(client_of(socket)),
        stream_(std::move(socket), shared_->tls),
        writer_(stream_, shared_->disk, app_),
        entry_(shared_->table.add(client_, [this] {
          error_code ignored;
          stream_.socket().close(ignored);
        })) {}

  asio::awaitable<void> run() {
    if (entry_ == nullptr || !co_await shook_hands()) co_return;
    while (!app_.draining) {
      const bool more = co_await one_request();
      if (!more) break;
    }
    co_await hang_up();
  }

 private:
  using Parser = http::request_parser<http::buffer_body>;

  asio::awaitable<bool> shook_hands() {
    if (stream_.tls() == nullptr) co_return true;
    entry_->wait();
    error_code error;
    stream_.tcp().expires_after(seconds(app_.limits.handshake_seconds));
    co_await stream_.tls()->async_handshake(asio::ssl::stream_base::server, into(error));
    co_return !error;
  }

  // What the client still sends is read for a moment: to close at once would take back the answer it has not read yet.
  asio::awaitable<void> hang_up() {
    constexpr std::size_t kMost = 4 << 20;
    constexpr auto kGoodbye = seconds(2);
    error_code error;
    entry_->wait();
    stream_.tcp().expires_after(kGoodbye);
    if (stream_.tls() != nullptr) co_await stream_.tls()->async_shutdown(into(error));
    stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, error);
    std::string rest(16 << 10, '\0');
    for (std::size_t read = 0; unread_ && !error && read < kMost;)
      read += co_await stream_.tcp().async_read_some(asio::buffer(rest), into(error));
  }

  // False when the connection is to be closed.
  asio::awaitable<bool> one_request() {
    Parser parser;
    parser.header_limit(static_cast<std::uint32_t>(app_.limits.header_bytes));
    parser.body_limit(std::numeric_limits<std::uint64_t>::max());  // read_body() has its own
    error_code error;
    stream_.tcp().expires_after(seconds(app_.limits.idle_seconds));
    entry_->wait();
    co_await http::async_read_header(stream_, buffer_, parser, into(error));
    entry_->work();
    if (error) {
      co_await complain_about(error, parser);
      co_return false;
    }
    began_ = monotonic_seconds();
    head_only_ = parser.get().method() == http::verb::head;
    keep_alive_ = parser.keep_alive();
    Request request = request_of(parser.get());
    request.client = client_;
    route_name_ = "none";

    Response response;
    bool body_read = false;
    try {
      const std::string_view target(parser.get().target().data(), parser.get().target().size());
      take_target(request, target);
      const Route* route = checked(request);
      if (route == nullptr) {
        response = page_response(request);
      } else {
        route_name_ = route->path;
        // A form holds the login, too.
        if (route->body != Body::form) request.caller = app_.gate.admit(request, route->right);
        check_room(parser, *route, request);
        Share held(is_upload(parser, *route, request) ? shared_->uploads : shared_->memory, client_);
        co_await read_body(parser, *route, request, held);
        body_read = true;
        if (route->body == Body::form) {
          take_form(request);
          request.caller = app_.gate.admit(request, route->right);
        }
        if (auto got = co_await answered(*route, std::move(request)))
          response = std::move(*got);
        else
          co_return false;
      }
    } catch (...) {
      response = failure(request, problem_of(std::current_exception()));
      if (!allowed_.empty()) response.with("Allow", std::exchange(allowed_, {}));
    }
    unread_ = !body_read && !parser.is_done();
    if (unread_) keep_alive_ = false;  // what is left of the body would read as a request
    app_.metrics.answered(route_name_, response.status, monotonic_seconds() - began_);
    const bool written = co_await writer_.write(std::move(response), head_only_, keep_alive_);
    co_return written&& keep_alive_;
  }

  asio::awaitable<void> complain_about(const error_code& error, const Parser& parser) {
    Problem what;
    if (error == http::error::header_limit || error == http::error::buffer_overflow) {
      what = problem(431, "too_large", "the request's headers are too large");
    } else if (error == beast::error::timeout && parser.got_some()) {
      what = problem(408, "timeout", "the request's headers did not arrive in time");
    } else if (error.category() == http::make_error_code(http::error::bad_method).category() &&
               error != http::error::end_of_stream && error != http::error::partial_message) {
      what = problem(400, "invalid_argument", "this is no HTTP request");
    } else {
      co_return;  // closed, or nothing was ever sent
    }
    app_.metrics.answered("none", what.status, 0);
    unread_ = true;
    const Request unknown;
    Response response = failure(unknown, what);
    co_await writer_.write(std::move(response), false, false);
  }

  static Request request_of(const Parser::value_type& from) {
    Request out;
    out.method = from.method() == http::verb::head ? "GET" : std::string(from.method_string());
    for (const auto& header : from)
      out.headers.emplace_back(lower_ascii({header.name_string().data(), header.name_string().size()}),
                               std::string(header.value()));
    return out;
  }

  // The route, after everything that can be said by the headers; null for the page's files.
  const Route* checked(Request& request) {
    Matched matched = match_route(request.method, request.path);
    const bool is_api =
        request.path.starts_with("/api/") || request.path.starts_with("/v1/") || request.path.starts_with("/rest/");
    const bool is_page = !is_api && matched.route == nullptr && matched.allowed.empty();
    const bool asks = app_.gate.asks();
    if (const auto refused =
            refused_by_origin(request, app_.options.host, asks, is_page ? Target::page : Target::route))
      throw HttpError(*refused);
    if (matched.route != nullptr && matched.route->right > Right::read)
      if (const auto refused = refused_by_referer(request, asks)) throw HttpError(*refused);
    if (matched.route != nullptr) {
      request.parameters = std::move(matched.parameters);
      return matched.route;
    }
    if (!matched.allowed.empty()) {
      allowed_ = matched.allowed;
      throw HttpError(405, "method_not_allowed", request.method + " is not possible here, only " + matched.allowed);
    }
    if (is_api || request.method != "GET") throw HttpError(404, "not_found", "there is no such route");
    return nullptr;
  }

  asio::awaitable<void> read_body(Parser& parser, const Route& route, Request& request, Share& held) {
    const bool has_body = !parser.is_done();
    if (!has_body && route.body != Body::sound && route.body != Body::sound_or_json && route.body != Body::small_json &&
        route.body != Body::large_json)
      co_return;
    if (route.body == Body::none) throw HttpError(400, "invalid_argument", "this request takes no body");
    const BodyPlan plan = plan_of(route, request, app_.limits);
    const auto too_large = [&] {
      return HttpError(413, "too_large", "the body has more than " + std::to_string(plan.limit) + " bytes");
    };
    if (const auto length = parser.content_length(); length && *length > plan.limit) throw too_large();
    if (!has_body) throw HttpError(400, "invalid_argument", "the body is missing");
    const auto hold = [&](std::uint64_t bytes) {
      if (!held.grow_to(bytes)) throw HttpError(no_room());
    };
    hold(parser.content_length().value_or(0));
    error_code error;
    if (beast::iequals(parser.get()[http::field::expect], "100-continue")) {
      static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
      co_await asio::async_write(stream_, asio::buffer(kContinue), into(error));
    }
    if (plan.to_file) request.sound = std::make_shared<UnnamedFile>("keep an upload");
    std::string chunk(plan.to_file ? kChunk : std::size_t{16} << 10, '\0');
    std::uint64_t read = 0;
    const auto began = std::chrono::steady_clock::now();
    while (!parser.is_done()) {
      auto& into_body = parser.get().body();
      into_body.data = chunk.data();
      into_body.size = chunk.size();
      // What comes in drops has its time, too.
      const auto slowest = began + seconds(read / app_.limits.least_bytes_per_second);
      stream_.tcp().expires_at(std::min(slowest, std::chrono::steady_clock::now()) +
                               seconds(app_.limits.stalled_seconds));
      co_await http::async_read(stream_, buffer_, parser, into(error));
      if (error == http::error::need_buffer) error = {};
      const std::size_t got = chunk.size() - into_body.size;
      read += got;
      if (error == beast::error::timeout) throw HttpError(408, "timeout", "the body did not arrive in time");
      if (error) throw HttpError(400, "invalid_argument", "the body ended early or is ill-formed");
      if (read > plan.limit) throw too_large();
      hold(read);
      if (!plan.to_file) {
        request.body.append(chunk, 0, got);
      } else if (got > 0) {
        co_await on_disk(shared_->disk, stream_, [&] { request.sound->write({chunk.data(), got}); });
      }
    }
    if (plan.to_file && read == 0) throw HttpError(400, "invalid_argument", "the body is empty");
    began_ = monotonic_seconds();
  }

  // Nothing when the client hung up.
  asio::awaitable<std::optional<Response>> answered(const Route& route, Request request) {
    const auto pending = std::make_shared<PendingAnswer>(stream_.get_executor());
    request.gone = pending->gone;
    request.arrived = monotonic_seconds();
    Request asked;  // what is left to say of it when it takes too long
    asked.path = request.path;
    asked.query = request.query;
    if (route.lane == Lane::instant) {
      Worker here(app_, Lane::instant);
      co_return begun(route, here, request).finish({});
    }
    const Lane lane = lane_of(route, request.sound != nullptr, request.body.size());
    Task task{&route, std::move(request), [pending](Response response) {
                asio::post(pending->arrived.get_executor(), [pending, r = std::move(response)]() mutable {
                  pending->response = std::move(r);
                  pending->arrived.cancel();
                });
              }};
    if (!shared_->lanes.of(lane).submit(task)) {
      ++app_.refused;
      co_return failure(task.request, no_room());
    }
    const double until = monotonic_seconds() + app_.limits.answer_seconds;
    while (!pending->response && !hung_up() && monotonic_seconds() < until) {
      pending->arrived.expires_after(kBetweenLooks);
      error_code ignored;
      co_await pending->arrived.async_wait(into(ignored));
    }
    *pending->gone = true;  // of no matter once the answer is there
    if (pending->response) co_return std::move(pending->response);
    if (hung_up()) co_return std::nullopt;
    const Problem late = problem(504, "timeout", "it took too long");
    co_return failure(asked, late);
  }

  // By its size, as far as the transport goes; the route may move it on when it has read what it asks for.
  static Lane lane_of(const Route& route, bool sound, std::uint64_t bytes) {
    constexpr std::uint64_t kLongToParse = 1 << 20;
    return sound || (route.lane == Lane::search && bytes > kLongToParse) ? Lane::heavy : route.lane;
  }

  bool is_upload(const Parser& parser, const Route& route, const Request& request) const {
    return !parser.is_done() && plan_of(route, request, app_.limits).to_file;
  }

  // Before a body is received: it would be for nothing.
  void check_room(const Parser& parser, const Route& route, const Request& request) {
    if (route.lane == Lane::instant) return;
    const Lane lane = lane_of(route, is_upload(parser, route, request), parser.content_length().value_or(0));
    if (shared_->lanes.of(lane).has_room(request.client)) return;
    ++app_.refused;
    throw HttpError(no_room());
  }

  // Whether the client closed its side, also behind bytes that it sent ahead.
  bool hung_up() {
    pollfd one{stream_.socket().native_handle(), POLLRDHUP, 0};
    return ::poll(&one, 1, 0) > 0;
  }

  const std::shared_ptr<Connections> shared_;
  App& app_;
  const std::string client_;
  Stream stream_;
  ResponseWriter writer_;
  const std::unique_ptr<ConnectionTable::Entry> entry_;  // null: no room for it
  beast::flat_buffer buffer_{std::size_t{256} << 10};
  double began_ = 0;  // the request being answered
  bool keep_alive_ = false, head_only_ = false;
  bool unread_ = false;  // the client may still be sending
  std::string route_name_, allowed_;
};

}  // namespace

asio::awaitable<void> serve_connection(std::shared_ptr<Connections> shared, asio::ip::tcp::socket socket) {
  App& app = shared->app;
  ++app.connections;
  {
    Session session(shared, std::move(socket));
    try {
      co_await session.run();
    } catch (...) {  // only this connection ends
    }
  }
  --app.connections;
}

}  // namespace hearken::server

// The listener, the signals, and the order in which things end.
#include "server/server.h"

// clang-format off
#include <utility>  // which Boost 1.74's awaitable.hpp lacks
// clang-format on

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <csignal>
#include <exception>
#include <thread>

#include "core/paths.h"
#include "core/threads/threads.h"
#include "server/access/gate.h"
#include "server/access/secret.h"
#include "server/http/session.h"
#include "server/media/uploads.h"
#include "server/state/watcher.h"

namespace hearken::server {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::milliseconds;
using std::chrono::seconds;

tcp::endpoint endpoint_of(asio::io_context& io, const ServeOptions& options) {
  error_code error;
  tcp::resolver resolver(io);
  // That name is this computer's wherever it is asked (RFC 6761), also where no file says so.
  const std::string host = options.host == "localhost" ? "127.0.0.1" : options.host;
  const auto found = resolver.resolve(host, std::to_string(options.port), error);
  if (error || found.empty())
    throw Error(ErrorCode::not_found, display(options.host) + ": no such address", error.message());
  return found.begin()->endpoint();
}

void check_reach(const ServeOptions& options, const tcp::endpoint& endpoint, bool asks) {
  if (endpoint.address().is_loopback()) return;
  if (!options.token.empty() && options.token.size() < kShortestToken)
    throw Error(
        ErrorCode::invalid_argument,
        fmt::format("{} can be reached from other computers: the token must have at least {} characters (openssl "
                    "rand -hex 16 makes one)",
                    display(options.host), kShortestToken));
  if (asks || options.insecure) return;
  throw Error(ErrorCode::invalid_argument,
              display(options.host) +
                  " can be reached from other computers: give a --token that they must have (or hearken token add), or "
                  "--insecure if everybody there may listen to all of it");
}

tcp::acceptor open_acceptor(asio::io_context& io, const ServeOptions& options, bool asks) {
  const tcp::endpoint endpoint = endpoint_of(io, options);
  check_reach(options, endpoint, asks);
  try {
    return {io, endpoint};  // listens; with SO_REUSEADDR, so that a server can be started again at once
  } catch (const boost::system::system_error& error) {
    const std::string where = fmt::format("{}:{}", display(options.host), options.port);
    if (error.code() == asio::error::address_in_use)
      throw Error(ErrorCode::busy, where + ": another program listens there; choose another --port");
    if (error.code() == asio::error::access_denied)
      throw Error(ErrorCode::permission_denied, where + ": may not be listened on", error.code().message());
    throw Error(ErrorCode::io, where + ": cannot listen", error.code().message());
  }
}

// As many files as the system lets this process have: a connection each, and what it sends or receives for half of
// them.
void fit_to_files(Limits& limits) {
  constexpr std::size_t kOthers = 200;
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
  const std::size_t left = std::max<std::size_t>(files.rlim_cur, kOthers + 48) - kOthers;
  limits.connections = std::min(limits.connections, left / 3 * 2);
  limits.connections_of_one = std::min(limits.connections_of_one, limits.connections / 4);
}

asio::awaitable<void> accept_all(std::shared_ptr<Connections> shared, tcp::acceptor& acceptor) {
  for (;;) {
    error_code error;
    tcp::socket socket = co_await acceptor.async_accept(asio::redirect_error(asio::use_awaitable, error));
    if (error == asio::error::operation_aborted || !acceptor.is_open()) co_return;
    if (error) {
      // No file left: what waits in the listener's own queue stays there a moment.
      socket.close(error);
      asio::steady_timer pause(acceptor.get_executor(), milliseconds(50));
      co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
      continue;
    }
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    asio::co_spawn(acceptor.get_executor(), serve_connection(shared, std::move(socket)), asio::detached);
  }
}

// Ends in order: no new connections, idle ones closed, the others after their answer or when time is up.
class Ending {
 public:
  Ending(asio::io_context& io, std::shared_ptr<Connections> shared, tcp::acceptor& acceptor)
      : io_(io), shared_(std::move(shared)), acceptor_(acceptor), signals_(io, SIGTERM, SIGINT), timer_(io) {
    signals_.async_wait([this](const error_code& error, int) {
      if (!error) begin();
    });
  }

 private:
  void begin() {
    App& app = shared_->app;
    app.draining = true;
    app.jobs.stop();
    error_code ignored;
    acceptor_.close(ignored);
    shared_->table.close_idle();
    signals_.async_wait([this](const error_code& error, int) {
      if (!error) io_.stop();
    });
    until_ = std::chrono::steady_clock::now() + seconds(app.limits.drain_seconds);
    wait();
  }

  void wait() {
    if (shared_->app.connections == 0 || std::chrono::steady_clock::now() >= until_) return io_.stop();
    timer_.expires_after(milliseconds(20));
    timer_.async_wait([this](const error_code& error) {
      if (!error) wait();
    });
  }

  asio::io_context& io_;
  std::shared_ptr<Connections> shared_;
  tcp::acceptor& acceptor_;
  asio::signal_set signals_;
  asio::steady_timer timer_;
  std::chrono::steady_clock::time_point until_;
};

// SIGHUP: the files have changed. Connections that are there keep what they have.
class Renewing {
 public:
  Renewing(asio::io_context& io, std::shared_ptr<Connections> shared) : shared_(std::move(shared)), signals_(io) {
    if (shared_->tls == nullptr) return;
    signals_.add(SIGHUP);
    wait();
  }

 private:
  void wait() {
    signals_.async_wait([this](const error_code& error, int) {
      if (error) return;
      const ServeOptions& options = shared_->app.options;
      try {
        shared_->tls = load_tls(options.tls_cert, options.tls_key);
        options.say("the certificate was read again");
      } catch (const std::exception& refused) {
        options.say(std::string(refused.what()) + "; the certificate stays what it was");
      }
      wait();
    });
  }

  std::shared_ptr<Connections> shared_;
  asio::signal_set signals_;
};

std::string url_of(const ServeOptions& options, const tcp::endpoint& endpoint) {
  std::string host = endpoint.address().is_unspecified() ? "127.0.0.1" : endpoint.address().to_string();
  if (host.find(':') != std::string::npos) host = "[" + host + "]";
  std::string url = fmt::format("{}://{}:{}/", options.tls() ? "https" : "http", host, endpoint.port());
  // Behind '#' it stays in the browser. A token that was given is known, and not printed.
  if (!options.setup_token.empty()) url += "#setup=" + options.setup_token;
  return url;
}

// Who may choose folders is who started the server, and so has read what it printed; and nobody where the folders are
// named already, or where other computers reach it.
bool lets_choose_folders(const App& app, const tcp::endpoint& endpoint) {
  return app.can(Part::library) && app.options.roots.empty() && endpoint.address().is_loopback();
}

}  // namespace

void serve(const ServeOptions& options, const Model& model,
           const std::function<void(const std::string& url)>& listening, std::shared_ptr<const search::Index> index) {
  const std::shared_ptr<TlsContext> tls = options.tls() ? load_tls(options.tls_cert, options.tls_key) : nullptr;
  App app(options, model, std::move(index));
  app.open();
  fit_to_files(app.limits);
  asio::io_context io(1);
  tcp::acceptor acceptor = open_acceptor(io, options, app.gate.asks());
  if (lets_choose_folders(app, acceptor.local_endpoint())) app.options.setup_token = random_id();
  // The first search should not pay for the model.
  const std::jthread warm([&app] {
    attempt([&app] {  // of an empty library, a damaged one: a search says so
      app.model.prepare_text();
      searching(Worker(app, Lane::search));
    });
  });
  {
    Lanes lanes(app);
    const auto shared = std::make_shared<Connections>(app, lanes);
    shared->tls = tls;
    Ending ending(io, shared, acceptor);
    const Renewing renewing(io, shared);
    const Watcher watcher(app);
    asio::co_spawn(io, accept_all(shared, acceptor), asio::detached);
    listening(url_of(app.options, acceptor.local_endpoint()));
    keep_serving("the listener", [&io] { io.run(); });
    shared->disk.join();  // before what its work refers to goes with the connections
  }
}

}  // namespace hearken::server

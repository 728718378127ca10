// One connection: requests read within the limits, handed to a lane, their answers written.
#pragma once

// clang-format off
#include <utility>  // which Boost 1.74's awaitable.hpp lacks
// clang-format on

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/thread_pool.hpp>
#include <memory>
#include <set>

#include "server/app.h"
#include "server/http/lanes.h"

namespace hearken::server {

/// What the connections share. All on the one thread that runs them; `disk` is where files are read and written.
struct Connections {
  App& app;
  Lanes& lanes;
  boost::asio::thread_pool disk{2};
  std::set<boost::asio::ip::tcp::socket*> idle;  // between requests: closed when the server drains

  Connections(App& a, Lanes& l) : app(a), lanes(l) {}
};

/// Runs until the connection ends.
boost::asio::awaitable<void> serve_connection(std::shared_ptr<Connections> shared, boost::asio::ip::tcp::socket socket);

}  // namespace hearken::server

// One connection: requests read within the limits, handed to a lane, their answers written.
#pragma once

// clang-format off
#include <utility>  // which Boost 1.74's awaitable.hpp lacks
// clang-format on

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/thread_pool.hpp>
#include <memory>

#include "server/app.h"
#include "server/connection/connection_table.h"
#include "server/connection/shares.h"
#include "server/connection/tls.h"
#include "server/lanes/lanes.h"

namespace hearken::server {

/// What the connections share. All on the one thread that runs them; `disk` is where files are read and written.
struct Connections {
  App& app;
  Lanes& lanes;
  boost::asio::thread_pool disk{2};
  ConnectionTable table;
  Shares memory, uploads;           // bytes of bodies that are being received or answered
  std::shared_ptr<TlsContext> tls;  // of new connections; null: plain HTTP

  Connections(App& a, Lanes& l)
      : app(a),
        lanes(l),
        table(a.limits.connections, a.limits.connections_of_one),
        memory(a.limits.body_memory, a.limits.body_memory / 4),
        uploads(a.limits.all_upload_bytes, a.limits.all_upload_bytes / 4) {}
};

/// Runs until the connection ends.
boost::asio::awaitable<void> serve_connection(std::shared_ptr<Connections> shared, boost::asio::ip::tcp::socket socket);

}  // namespace hearken::server

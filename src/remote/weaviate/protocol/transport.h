// Calls to a cluster over HTTP, on libcurl: gRPC (unary) and REST, with fail-over and repetition.
//
// The calls of one thread are under way together, each gRPC call on a connection of its own (exchange.cpp says why). An
// endpoint that refuses, drops or does not take a connection in time is set aside (endpoints.h) and what it was asked
// goes to another at once. One that is silent for kSilence is asked whether it lives (gRPC's health check); without an
// answer within kProbe its calls are sent to another as well, and the first answer counts: it may be slow only. So they
// are where it lives but is slow: it may itself wait for a server that is gone.
//
// Sources: PROTOCOL-HTTP2.md and health-checking.md of gRPC.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "remote/weaviate/protocol/client.h"

namespace hearken::remote::weaviate {

/// One unary call, with its repetitions.
struct Call {
  /// The message; asked before each try.
  std::function<std::string()> message;
  /// Takes the reply. Returns why the call is to be made again, with a new message; empty: it is done. What it throws
  /// ends all.
  std::function<std::string(std::string_view reply)> take;
};

/// Shared by threads. Throws as Client does.
class Transport {
 public:
  Transport(const Address& address, const Access& access, const Timeouts& patience);
  ~Transport();
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  /// Returns when all calls are done, at most `at_once` of them under way. `method` of service weaviate.v1.Weaviate.
  /// Each call may take `seconds` with all its tries; when its endpoint answers none for `slow`, another is asked as
  /// well.
  void grpc(std::string_view method, std::span<Call> calls, std::size_t at_once, double seconds, double slow) const;

  /// The answers to the same request at several paths, in their order.
  std::vector<RestReply> rest(std::string_view method, std::span<const std::string> paths, std::string_view body,
                              std::size_t at_once, std::optional<std::size_t> endpoint) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hearken::remote::weaviate

// One HTTP request and its answer on a handle of libcurl, and the connections of REST that stay open between them.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/curl.h"
#include "remote/weaviate/protocol/client.h"
#include "remote/weaviate/protocol/endpoints.h"

namespace hearken::remote::weaviate {

struct FreeMulti {
  void operator()(CURLM* handle) const { curl_multi_cleanup(handle); }
};

/// What is asked. Of gRPC the body is a message without its prefix.
struct Request {
  bool grpc = false;
  std::string method, path, body;
};

/// Connections, which stay open between requests. Not shared between threads.
class Conversation {
 public:
  Conversation();
  CURLM* multi() const { return multi_.get(); }

 private:
  std::unique_ptr<CURLM, FreeMulti> multi_;
};

/// Under way from its construction to its destruction. Stays where it is: libcurl knows its address.
class HttpRequest {
 public:
  HttpRequest(Conversation& in, const Address& address, const Access& access, const Timeouts& patience,
              std::size_t endpoint, Request request, double seconds);
  ~HttpRequest();
  HttpRequest(const HttpRequest&) = delete;
  HttpRequest& operator=(const HttpRequest&) = delete;

  CURL* handle() const { return handle_.get(); }
  std::size_t endpoint() const { return endpoint_; }
  Clock::time_point began() const { return began_; }

  /// Of an answer that is complete. Of gRPC the reply is a message; throws Error(corrupt) where it is none.
  int http_status() const;
  int grpc_status() const { return grpc_status_; }  // below 0: none
  std::string grpc_message() const;
  std::string_view reply() const;

  /// One line on what libcurl says, of an exchange that failed.
  std::string failure(CURLcode code) const { return handle_.failure(code); }

 private:
  static std::size_t take_header(const char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t take_body(const char* data, std::size_t size, std::size_t count, void* self);

  Conversation& in_;
  std::size_t endpoint_;
  bool grpc_;
  std::string sent_, received_, grpc_message_;
  int grpc_status_ = -1;
  Clock::time_point began_ = Clock::now();
  std::unique_ptr<curl_slist, FreeCurl> headers_;
  CurlHandle handle_;
};

}  // namespace hearken::remote::weaviate

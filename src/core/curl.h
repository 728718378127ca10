// Handles of libcurl that free themselves, and what all requests of Hearken's have in common.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "core/paths.h"
#include "core/text.h"
#include "hearken/error.h"
#include "hearken/version.h"

namespace hearken {

struct FreeCurl {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

/// Before anything else is asked of libcurl. Any thread.
inline void start_curl() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

/// Of HTTP and HTTPS alone, without signals, under this program's name. Not shared between threads.
class CurlHandle {
 public:
  /// Throws Error(internal).
  CurlHandle() {
    start_curl();
    handle_.reset(curl_easy_init());
    if (!handle_) throw Error(ErrorCode::internal, "libcurl does not start");
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_TCP_KEEPALIVE, 1L);
    set(CURLOPT_USERAGENT, ("hearken/" + std::string(version())).c_str());
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    set(CURLOPT_ERRORBUFFER, why_.get());
  }

  CURL* get() const noexcept { return handle_.get(); }

  template <class Value>
  void set(CURLoption option, Value value) {
    if (curl_easy_setopt(handle_.get(), option, value) != CURLE_OK)
      throw Error(ErrorCode::internal, "libcurl does not know option " + std::to_string(option));
  }

  /// One line on why a request failed.
  std::string failure(CURLcode code) const { return display(why_[0] != '\0' ? why_.get() : curl_easy_strerror(code)); }

  /// The answer's; 0 where there is none.
  int status() const {
    long status = 0;
    curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
    return static_cast<int>(status);
  }

 private:
  std::unique_ptr<char[]> why_ = std::make_unique<char[]>(CURL_ERROR_SIZE);  // libcurl empties it before each request
  std::unique_ptr<CURL, FreeCurl> handle_;
};

/// A line of an answer's headers: its name in small letters, and its value; both empty for a line that has none.
struct HeaderLine {
  std::string name;
  std::string_view value;
};
inline HeaderLine header_line(std::string_view line) {
  const std::size_t colon = line.find(':', 1);
  if (colon == std::string_view::npos) return {};
  return {lower_ascii(line.substr(0, colon)), trimmed(line.substr(colon + 1))};
}

}  // namespace hearken

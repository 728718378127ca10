// How long an address that guesses secrets has to wait before its next guess is looked at.
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <mutex>
#include <string>

namespace hearken::server {

/// Any thread may call. An address is an IPv4 address, or the first 64 bits of an IPv6 address, which is what one
/// customer has.
class Backoff {
 public:
  using Time = std::chrono::steady_clock::time_point;

  static constexpr int kFree = 5;                // wrong secrets before the first wait
  static constexpr int kLongestSeconds = 60;     // of waits, which begin with a second and double
  static constexpr int kForgottenSeconds = 900;  // after which an address begins anew

  /// Seconds that are left, rounded up; 0 when it may try.
  int wait_seconds(const std::string& address, Time now = std::chrono::steady_clock::now());

  /// A secret was wrong. The same one again is no new guess: a program that keeps asking with an old cookie or password
  /// holds nobody up.
  void failed(const std::string& address, const std::string& secret, Time now = std::chrono::steady_clock::now());

 private:
  struct Guesses {
    int count = 0;
    Time last, until;
    std::deque<std::string> secrets;  // digests of the last ones
  };

  std::mutex mutex_;
  std::map<std::string, Guesses> addresses_;
};

}  // namespace hearken::server

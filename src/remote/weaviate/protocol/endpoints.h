// Which of a cluster's endpoints is asked next: the one that answered last, as long as it does.
//
// One that fails is set aside, for twice as long after each failure in a row, from half a second to half a minute.
// Shared by threads.
#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>
#include <vector>

#include "remote/weaviate/protocol/address.h"

namespace hearken::remote::weaviate {

using Clock = std::chrono::steady_clock;

class Endpoints {
 public:
  /// Begins with any of them, so that many clients are spread over the cluster.
  explicit Endpoints(const Address& address);

  std::size_t size() const noexcept { return names_.size(); }
  const std::string& name(std::size_t endpoint) const { return names_[endpoint]; }  // HOST:PORT, that of gRPC

  /// The one to ask, other than `not_this` (size(): any) if another is not set aside. Where all are set aside: the one
  /// that is so for the shortest time.
  std::size_t choose(std::size_t not_this) const;
  bool set_aside(std::size_t endpoint) const;
  /// One other than this is not set aside.
  bool another(std::size_t endpoint) const;

  void answered(std::size_t endpoint);
  /// `reason` as people read it.
  void failed(std::size_t endpoint, const std::string& reason);

  bool any_ever_answered() const;
  /// "HOST:PORT (reason), …" of those that failed last.
  std::string reasons() const;

 private:
  struct State {
    Clock::time_point until;
    int failures = 0;  // in a row
    std::string reason;
  };

  mutable std::mutex mutex_;
  std::vector<std::string> names_;
  std::vector<State> states_;
  std::size_t preferred_ = 0;
  bool any_answered_ = false;
};

}  // namespace hearken::remote::weaviate

// Something limited, such as bytes in memory, that clients hold for a while: all together, and each his part.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

namespace hearken::server {

/// One thread.
class Shares {
 public:
  Shares(std::uint64_t all, std::uint64_t of_one) : all_(all), of_one_(of_one) {}

  /// False, and nothing is taken, where this client or all together would hold too much.
  bool take(const std::string& client, std::uint64_t amount) {
    std::uint64_t& own = held_[client];
    if (amount > of_one_ - own || amount > all_ - total_) {
      if (own == 0) held_.erase(client);
      return false;
    }
    own += amount;
    total_ += amount;
    return true;
  }
  void give_back(const std::string& client, std::uint64_t amount) {
    const auto at = held_.find(client);
    if (at == held_.end()) return;
    total_ -= amount;
    if ((at->second -= amount) == 0) held_.erase(at);
  }
  std::uint64_t held() const noexcept { return total_; }

 private:
  const std::uint64_t all_, of_one_;
  std::uint64_t total_ = 0;
  std::map<std::string, std::uint64_t> held_;
};

/// What one request holds; given back at its end.
class Share {
 public:
  Share(Shares& of, std::string client) : of_(of), client_(std::move(client)) {}
  ~Share() {
    if (amount_ > 0) of_.give_back(client_, amount_);
  }
  Share(const Share&) = delete;
  Share& operator=(const Share&) = delete;

  /// So much in all. False where that is not to be had.
  bool grow_to(std::uint64_t amount) {
    if (amount <= amount_) return true;
    if (!of_.take(client_, amount - amount_)) return false;
    amount_ = amount;
    return true;
  }

 private:
  Shares& of_;
  const std::string client_;
  std::uint64_t amount_ = 0;
};

}  // namespace hearken::server

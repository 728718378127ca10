// A bounded queue that serves clients in turn, however much each of them asks for.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "core/threads/threads.h"

namespace hearken::server {

/// One item at a time, of the client whose latest was served the longest ago; of one that lately asked n times as often
/// as another, n times as long ago. So who asks now and then does not wait behind who asks all the time, however many
/// of those there are, and everybody's turn comes. Not for several threads at once.
template <class Item>
class FairQueue {
 public:
  /// `clock`: seconds, for how long ago a client asked.
  explicit FairQueue(std::size_t capacity, std::function<double()> clock = monotonic_seconds)
      : capacity_(capacity), clock_(std::move(clock)), halved_(clock_()) {}

  std::size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }

  /// Whether put() would keep an item of this client.
  bool has_room(const std::string& client) const {
    return size_ < capacity_ || place_of(client) < place(clients_.at(last()));
  }

  /// What has to go to keep within the capacity: nothing, or the item whose turn is the last. That may be the new one.
  std::optional<Item> put(const std::string& client, Item item) {
    count(client);
    if (!has_room(client)) return item;
    std::optional<Item> gone;
    if (size_ >= capacity_) {
      std::deque<Item>& longest = clients_.at(last()).items;
      gone = std::move(longest.back());
      longest.pop_back();
      --size_;
    }
    clients_[client].items.push_back(std::move(item));
    ++size_;
    return gone;
  }

  /// The client has asked, whether or not something of it is put.
  void count(const std::string& client) {
    constexpr std::size_t kMostClients = 4096;
    constexpr std::uint64_t kLately = 1024;  // so many of all clients ago, an asking counts half; or after
    constexpr double kLatelySeconds = 2;     // so long: who asked now and then all day has not asked often
    if (clients_.size() >= kMostClients)
      std::erase_if(clients_, [](const auto& one) { return one.second.items.empty(); });
    const double now = clock_(), times = std::floor((now - halved_) / kLatelySeconds);
    if (++asked_ % kLately == 0 || times >= 1) {
      const double left = std::exp2(-std::max(1.0, times));
      for (auto& one : clients_) one.second.asked *= left;
      halved_ = now;
    }
    ++clients_[client].asked;
  }

  /// The next one. Not of an empty queue.
  Item take() {
    auto next = clients_.end();
    for (auto at = clients_.begin(); at != clients_.end(); ++at)
      if (!at->second.items.empty() && (next == clients_.end() || waits(at->second) < waits(next->second))) next = at;
    Item item = std::move(next->second.items.front());
    next->second.items.pop_front();
    next->second.served = ++served_;
    --size_;
    return item;
  }

 private:
  struct Client {
    std::deque<Item> items;
    std::uint64_t served = 0;  // the number of its latest item, of all that were served; 0: none was
    double asked = 0;          // lately
  };
  using Place = std::pair<std::size_t, double>;  // what stands before it: own items, then who waits less

  // The less, the sooner it is its turn.
  double waits(const Client& of) const {
    return std::max(1.0, of.asked) / static_cast<double>(served_ + 1 - of.served);
  }
  Place place(const Client& of) const { return {of.items.size() - 1, waits(of)}; }
  Place place_of(const std::string& newcomer) const {
    const auto at = clients_.find(newcomer);
    return at == clients_.end() ? Place(0, waits({})) : Place(at->second.items.size(), waits(at->second));
  }

  // Of a queue that is not empty: the client whose latest item is served last.
  const std::string& last() const {
    const std::pair<const std::string, Client>* out = nullptr;
    for (const auto& one : clients_)
      if (!one.second.items.empty() && (out == nullptr || place(out->second) < place(one.second))) out = &one;
    return out->first;
  }

  const std::size_t capacity_;
  const std::function<double()> clock_;
  double halved_;  // when
  std::size_t size_ = 0;
  std::uint64_t served_ = 0, asked_ = 0;
  std::map<std::string, Client> clients_;
};

}  // namespace hearken::server

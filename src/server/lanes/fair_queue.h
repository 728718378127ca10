// A bounded queue that serves clients in turn, however much each of them asks for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace hearken::server {

/// The client that was served the longest ago goes first, one item at a time: who asks now and then does not wait
/// behind who asks all the time. Not for several threads at once.
template <class Item>
class FairQueue {
 public:
  explicit FairQueue(std::size_t capacity) : capacity_(capacity) {}

  std::size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }

  /// Whether put() would keep an item of this client.
  bool has_room(const std::string& client) const {
    return size_ < capacity_ || place_of(client) < place(clients_.at(last()));
  }

  /// What has to go to keep within the capacity: nothing, or the item whose turn is the last. That may be the new one.
  std::optional<Item> put(const std::string& client, Item item) {
    if (!has_room(client)) return item;
    std::optional<Item> gone;
    if (size_ >= capacity_) {
      std::deque<Item>& longest = clients_.at(last()).items;
      gone = std::move(longest.back());
      longest.pop_back();
      --size_;
    }
    forget_if_many();
    clients_[client].items.push_back(std::move(item));
    ++size_;
    return gone;
  }

  /// The next one. Not of an empty queue.
  Item take() {
    auto next = clients_.end();
    for (auto at = clients_.begin(); at != clients_.end(); ++at)
      if (!at->second.items.empty() && (next == clients_.end() || at->second.served < next->second.served)) next = at;
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
  };
  using Place = std::pair<std::size_t, std::uint64_t>;  // what stands before it: own items, then who was served later

  static Place place(const Client& of) { return {of.items.size() - 1, of.served}; }
  Place place_of(const std::string& newcomer) const {
    const auto at = clients_.find(newcomer);
    return at == clients_.end() ? Place() : Place(at->second.items.size(), at->second.served);
  }

  // Of a queue that is not empty: the client whose latest item is served last.
  const std::string& last() const {
    const std::pair<const std::string, Client>* out = nullptr;
    for (const auto& one : clients_)
      if (!one.second.items.empty() && (out == nullptr || place(out->second) < place(one.second))) out = &one;
    return out->first;
  }

  // Who is forgotten counts as one who was never served.
  void forget_if_many() {
    constexpr std::size_t kMost = 4096;
    if (clients_.size() >= kMost) std::erase_if(clients_, [](const auto& one) { return one.second.items.empty(); });
  }

  const std::size_t capacity_;
  std::size_t size_ = 0;
  std::uint64_t served_ = 0;
  std::map<std::string, Client> clients_;
};

}  // namespace hearken::server

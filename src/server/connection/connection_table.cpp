// Counts by client, and a list of who waits.
#include "server/connection/connection_table.h"

#include <utility>

namespace hearken::server {

std::unique_ptr<ConnectionTable::Entry> ConnectionTable::add(const std::string& client, std::function<void()> close) {
  if (!make_room(client)) return nullptr;
  const auto at = clients_.try_emplace(client).first;
  ++at->second.connections;
  ++size_;
  return std::make_unique<Entry>(*this, at, std::move(close));
}

bool ConnectionTable::make_room(const std::string& client) {
  const auto own = clients_.find(client);
  const std::size_t of_own = own == clients_.end() ? 0 : own->second.connections;
  if (of_own >= most_of_one_) {
    if (own->second.idle.empty()) return false;
    evict(own->second);
    return true;
  }
  if (size_ < most_) return true;
  Client* fullest = nullptr;
  for (auto& [name, one] : clients_)
    if (!one.idle.empty() && (fullest == nullptr || one.connections > fullest->connections)) fullest = &one;
  // Who has less than the newcomer gives nothing up for it.
  if (fullest == nullptr || fullest->connections < of_own) return false;
  evict(*fullest);
  return true;
}

void ConnectionTable::evict(Client& from) {
  Entry& entry = *from.idle.front();
  ++evicted_;
  const auto close = entry.close_;  // the client may go with its last connection
  leave(entry);
  close();
}

void ConnectionTable::leave(Entry& entry) {
  if (!std::exchange(entry.listed_, false)) return;
  entry.work();
  --size_;
  if (--entry.client_->second.connections == 0) clients_.erase(entry.client_);
}

void ConnectionTable::close_idle() {
  for (auto& [name, client] : clients_)
    for (const Entry* entry : client.idle) entry->close_();
}

void ConnectionTable::Entry::wait() {
  if (!listed_ || std::exchange(idle_, true)) return;
  std::list<Entry*>& idle = client_->second.idle;
  place_ = idle.insert(idle.end(), this);
}

void ConnectionTable::Entry::work() {
  if (std::exchange(idle_, false)) client_->second.idle.erase(place_);
}

}  // namespace hearken::server

// Who is connected: how many connections an address may have, and which goes when there are too many.
#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>

namespace hearken::server {

/// One thread.
class ConnectionTable {
 public:
  /// `most` in all, `most_of_one` for each client.
  ConnectionTable(std::size_t most, std::size_t most_of_one) : most_(most), most_of_one_(most_of_one) {}

  class Entry;
  /// Makes room if need be: the connection of this client that waits the longest for a request is closed where it has
  /// its number; where all have theirs, that of the client with most connections. Null where none of them waits.
  std::unique_ptr<Entry> add(const std::string& client, std::function<void()> close);

  std::size_t size() const noexcept { return size_; }
  std::size_t evicted() const noexcept { return evicted_; }
  /// Closes those that wait for a request.
  void close_idle();

 private:
  struct Client {
    std::size_t connections = 0;
    std::list<Entry*> idle;  // the longest first
  };
  using Clients = std::map<std::string, Client>;

  bool make_room(const std::string& client);
  void evict(Client& from);
  void leave(Entry& entry);

  const std::size_t most_, most_of_one_;
  std::size_t size_ = 0, evicted_ = 0;
  Clients clients_;
};

/// One connection, in the table until it ends or is evicted. The table outlives it.
class ConnectionTable::Entry {
 public:
  Entry(ConnectionTable& table, Clients::iterator client, std::function<void()> close)
      : table_(table), client_(client), close_(std::move(close)) {}
  ~Entry() { table_.leave(*this); }
  Entry(const Entry&) = delete;
  Entry& operator=(const Entry&) = delete;

  /// It waits for a request from now on: for its first byte or for its last.
  void wait();
  /// It has one.
  void work();

 private:
  friend class ConnectionTable;
  ConnectionTable& table_;
  Clients::iterator client_;
  std::function<void()> close_;
  std::list<Entry*>::iterator place_;
  bool idle_ = false, listed_ = true;
};

}  // namespace hearken::server

// The output of a stream: rows of many threads onto one descriptor, in the order of their numbers or as they come.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace hearken::tasks {

/// May be called from many threads at once; who finds a row's turn come writes it, while others wait.
class RowWriter {
 public:
  RowWriter(int descriptor, bool in_order) : descriptor_(descriptor), in_order_(in_order) {}

  /// Row `number`, counted from 0; each number once, none left out. Throws Error(io) when it cannot be written.
  void put(std::size_t number, std::string row);
  /// Waits until the rows that wait for one before them are few; false when it is time to stop.
  bool wait_for_room(const std::function<bool()>& stopping);

 private:
  void write(std::string_view row) const;

  const int descriptor_;
  const bool in_order_;
  std::mutex mutex_;
  std::condition_variable written_;
  std::map<std::size_t, std::string> waiting_;
  std::size_t waiting_bytes_ = 0, next_ = 0;
};

}  // namespace hearken::tasks

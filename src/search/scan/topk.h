// The best k of many, kept while they pass by.
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace hearken::search {

/// `Better(a, b)`: a comes before b; a strict order. Not shared between threads.
template <class T, class Better>
class TopK {
 public:
  explicit TopK(std::size_t k, Better better = {}) : k_(k), better_(better) {}

  bool full() const { return heap_.size() >= k_; }
  /// The last of the k; only where full(), and k is not 0.
  const T& worst() const { return heap_.front(); }

  void offer(const T& value) {
    if (!full()) {
      heap_.push_back(value);
      std::push_heap(heap_.begin(), heap_.end(), better_);
    } else if (k_ > 0 && better_(value, worst())) {
      std::pop_heap(heap_.begin(), heap_.end(), better_);
      heap_.back() = value;
      std::push_heap(heap_.begin(), heap_.end(), better_);
    }
  }

  /// In no order.
  const std::vector<T>& kept() const { return heap_; }
  /// Best first; nothing is left.
  std::vector<T> take() {
    std::sort_heap(heap_.begin(), heap_.end(), better_);
    return std::exchange(heap_, {});
  }

 private:
  std::size_t k_;
  Better better_;
  std::vector<T> heap_;  // the worst in front
};

}  // namespace hearken::search

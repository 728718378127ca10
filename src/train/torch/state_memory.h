// What a frozen tower made of each sound or text, so that later epochs run its head alone.
#pragma once

#include <ATen/ATen.h>

#include <cstddef>
#include <functional>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace hearken::train {

/// States go by what was heard or read, not by where it came from: augmentation makes another sound of it. One thread
/// at a time.
class StateMemory {
 public:
  /// The states of items as `bytes` of their features or tokens -> [items, width]. state(i) -> [1, width] makes the one
  /// of item i where it is not known: each by itself, because its bits must not depend on which others were known.
  at::Tensor rows(const std::vector<std::string_view>& bytes, const std::function<at::Tensor(std::size_t)>& state);

  std::size_t size() const noexcept { return states_.size(); }

 private:
  struct Key {
    std::size_t hash, length;
    bool operator==(const Key&) const = default;
  };
  struct HashOfKey {
    std::size_t operator()(const Key& key) const noexcept { return key.hash; }
  };
  std::unordered_map<Key, at::Tensor, HashOfKey> states_;
  std::size_t bytes_ = 0;
};

}  // namespace hearken::train

// Remembering states.
#include "train/torch/state_memory.h"

namespace hearken::train {
namespace {

constexpr std::size_t kMostBytes = std::size_t{1} << 30;  // beyond that, states are made again

}  // namespace

at::Tensor StateMemory::rows(const std::vector<std::string_view>& bytes,
                             const std::function<at::Tensor(std::size_t)>& state) {
  std::vector<at::Tensor> out;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const Key key{std::hash<std::string_view>()(bytes[i]), bytes[i].size()};
    if (const auto known = states_.find(key); known != states_.end()) {
      out.push_back(known->second);
      continue;
    }
    out.push_back(state(i).detach());
    const std::size_t size = out.back().nbytes();
    if (bytes_ + size > kMostBytes) continue;
    states_.emplace(key, out.back());
    bytes_ += size;
  }
  return at::cat(out, 0);
}

}  // namespace hearken::train

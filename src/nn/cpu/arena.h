// Scratch memory for activations: a stack of 64-byte aligned floats that is reused from window to window.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
#include <vector>

namespace hearken::nn {

/// Pointers stay valid until release() goes back below them. One thread at a time. Nothing is given back to the system
/// before the arena dies, so the second window of a size allocates nothing.
class Arena {
 public:
  struct Mark {
    std::size_t block = 0, used = 0;
  };

  float* allocate(std::size_t count) {
    const std::size_t need = (count + kAlign - 1) / kAlign * kAlign;
    while (at_.block < blocks_.size() && at_.used + need > blocks_[at_.block].size) at_ = {at_.block + 1, 0};
    if (at_.block == blocks_.size()) {
      const std::size_t size = need > kBlock ? need : kBlock;
      auto* raw = static_cast<float*>(std::aligned_alloc(kAlign * sizeof(float), size * sizeof(float)));
      if (raw == nullptr) throw std::bad_alloc();
      blocks_.push_back({std::unique_ptr<float, Free>(raw), size});
    }
    float* out = blocks_[at_.block].data.get() + at_.used;
    at_.used += need;
    return out;
  }

  Mark mark() const noexcept { return at_; }
  void release(Mark mark) noexcept { at_ = mark; }

 private:
  static constexpr std::size_t kAlign = 16;        // floats: one cache line
  static constexpr std::size_t kBlock = 1U << 19;  // floats: 2 MiB
  struct Free {
    void operator()(float* p) const noexcept { std::free(p); }
  };
  struct Block {
    std::unique_ptr<float, Free> data;
    std::size_t size;
  };
  std::vector<Block> blocks_;
  Mark at_;
};

/// What was allocated while it is open goes when it ends.
class ArenaScope {
 public:
  explicit ArenaScope(Arena& arena) : arena_(arena), mark_(arena.mark()) {}
  ~ArenaScope() { arena_.release(mark_); }
  ArenaScope(const ArenaScope&) = delete;
  ArenaScope& operator=(const ArenaScope&) = delete;

 private:
  Arena& arena_;
  Arena::Mark mark_;
};

}  // namespace hearken::nn

// For tests of kernels: operands that end where memory ends, values that trip arithmetic.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <new>
#include <span>
#include <vector>

#include "core/testing/targets.h"
#include "nn/cpu/kernels.h"
#include "nn/noise.h"

namespace hearken::nn::kernels {

inline constexpr float kInfinity = std::numeric_limits<float>::infinity(),
                       kNan = std::numeric_limits<float>::quiet_NaN();
inline const float kLoadedNan = std::bit_cast<float>(0x7FC12345U);  // one with something in its other bits

// n values, behind which a page begins that may neither be read nor written.
template <class T>
class Row {
 public:
  explicit Row(std::size_t n) {
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    bytes_ = (n * sizeof(T) + page - 1) / page * page + page;
    memory_ = ::mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory_ == MAP_FAILED) throw std::bad_alloc();
    std::byte* const end = static_cast<std::byte*>(memory_) + bytes_ - page;
    if (::mprotect(end, page, PROT_NONE) != 0) throw std::bad_alloc();
    values_ = {reinterpret_cast<T*>(end) - n, n};
  }
  explicit Row(const std::vector<T>& values) : Row(values.size()) {
    std::copy(values.begin(), values.end(), values_.begin());
  }
  Row(const Row& other) = delete;
  Row& operator=(const Row& other) = delete;
  ~Row() { ::munmap(memory_, bytes_); }

  auto begin() const { return values_.begin(); }
  auto end() const { return values_.end(); }
  std::size_t size() const { return values_.size(); }
  T* data() const { return values_.data(); }
  T& operator[](std::size_t i) const { return values_[i]; }
  std::vector<T> copy() const { return {values_.begin(), values_.end()}; }

 private:
  std::size_t bytes_ = 0;
  void* memory_ = nullptr;
  std::span<T> values_;
};

inline std::vector<float> noise_of(int n, unsigned seed) { return noise(static_cast<std::size_t>(n), seed); }

template <class T>
bool same_bits(const std::vector<T>& a, const std::vector<T>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0;
}

}  // namespace hearken::nn::kernels

// Random draws that can be made again: each is a function of a seed and of the place it is drawn for, whatever thread
// asks, in whatever order.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <vector>

namespace hearken::train {

/// What is drawn for; draws for one thing say nothing of those for another.
enum class Purpose : std::uint64_t { split = 1, limit, order, caption, crop, gain, mix, masks };

/// A stream of draws: SplitMix64 (Steele, Lea & Flood 2014) from a key mixed of seed, purpose and place. One thread.
class Draws {
 public:
  Draws(std::uint64_t seed, Purpose purpose, std::initializer_list<std::uint64_t> place = {});

  std::uint64_t bits();
  /// Below `count`, which is at least 1; each equally likely.
  std::uint64_t below(std::uint64_t count);
  /// At least 0, less than 1.
  double unit();
  /// Beta(a, a), 0 to 1, for a of at most 1 (Jöhnk 1964).
  double beta(double a);

 private:
  std::uint64_t state_;
};

/// 0 … count - 1 in random order (Fisher and Yates).
std::vector<std::size_t> shuffled(std::size_t count, Draws draws);

}  // namespace hearken::train

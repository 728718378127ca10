// Vectors of texts, remembered: the same words are embedded once.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "hearken/model.h"

namespace hearken::server {

/// Any thread may call.
class TextVectors {
 public:
  explicit TextVectors(const Model& model) : model_(model) {}

  /// Scored vectors [texts, dimension], row-major; those that are not remembered are embedded together, each text once.
  std::vector<float> of(std::span<const std::string> texts);

  /// How long embedding them takes one thread, as far as that is known: by their bytes, and what earlier ones took. No
  /// more are counted once it is `enough`.
  double seconds_for(std::span<const std::string> texts, double enough);

  std::uint64_t embedded() const noexcept { return embedded_; }  // texts
  std::uint64_t calls() const noexcept { return calls_; }        // of the model
  std::uint64_t remembered() const noexcept { return remembered_; }

 private:
  using Entry = std::pair<std::string, std::vector<float>>;
  static constexpr std::size_t kMost = 4096;

  const Model& model_;
  std::mutex mutex_;          // guards the three below
  std::list<Entry> entries_;  // latest first
  std::unordered_map<std::string, std::list<Entry>::iterator> places_;
  double seconds_per_byte_ = 50e-6;  // a guess until the first is embedded
  std::atomic<std::uint64_t> embedded_{0}, calls_{0}, remembered_{0};
};

}  // namespace hearken::server

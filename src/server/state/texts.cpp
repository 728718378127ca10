// The memory of text vectors: the least recently used goes first.
#include "server/state/texts.h"

#include <algorithm>
#include <ctime>

namespace hearken::server {
namespace {

// A text costs something besides its bytes.
std::size_t weight_of(const std::string& text) { return text.size() + 16; }

// Of the processor, so that what other threads do does not count.
double seconds_of_this_thread() {
  timespec t{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

}  // namespace

double TextVectors::seconds_for(std::span<const std::string> texts, double enough) {
  std::lock_guard lock(mutex_);
  double seconds = 0;
  for (std::size_t i = 0; i < texts.size() && seconds < enough; ++i)
    if (!places_.contains(texts[i])) seconds += static_cast<double>(weight_of(texts[i])) * seconds_per_byte_;
  return seconds;
}

std::vector<float> TextVectors::of(std::span<const std::string> texts) {
  const auto width = static_cast<std::size_t>(model_.info().dimension);
  std::vector<float> out(texts.size() * width);
  const auto row = [&](std::size_t i) { return out.begin() + static_cast<std::ptrdiff_t>(i * width); };
  std::vector<std::string> unknown;
  std::unordered_map<std::string, std::vector<std::size_t>> wanted;  // rows
  {
    std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < texts.size(); ++i) {
      if (const auto at = places_.find(texts[i]); at != places_.end()) {
        entries_.splice(entries_.begin(), entries_, at->second);
        std::copy(at->second->second.begin(), at->second->second.end(), row(i));
        ++remembered_;
        continue;
      }
      auto& rows = wanted[texts[i]];
      if (rows.empty()) unknown.push_back(texts[i]);
      rows.push_back(i);
    }
  }
  if (unknown.empty()) return out;
  std::size_t weight = 0;
  for (const std::string& text : unknown) weight += weight_of(text);
  const double began = seconds_of_this_thread();
  const std::vector<float> made = model_.embed_texts(unknown, EmbeddingForm::scored);
  const double took = seconds_of_this_thread() - began;
  ++calls_;
  embedded_ += unknown.size();
  std::lock_guard lock(mutex_);
  constexpr double kWeight = 0.2;  // of the latest among all
  seconds_per_byte_ += kWeight * (took / static_cast<double>(weight) - seconds_per_byte_);
  for (std::size_t u = 0; u < unknown.size(); ++u) {
    const auto first = made.begin() + static_cast<std::ptrdiff_t>(u * width);
    for (const std::size_t i : wanted.at(unknown[u])) std::copy_n(first, width, row(i));
    if (places_.contains(unknown[u])) continue;  // another thread was faster
    entries_.emplace_front(unknown[u], std::vector<float>(first, first + static_cast<std::ptrdiff_t>(width)));
    places_[unknown[u]] = entries_.begin();
    if (entries_.size() > kMost) {
      places_.erase(entries_.back().first);
      entries_.pop_back();
    }
  }
  return out;
}

}  // namespace hearken::server

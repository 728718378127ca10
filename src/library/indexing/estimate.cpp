// A guess for each file, and for each kind of file by how much the guesses were wrong.
#include "library/indexing/estimate.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <string_view>

#include "core/text.h"

namespace hearken::library {
namespace {

// 16 bits of two channels at 44.1 kHz; the same without loss; 160 kbit/s.
double usual_bytes_a_second(std::string_view kind) {
  constexpr std::string_view kAsItIs[] = {".wav", ".wave", ".aif", ".aiff", ".w64", ".rf64", ".bwf", ".au", ".caf"};
  constexpr std::string_view kLossless[] = {".flac", ".ape", ".wv", ".tta", ".tak", ".shn"};
  if (std::ranges::find(kAsItIs, kind) != std::end(kAsItIs)) return 176'400;
  return std::ranges::find(kLossless, kind) != std::end(kLossless) ? 90'000 : 20'000;
}

double share(double whole, double guessed, double left) { return guessed > 0 ? left * whole / guessed : left; }

}  // namespace

SoundAndWork SoundEstimate::of_seconds(double seconds) const {
  const double sound = std::min(seconds, most_sound_);
  return {sound, std::max(sound, least_work_)};
}

void SoundEstimate::add(const std::string& path, std::int64_t bytes, std::optional<double> declared_seconds) {
  std::string name = lower_ascii(std::filesystem::path(path).extension().native());
  const SoundAndWork guessed =
      of_seconds(declared_seconds ? *declared_seconds : static_cast<double>(bytes) / usual_bytes_a_second(name));
  if (declared_seconds) name += " declared";  // a kind of their own: these are seldom wrong
  Kind& kind = kinds_[name];
  if (to_come_.emplace(path, Guess{&kind, guessed}).second) kind.left_as_guessed += guessed;
}

SoundEstimate::Guess SoundEstimate::take(const std::string& path) {
  const auto found = to_come_.find(path);
  if (found == to_come_.end()) return {};
  const Guess guess = found->second;
  to_come_.erase(found);
  guess.kind->left_as_guessed += {-guess.guessed.sound, -guess.guessed.work};
  return guess;
}

void SoundEstimate::held(const std::string& path, double seconds) {
  const Guess guess = take(path);
  if (guess.kind == nullptr) return;
  guess.kind->done_as_guessed += guess.guessed;
  guess.kind->done += of_seconds(seconds);
}

void SoundEstimate::drop(const std::string& path) { take(path); }

SoundAndWork SoundEstimate::done() const {
  SoundAndWork sum;
  for (const auto& [name, kind] : kinds_) sum += kind.done;
  return sum;
}

SoundAndWork SoundEstimate::left() const {
  SoundAndWork sum;
  if (to_come_.empty()) return sum;
  for (const auto& [name, kind] : kinds_)
    sum += {share(kind.done.sound, kind.done_as_guessed.sound, kind.left_as_guessed.sound),
            share(kind.done.work, kind.done_as_guessed.work, kind.left_as_guessed.work)};
  return sum;
}

}  // namespace hearken::library

// How much sound files hold that nobody has decoded yet, and how much work that is.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>

namespace hearken::library {

/// In seconds. Sound is what is listened to: of a long file perhaps not all. Work is the sound, but of a short file as
/// much as a window costs: it is filled up to one.
struct SoundAndWork {
  double sound = 0, work = 0;

  SoundAndWork& operator+=(const SoundAndWork& other) {
    sound += other.sound;
    work += other.work;
    return *this;
  }
};

/// Goes by what the files' headers say; where they do not, guesses from the sizes, by what files of a kind (the name's
/// extension) usually hold. Both are put right by what those of the run turned out to hold.
class SoundEstimate {
 public:
  SoundEstimate(double least_work_seconds, double most_sound_seconds)
      : least_work_(least_work_seconds), most_sound_(most_sound_seconds) {}

  /// A file to come.
  void add(const std::string& path, std::int64_t bytes, std::optional<double> declared_seconds);
  /// It held so many seconds.
  void held(const std::string& path, double seconds);
  /// It is not listened to, and says nothing of others.
  void drop(const std::string& path);

  SoundAndWork done() const;
  SoundAndWork left() const;

 private:
  struct Kind {
    SoundAndWork done, done_as_guessed, left_as_guessed;
  };
  struct Guess {
    Kind* kind = nullptr;
    SoundAndWork guessed;
  };
  SoundAndWork of_seconds(double seconds) const;
  /// What was guessed of a file to come, which is none any more; without a kind, when it was not.
  Guess take(const std::string& path);

  const double least_work_, most_sound_;
  std::map<std::string, Kind, std::less<>> kinds_;
  std::unordered_map<std::string, Guess> to_come_;
};

}  // namespace hearken::library

// Ctrl-C and SIGTERM while something long runs.
#pragma once

#include <atomic>

namespace hearken::cli {

/// While one lives, the first signal turns its flag true, so that the run stops after what is at hand; a second one
/// ends the program at once. One at a time.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  const std::atomic<bool>* flag() const noexcept;

 private:
  void (*on_int_)(int);
  void (*on_term_)(int);
};

}  // namespace hearken::cli

// The handlers, and those before them.
#include "cli/interrupt.h"

#include <csignal>

namespace hearken::cli {
namespace {

std::atomic<bool> g_interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free);

extern "C" void on_interrupt(int signal_number) {
  g_interrupted = true;
  std::signal(signal_number, SIG_DFL);
}

}  // namespace

Interrupt::Interrupt() : on_int_(std::signal(SIGINT, on_interrupt)), on_term_(std::signal(SIGTERM, on_interrupt)) {}

Interrupt::~Interrupt() {
  std::signal(SIGINT, on_int_);
  std::signal(SIGTERM, on_term_);
}

const std::atomic<bool>* Interrupt::flag() const noexcept { return &g_interrupted; }

}  // namespace hearken::cli

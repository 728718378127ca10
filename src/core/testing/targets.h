// What tests of vector kernels share.
#pragma once

#include <gtest/gtest.h>

#include "core/cpu/every_target.h"

namespace hearken {

/// Calls body() on every target; a fatal failure ends it.
template <class Body>
void on_every_target(Body body) {
  for (const std::int64_t target : every_target()) {
    SCOPED_TRACE(hwy::TargetName(target));
    const OnTarget on(target);
    body();
    if (testing::Test::HasFatalFailure()) return;
  }
}

}  // namespace hearken

// The learning rate, step by step.
#pragma once

namespace hearken::train {

/// For `step` from 0 to steps - 1: up in equal parts to `peak` over the first `warmup` steps, then down along half a
/// cosine, which would be 0 at `steps` (laion_clap, training/scheduler.py; Loshchilov & Hutter 2017 without restarts).
double learning_rate(double peak, int step, int warmup, int steps);

}  // namespace hearken::train

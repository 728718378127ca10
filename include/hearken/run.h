// How a call is carried out: what may change its speed, and nothing of its result.
#pragma once

namespace hearken {

/// The options of each call begin with it, and go on with what does change the result.
struct RunOptions {
  int threads = 0;  // that share the work; 0: all cores
};

}  // namespace hearken

// hearken embed --stream: standard input to standard output.
#pragma once

#include "hearken/model.h"
#include "hearken/stream.h"

namespace hearken::cli {

/// Runs until the input ends, SIGTERM or SIGINT comes (what was begun is finished; a second signal ends at once), or
/// nobody reads. Returns the exit status.
int run_stream(const Model& model, StreamOptions options, bool quiet);

}  // namespace hearken::cli

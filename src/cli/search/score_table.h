// score()'s result for a person at a terminal.
#pragma once

#include "hearken/score.h"

namespace hearken::cli {

/// On standard output. Of one text on several songs: the songs, best first. Else a table a song, texts best first, and
/// below several of them each text's best song. On a terminal lines are cut to its width.
void print_scores(const ScoreResult& result);

}  // namespace hearken::cli

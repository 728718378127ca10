// The progress of an indexing run on standard error: a bar on a terminal, a line now and then elsewhere.
#pragma once

#include <string>

#include "hearken/index.h"

namespace hearken::cli {

class Progress {
 public:
  explicit Progress(bool quiet);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void show(const IndexProgress& progress);
  /// Takes the bar away, so that other lines can follow.
  void clear();

 private:
  bool quiet_, terminal_, drawn_ = false;
  double last_line_seconds_ = 0;
};

}  // namespace hearken::cli

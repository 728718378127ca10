// Progress on standard error: a line that is drawn again and again on a terminal, a line now and then elsewhere.
#pragma once

#include <string>

#include "hearken/index.h"

namespace hearken::cli {

class StatusLine {
 public:
  explicit StatusLine(bool quiet);
  ~StatusLine();
  StatusLine(const StatusLine&) = delete;
  StatusLine& operator=(const StatusLine&) = delete;

  bool terminal() const { return terminal_; }
  /// Whether a line would be seen `seconds` after the work began: never when quiet, every 10 s when not on a terminal.
  bool due(double seconds);
  void draw(const std::string& line);
  /// Takes the line away, so that others can follow.
  void clear();

 private:
  bool quiet_, terminal_, drawn_ = false;
  double last_line_seconds_ = 0;
};

/// "[####................] ", so far as `done` of `total` goes.
std::string bar(double done, double total);

/// The progress of an indexing run.
class Progress {
 public:
  explicit Progress(bool quiet) : line_(quiet) {}

  void show(const IndexProgress& progress);
  void clear() { line_.clear(); }

 private:
  StatusLine line_;
};

}  // namespace hearken::cli

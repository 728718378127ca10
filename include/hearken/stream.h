// Bulk embedding as a filter: rows of JSON in, rows with vectors out, one process among as many as a scheduler starts.
//
// In:  a JSON object a line (UTF-8) with one of
//        "path"  a sound file
//        "url"   file:///… (percent-encoded), or http://… and https://…
//        "text"
//      and any other members, "id" as a rule.
// Out: the same objects, byte for byte, each with one member more:
//        "embedding"  {"model", "fingerprint", "precision", "dimension", "window", "hop",
//                      of sounds: "path" (absolute, of files), "title", "artist", "album", "genre", "duration", "size",
//                      "mtime_ns" (of files), "content_hash", "starts" (of windows, seconds), perhaps "warning";
//                      "vectors": float32, little-endian, [windows, dimension], in base64}
//        "error"      {"code", "message"}
//      A line that is no such object becomes {"line": N, "error": …}. What an input had under these two names goes, so
//      that rows of errors are inputs again. docs/STREAM.md has the encoding as records.
#pragma once

#include <atomic>
#include <cstdint>

#include "hearken/model.h"
#include "hearken/run.h"

namespace hearken {

struct StreamOptions : RunOptions {
  Windowing windowing;
  bool in_order = true;  // else each row as soon as it is there
  bool records = false;  // the output is binary

  const std::atomic<bool>* cancel = nullptr;    // when it turns true, no further row is begun; those begun are written
  std::int64_t most_fetched_bytes = 1LL << 31;  // of a file that comes by http
  long fetch_seconds = 600;                     // for each of its requests
};

struct StreamReport {
  std::int64_t rows = 0;  // written
  std::int64_t errors = 0;
  std::int64_t windows = 0;
  bool cancelled = false;  // before the end of the input
};

/// Reads descriptor `in` to its end and writes to descriptor `out`, each row in one piece as soon as it may; neither is
/// closed. Vectors are those of embed_file() and index(), bit for bit, whatever the threads. What goes wrong with a row
/// is data in it. Memory: as run by index(), and some 64 MiB of rows that wait for one before them, however long the
/// input.
/// http follows redirects, but not into a private network nor from https to http; nothing is tried twice.
/// Throws Error: invalid_argument (windows that the model does not take), io (`out` cannot be written: nobody reads it,
/// the disk is full; `in` cannot be read). The caller sees to it that SIGPIPE is ignored.
StreamReport embed_rows(const Model& model, int in, int out, const StreamOptions& options = {});

}  // namespace hearken

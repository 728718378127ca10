// How fast a model runs on this machine, and a search; and how near that is to what cannot be done without.
#pragma once

#include <cstdint>
#include <string_view>

#include "hearken/model.h"

namespace hearken {

/// Milliseconds: the median and the least of the rounds of one run.
struct Times {
  double median = 0;
  double least = 0;
};

struct ModelBench {
  Precision precision = Precision::fp32;
  int threads = 0;
  int windows = 0;               // embedded at once, the threads sharing them
  Times window_ms;               // the audio tower's, for one of them
  double mel_ms = 0;             // the front end's, for one window on one thread; the median
  Times text_ms;                 // a short text to its vector, tokenizer included
  double load_ms = 0;            // until the audio tower could run
  double text_load_ms = 0;       // until the text tower could
  double peak_rss_mb = 0;        // of the process, before the products were made
  Times products_ms;             // oneDNN's products of the tower's shapes and nothing else, for one window
  double ratio_to_products = 0;  // window_ms / products_ms, of the medians
};

/// Windows of 10 s of seeded noise, timed in rounds of all that is compared, one after the other. threads 0: all cores.
/// Throws Error as Model::load does; invalid_argument for windows below 1.
ModelBench bench_model(std::string_view name, Precision precision, int windows, int threads);

struct SearchBench {
  std::int64_t windows = 0;  // searched: made up, of 512 dimensions, in memory
  int queries = 0;           // of one request
  int threads = 0;
  Times query_ms;               // the whole request's, 10 nearest windows for each query
  double bytes_per_second = 0;  // at which the scan's codes can be read, by as many threads
  Times read_once_ms;           // what that takes
  Times product_ms;         // oneDNN's int8 product [queries, 512] · [512, windows] and nothing else; 0 for one query
  double recall_at_10 = 0;  // beside brute force in float64, for some of the queries
};

/// Rounds of all that is compared, one after the other. threads 0: all cores. Takes 2.5 KiB of memory for a window.
/// Throws Error(invalid_argument) for windows or queries below 1.
SearchBench bench_search(std::int64_t windows, int queries, int threads);

}  // namespace hearken

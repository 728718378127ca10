// How fast a model runs on this machine, and how near that is to what its matrix products alone take.
#pragma once

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

}  // namespace hearken

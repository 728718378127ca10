// What the routes of one running server share.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "hearken/library.h"
#include "hearken/model.h"
#include "server/catalog.h"
#include "server/groups.h"
#include "server/http.h"
#include "server/jobs.h"
#include "server/labellings.h"
#include "server/metrics.h"
#include "server/options.h"
#include "server/plane.h"
#include "server/texts.h"
#include "server/uploads.h"

namespace hearken::server {

/// Shared by all threads; each part says which threads may call it.
struct App {
  ServeOptions options;
  Limits limits;
  Model model;
  Catalog catalog;
  TextVectors texts;
  Labellings labellings;
  Uploads uploads;
  Jobs jobs;
  Metrics metrics;
  Planes planes;
  Groups groups;
  std::atomic<bool> draining{false};
  std::atomic<std::int64_t> connections{0};
  std::atomic<std::uint64_t> shared{0};   // requests that got the answer of an identical one
  std::atomic<std::uint64_t> refused{0};  // because a queue was full

  App(ServeOptions given, Model loaded);
};

/// A thread that answers requests, with a connection to the library of its own.
struct Worker {
  App& app;
  Library library;
};

/// What a route leaves to be done. The texts of many requests are embedded together, then each goes on with its own:
/// unit vectors [texts, dimension], row-major.
struct Work {
  std::vector<std::string> texts;
  std::function<Response(std::span<const float> vectors)> finish;

  /// The answer is there already.
  static Work done(Response response) {
    return {{}, [response = std::move(response)](std::span<const float>) { return response; }};
  }
};

/// Called on a worker's thread, which no other request uses until `finish` returned. Throws Error and HttpError.
using Handler = Work (*)(Worker& worker, Request& request);

}  // namespace hearken::server

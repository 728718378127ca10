// The library as all threads see it: one searcher for all, opened again when the library has changed.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>

#include "hearken/library.h"
#include "hearken/model.h"
#include "library/catalogue/sources.h"
#include "search/scan/exact_scan.h"
#include "search/space.h"

namespace hearken::server {

/// The space that is searched, as it was at some moment. Const and shared; calls of the engine wait for each other.
struct View {
  Library library;  // the engine's own connection
  search::Space space;
  search::ExactScan engine;
  std::string state;
  std::int64_t tracks = 0;  // that can be found
  int threads = 1;          // that share one search: few vectors are searched faster by one

  View(Library opened, search::Space searched, std::string at, int all_threads);
};

class Catalog {
 public:
  Catalog(std::filesystem::path file, const Model& model, int threads);

  /// A connection for a thread to read with.
  Library connect() const;
  /// One to write with, for a moment.
  Library writing() const;

  /// The newest view; `mine` is the calling thread's connection. Throws what find() throws for its library. While one
  /// thread opens a new view the others go on with the old one.
  std::shared_ptr<const View> view(const Library& mine);

  const std::filesystem::path& file() const noexcept { return file_; }

 private:
  std::shared_ptr<const View> current() const;

  const std::filesystem::path file_;
  const Model& model_;
  const int threads_;
  mutable std::mutex mutex_;  // guards view_
  std::shared_ptr<const View> view_;
  std::mutex opening_;
  std::atomic<double> opened_at_{0};  // seconds of monotonic_seconds()
};

/// Throws HttpError 404.
library::Source source_of(const Library& library, std::int64_t id);

}  // namespace hearken::server

// For tests: a folder of sounds, a library, and runs of one over the other with the toy model.
#pragma once

#include <atomic>
#include <chrono>
#include <string>
#include <vector>

#include "hearken/index.h"
#include "library/indexing/index_run.h"
#include "library/test_support.h"

namespace hearken::library {

namespace fs = std::filesystem;

using Set = std::set<std::string>;

class IndexTest : public ::testing::Test {
 protected:
  IndexTest() { fs::create_directories(music); }

  IndexReport index(std::vector<fs::path> paths, IndexOptions options = {}, const ModelEntry& entry = toy_entry()) {
    Library library = Library::open(file, OpenMode::create);
    WindowModel model = toy_model();
    const auto embed = model.embed;
    model.embed = [&, embed](std::span<const float> features, std::span<float> out) {
      windows_embedded += static_cast<int>(out.size() / kToyDimension);
      embed(features, out);
    };
    windows_embedded = 0;
    return run_index(impl_of(library), entry, model, paths, options);
  }
  IndexReport index() { return index({music}); }
  IndexReport prune() {
    IndexOptions options;
    options.prune = true;
    return index({music}, options);
  }

  std::set<std::string> tracks() { return visible(Library::open(file, OpenMode::read)); }
  LibraryInfo info() { return Library::open(file, OpenMode::read).info(); }
  std::int64_t integer(const std::string& sql) {
    return impl_of(Library::open(file, OpenMode::read)).db().integer(sql.c_str());
  }
  std::string text(const std::string& sql) {
    return impl_of(Library::open(file, OpenMode::read)).db().text(sql.c_str());
  }
  std::string all_vectors() {
    return text(
        "SELECT group_concat(h, '|') FROM (SELECT hex(t.path) || hex(w.starts) || hex(w.vectors) || hex(e.mean) || "
        "e.mean_length || t.duration_seconds AS h FROM tracks t JOIN embeddings e ON e.track_id = t.id "
        "JOIN windows w ON w.embedding_id = e.id ORDER BY t.path)");
  }
  void execute(const char* sql) { impl_of(Library::open(file, OpenMode::create)).db().execute(sql); }

  static void touch(const fs::path& path) {
    fs::last_write_time(path, fs::last_write_time(path) + std::chrono::seconds(7));
  }

  TempFolder dir;
  fs::path music = dir / "music", file = dir / "l.db";
  std::atomic<int> windows_embedded{0};
};

}  // namespace hearken::library

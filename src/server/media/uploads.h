// Sounds that clients handed over, for an hour.
#pragma once

#include <cstdint>
#include <filesystem>
#include <list>
#include <memory>
#include <mutex>
#include <string>

#include "hearken/model.h"
#include "server/http/http.h"
#include "server/http/options.h"

namespace hearken::server {

/// Const once it is kept, and shared.
struct Upload {
  std::string id;  // 128 random bits: whoever knows it handed it over
  std::string name;
  std::shared_ptr<UnnamedFile> file;
  std::int64_t expires_at = 0;  // Unix seconds
  Windowing windowing;          // of the vectors
  FileEmbedding embedding;      // of the whole sound
};

/// Any thread may call.
class Uploads {
 public:
  explicit Uploads(const Limits& limits);
  Uploads(const Uploads&) = delete;
  Uploads& operator=(const Uploads&) = delete;

  /// Gives it an id and keeps it; the oldest go when there are too many, or too large ones.
  std::shared_ptr<const Upload> keep(Upload upload);
  /// Throws HttpError 404.
  std::shared_ptr<const Upload> find(const std::string& id);
  void forget(const std::string& id);
  std::size_t count();

 private:
  void tidy();  // with the mutex held

  const Limits& limits_;
  std::mutex mutex_;
  std::list<std::shared_ptr<const Upload>> kept_;  // oldest first
};

/// The sound embedded in these windows. Throws as decode_within() does.
FileEmbedding embed_within(const Model& model, const std::filesystem::path& path, const std::string& name,
                           const Windowing& windowing, const Limits& limits, const std::atomic<bool>* gone,
                           double start_seconds = 0, double duration_seconds = 0);

}  // namespace hearken::server

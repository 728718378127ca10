// Kept uploads, and how a sound becomes one.
#include "server/media/uploads.h"

#include <algorithm>
#include <utility>

#include "core/threads/threads.h"
#include "model/embed_stream.h"
#include "server/access/secret.h"
#include "server/http/errors.h"
#include "server/media/decoding.h"

namespace hearken::server {

Uploads::Uploads(const Limits& limits) : limits_(limits) {}

std::shared_ptr<const Upload> Uploads::keep(Upload upload) {
  upload.id = random_id();
  upload.expires_at = unix_seconds() + limits_.upload_lives_seconds;
  auto kept = std::make_shared<const Upload>(std::move(upload));
  std::lock_guard lock(mutex_);
  kept_.push_back(kept);
  tidy();
  return kept;
}

void Uploads::tidy() {
  const std::int64_t now = unix_seconds();
  kept_.remove_if([&](const auto& upload) { return upload->expires_at <= now; });
  std::uint64_t bytes = 0;
  for (const auto& upload : kept_) bytes += upload->file->size();
  while (kept_.size() > 1 && (kept_.size() > limits_.uploads || bytes > limits_.all_upload_bytes)) {
    bytes -= kept_.front()->file->size();
    kept_.pop_front();
  }
}

std::shared_ptr<const Upload> Uploads::find(const std::string& id) {
  std::lock_guard lock(mutex_);
  tidy();
  const auto at = std::find_if(kept_.begin(), kept_.end(), [&](const auto& upload) { return upload->id == id; });
  if (at == kept_.end())
    throw HttpError(404, "not_found", "there is no such upload (any more): they are kept for an hour");
  return *at;
}

void Uploads::forget(const std::string& id) {
  const auto upload = find(id);
  std::lock_guard lock(mutex_);
  kept_.remove(upload);
}

std::size_t Uploads::count() {
  std::lock_guard lock(mutex_);
  tidy();
  return kept_.size();
}

FileEmbedding embed_within(const Model& model, const std::filesystem::path& path, const std::string& name,
                           const Windowing& windowing, const Limits& limits, const std::atomic<bool>* gone,
                           double start_seconds, double duration_seconds) {
  Decoding decoding;
  decoding.path = path;
  decoding.name = name;
  decoding.sample_rate_hz = model.info().sample_rate_hz;
  decoding.start_seconds = start_seconds;
  decoding.duration_seconds = duration_seconds;
  decoding.most_seconds = limits.upload_seconds;
  decoding.patience_seconds = limits.answer_seconds;
  decoding.gone = gone;
  const auto stream = decode_within(decoding);
  return model::embed_stream(model, *stream, name, windowing, EmbeddingForm::unit, 1);
}

}  // namespace hearken::server

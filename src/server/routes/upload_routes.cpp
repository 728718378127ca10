// /api/v1/uploads.
#include <fcntl.h>

#include <utility>

#include "core/text.h"
#include "server/http/errors.h"
#include "server/http/json.h"
#include "server/http/router.h"
#include "server/media/media.h"

namespace hearken::server {
namespace {

json upload_json(const Upload& upload) {
  return {{"id", upload.id},
          {"name", upload.name},
          {"bytes", upload.file->size()},
          {"duration", upload.embedding.duration_seconds},
          {"warning", upload.embedding.warning.empty() ? json() : json(upload.embedding.warning)},
          {"expires", date_time(upload.expires_at)}};
}

// Windows as the library has them; of an empty library those that it would get.
Windowing windowing_of(Worker& worker) {
  try {
    return searching(worker).index->space().windowing;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found && error.code() != ErrorCode::mismatch) throw;
    return {};
  }
}

Work create_upload(Worker& worker, Request& request) {
  const json object = query_object(request, {"name"});
  Reader reader(object);
  Upload upload;
  upload.name = reader.text("name", 200, "upload");
  reader.done();
  upload.windowing = windowing_of(worker);
  upload.file = request.sound;
  upload.embedding = embed_within(worker.app.model, upload.file->path(), upload.name, upload.windowing,
                                  worker.app.limits, request.gone.get());
  const auto kept = worker.app.uploads.keep(std::move(upload));
  return Work::done(json_response(upload_json(*kept), 201).with("Location", "/api/v1/uploads/" + kept->id));
}

Work get_upload(Worker& worker, Request& request) {
  return Work::done(json_response(upload_json(*worker.app.uploads.find(request.parameters[0]))));
}

Work forget(Worker& worker, Request& request) {
  worker.app.uploads.forget(request.parameters[0]);
  Response out;
  out.status = 204;
  return Work::done(std::move(out));
}

// Whatever was uploaded is sent as sound: never as something that a browser would run.
Work upload_audio(Worker& worker, Request& request) {
  const auto upload = worker.app.uploads.find(request.parameters[0]);
  Descriptor file(::open(upload->file->path().c_str(), O_RDONLY | O_CLOEXEC));
  return Work::done(file_response(request, std::move(file), sound_type(upload->file->path())));
}

Work upload_excerpt(Worker& worker, Request& request) {
  const auto upload = worker.app.uploads.find(request.parameters[0]);
  return Work::done(excerpt_response(request, upload->file->path(), upload->name, worker.app.limits));
}

Work upload_peaks(Worker& worker, Request& request) {
  const auto upload = worker.app.uploads.find(request.parameters[0]);
  return Work::done(peaks_response(request, upload->file->path(), upload->name, upload->embedding.duration_seconds,
                                   worker.app.limits));
}

constexpr Route kUploadRoutes[] = {
    {"POST", "/api/v1/uploads", create_upload, Lane::heavy, Body::sound},
    {"GET", "/api/v1/uploads/{upload}", get_upload},
    {"DELETE", "/api/v1/uploads/{upload}", forget},
    {"GET", "/api/v1/uploads/{upload}/audio", upload_audio},
    {"GET", "/api/v1/uploads/{upload}/excerpt", upload_excerpt, Lane::heavy},
    {"GET", "/api/v1/uploads/{upload}/peaks", upload_peaks, Lane::heavy},
};

}  // namespace

std::span<const Route> upload_routes() { return kUploadRoutes; }

}  // namespace hearken::server

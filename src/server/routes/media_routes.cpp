// /api/v1/tracks/{track}/audio, excerpt, peaks, cover.
#include <optional>
#include <utility>

#include "server/http/errors.h"
#include "server/http/router.h"
#include "server/media/media.h"
#include "server/state/track_files.h"
#include "server/state/tracks.h"

namespace hearken::server {
namespace {

Track track_of(Worker& worker, const Request& request) { return TrackCards(worker).wanted(request.id(0)); }

Work track_audio(Worker& worker, Request& request) {
  const Track track = track_of(worker, request);
  Response out = file_response(request, open_track(worker.library(), track), media_type(track.path));
  if (request.field("download") == "true") {
    out.with("Content-Disposition", "attachment; filename*=UTF-8''" + url_encoded(track.path.filename().native()));
  }
  return Work::done(std::move(out));
}

Work track_excerpt(Worker& worker, Request& request) {
  const Track track = track_of(worker, request);
  const Descriptor file = open_track(worker.library(), track);
  return Work::done(excerpt_response(request, path_of(file), track.path.filename().native(), worker.app.limits));
}

Work track_peaks(Worker& worker, Request& request) {
  const Track track = track_of(worker, request);
  const Descriptor file = open_track(worker.library(), track);
  return Work::done(peaks_response(request, path_of(file), track.path.filename().native(), track.duration_seconds,
                                   worker.app.limits));
}

Work cover(Worker& worker, Request& request) {
  const Track track = track_of(worker, request);
  std::optional<Picture> picture = picture_of(worker.library(), track);
  Response out;
  out.with("Cache-Control", "private, max-age=3600");
  // A page asks for the pictures of many tracks: those without one are no failure there.
  if (!picture && request.field("if_any") == "true") {
    out.status = 204;
    return Work::done(std::move(out));
  }
  if (!picture) throw HttpError(404, "not_found", "this track has no picture");
  out.type = picture->type;
  out.body = std::move(picture->bytes);
  return Work::done(std::move(out));
}

constexpr Route kMediaRoutes[] = {
    needing(Part::sound, {"GET", "/api/v1/tracks/{track}/audio", track_audio}),
    needing(Part::sound, {"GET", "/api/v1/tracks/{track}/excerpt", track_excerpt, Lane::heavy}),
    needing(Part::sound, {"GET", "/api/v1/tracks/{track}/peaks", track_peaks, Lane::heavy}),
    needing(Part::sound, {"GET", "/api/v1/tracks/{track}/cover", cover, Lane::heavy}),
};

}  // namespace

std::span<const Route> media_routes() { return kMediaRoutes; }

}  // namespace hearken::server

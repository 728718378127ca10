// /health, /ready, /metrics, /openapi.json, the session's cookie, and the page.
#include <fmt/format.h>

#include <string>
#include <utility>

#include "hearken/version.h"
#include "server/http/auth.h"
#include "server/http/embedded.h"
#include "server/http/errors.h"
#include "server/http/json.h"
#include "server/http/router.h"

namespace hearken::server {
namespace {

Work health(Worker&, Request&) { return Work::done(json_response({{"status", "ok"}})); }

Work ready(Worker& worker, Request&) {
  if (worker.app.draining) throw Error(ErrorCode::busy, "the server is about to end");
  return Work::done(json_response({{"status", "ready"}}));
}

Work metrics(Worker& worker, Request&) {
  App& app = worker.app;
  Response out;
  out.type = "text/plain; version=0.0.4; charset=utf-8";
  out.body = app.metrics.text();
  const auto one = [&](const char* name, const char* kind, const char* help, double value) {
    out.body += metric_head(name, kind, help) + fmt::format("{} {}\n", name, value);
  };
  one("hearken_connections", "gauge", "Open connections.", static_cast<double>(app.connections.load()));
  one("hearken_texts_embedded_total", "counter", "Texts that the model embedded.",
      static_cast<double>(app.texts.embedded()));
  one("hearken_text_batches_total", "counter", "Calls of the model for those texts.",
      static_cast<double>(app.texts.calls()));
  one("hearken_texts_remembered_total", "counter", "Texts whose vectors were at hand.",
      static_cast<double>(app.texts.remembered()));
  one("hearken_requests_shared_total", "counter", "Requests answered together with an identical one.",
      static_cast<double>(app.shared.load()));
  one("hearken_requests_refused_total", "counter", "Requests refused because a queue was full.",
      static_cast<double>(app.refused.load()));
  one("hearken_uploads", "gauge", "Uploads that are kept.", static_cast<double>(app.uploads.count()));
  if (app.index == nullptr) {  // an engine has metrics of its own
    const LibraryInfo library = worker.library().info();
    one("hearken_library_tracks", "gauge", "Tracks that can be found.", static_cast<double>(library.tracks));
    one("hearken_library_windows", "gauge", "Windows with vectors.", static_cast<double>(library.windows));
  }
  out.body += metric_head("hearken_build_info", "gauge", "The version that runs.") +
              fmt::format("hearken_build_info{{version=\"{}\"}} 1\n", version());
  return Work::done(std::move(out));
}

Work openapi(Worker&, Request&) {
  Response out;
  out.body = openapi_json();
  return Work::done(std::move(out));
}

Response with_cookie(const std::string& value, int max_age) {
  Response out;
  out.status = 204;
  out.with("Set-Cookie",
           fmt::format("{}={}; Path=/; HttpOnly; SameSite=Strict; Max-Age={}", kSessionCookie, value, max_age));
  return out;
}

Work log_in(Worker& worker, Request& request) {
  const json body = parsed(request.body);
  Reader reader(body);
  const std::string token = reader.text("token", 1000);
  reader.done();
  constexpr int kMonth = 30 * 24 * 3600;
  const std::string& ours = worker.app.options.token;
  if (ours.empty() || same_secret(token, ours)) return Work::done(with_cookie(session_of(ours), kMonth));
  throw HttpError(403, "permission_denied", "this is not the token");
}

Work log_out(Worker&, Request&) { return Work::done(with_cookie("", 0)); }

constexpr Route kServerRoutes[] = {
    {"GET", "/health", health, Lane::instant, Body::none, Access::open},
    {"GET", "/ready", ready, Lane::instant, Body::none, Access::open},
    {"GET", "/metrics", metrics},
    {"GET", "/openapi.json", openapi, Lane::instant, Body::none, Access::open},
    {"POST", "/api/v1/session", log_in, Lane::light, Body::small_json, Access::open},
    {"DELETE", "/api/v1/session", log_out, Lane::light, Body::none, Access::open},
};

}  // namespace

std::span<const Route> server_routes() { return kServerRoutes; }

}  // namespace hearken::server

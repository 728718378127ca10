// /health, /ready, /metrics, /openapi.json, the session's cookie, and the page.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "core/carried.h"
#include "core/text.h"
#include "hearken/version.h"
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
  if (app.can(Part::library)) {  // an index elsewhere has metrics of its own
    const LibraryInfo library = holdings(worker).info;
    one("hearken_library_tracks", "gauge", "Tracks that can be found.", static_cast<double>(library.tracks));
    one("hearken_library_windows", "gauge", "Windows with vectors.", static_cast<double>(library.windows));
  }
  out.body += metric_head("hearken_build_info", "gauge", "The version that runs.") +
              fmt::format("hearken_build_info{{version=\"{}\"}} 1\n", version());
  return Work::done(std::move(out));
}

Work openapi(Worker&, Request&) {
  Response out;
  out.body = std::string(carried_file("src/server/openapi.json"));
  return Work::done(std::move(out));
}

Response with_cookie(const App& app, const std::string& value, std::int64_t max_age) {
  Response out;
  out.status = 204;
  if (value.empty() && max_age > 0) return out;  // where no token is asked for, none is needed
  out.with("Set-Cookie", fmt::format("{}={}; Path=/; HttpOnly; SameSite=Strict; Max-Age={}{}", kSessionCookie, value,
                                     max_age, app.options.tls() ? "; Secure" : ""));
  return out;
}

Work log_in(Worker& worker, Request& request) {
  const json body = parsed(request.body);
  Reader reader(body);
  const std::string token = reader.text("token", 1000);
  reader.done();
  return Work::done(with_cookie(worker.app, worker.app.gate.log_in(request, token), Sessions::kIdleSeconds));
}

Work log_out(Worker& worker, Request& request) {
  worker.app.gate.log_out(request);
  return Work::done(with_cookie(worker.app, "", 0));
}

// Those that the caller may see, and end: all with admin, else those of the same token.
std::vector<BrowserSession> visible_sessions(Worker& worker, const Caller& caller) {
  std::vector<BrowserSession> out = worker.app.gate.sessions().all();
  if (caller.right < Right::admin)
    std::erase_if(out, [&](const BrowserSession& one) { return one.token != caller.name; });
  return out;
}

Work list_sessions(Worker& worker, Request& request) {
  json list = json::array();
  for (const BrowserSession& one : visible_sessions(worker, request.caller)) {
    list.push_back({{"id", one.id},
                    {"token", one.token.empty() ? json() : json(one.token)},
                    {"address", one.address},
                    {"browser", one.browser},
                    {"began", date_time(one.began_at)},
                    {"seen", date_time(one.seen_at)},
                    {"current", one.id == request.caller.session}});
  }
  return Work::done(json_response({{"sessions", std::move(list)}}));
}

Work end_session(Worker& worker, Request& request) {
  const std::int64_t id = request.id(0);
  const std::vector<BrowserSession> all = visible_sessions(worker, request.caller);
  if (std::ranges::find(all, id, &BrowserSession::id) == all.end() || !worker.app.gate.sessions().end(id))
    throw HttpError(404, "not_found", fmt::format("there is no session {}", id));
  Response out;
  out.status = 204;
  return Work::done(std::move(out));
}

constexpr Route kServerRoutes[] = {
    {"GET", "/health", health, Lane::instant, Body::none, Right::none},
    {"GET", "/ready", ready, Lane::instant, Body::none, Right::none},
    {"GET", "/metrics", metrics},
    {"GET", "/openapi.json", openapi, Lane::instant, Body::none, Right::none},
    {"POST", "/api/v1/session", log_in, Lane::light, Body::small_json, Right::none},
    {"DELETE", "/api/v1/session", log_out, Lane::light, Body::none, Right::none},
    {"GET", "/api/v1/sessions", list_sessions},
    {"DELETE", "/api/v1/sessions/{session}", end_session},
};

}  // namespace

std::span<const Route> server_routes() { return kServerRoutes; }

}  // namespace hearken::server

// Targets, forms and media types.
#include "server/http/incoming.h"

#include <string>
#include <utility>

#include "core/text.h"
#include "server/http/errors.h"

namespace hearken::server {
namespace {

// A media type's first part: "application/json; charset=utf-8" is application/json.
std::string media_of(const Request& request) {
  const std::string_view type = request.header("content-type");
  std::string out = lower_ascii(type.substr(0, type.find(';')));
  while (out.ends_with(' ')) out.pop_back();
  return out;
}

}  // namespace

void take_target(Request& request, std::string_view target) {
  if (!target.starts_with('/')) throw HttpError(400, "invalid_argument", "the path does not begin with a slash");
  target = target.substr(0, target.find('#'));
  const std::size_t mark = target.find('?');
  auto path = url_decoded(target.substr(0, mark), false);
  if (!path || path->find('\0') != std::string::npos)
    throw HttpError(400, "invalid_argument", "the path is ill-formed");
  request.path = std::move(*path);
  if (mark == std::string_view::npos) return;
  auto query = parse_form(target.substr(mark + 1));
  if (!query) throw HttpError(400, "invalid_argument", "the query is ill-formed");
  request.query = std::move(*query);
}

void take_form(Request& request) {
  if (request.body.empty()) return;
  auto fields = parse_form(request.body);
  if (!fields) throw HttpError(400, "invalid_argument", "the form is ill-formed");
  request.query.insert(request.query.end(), fields->begin(), fields->end());
}

BodyPlan plan_of(const Route& route, const Request& request, const Limits& limits) {
  const std::string type = media_of(request);
  const bool is_json = type == "application/json";
  const bool is_sound = type.starts_with("audio/") || type.starts_with("video/") ||
                        type == "application/octet-stream" || type == "application/ogg";
  switch (route.body) {
    case Body::none: return {0, false};
    case Body::form: return {limits.json_bytes, false};
    case Body::small_json:
    case Body::large_json:
      if (!is_json) throw HttpError(415, "unsupported", "a body of application/json was expected");
      return {route.body == Body::small_json ? limits.json_bytes : limits.large_json_bytes, false};
    case Body::sound_or_json:
      if (is_json) return {limits.json_bytes, false};
      [[fallthrough]];
    case Body::sound:
      if (!is_sound) throw HttpError(415, "unsupported", "a sound as the body was expected, of audio/*");
      return {limits.upload_bytes, true};
  }
  return {0, false};
}

}  // namespace hearken::server

// From a method and a path to the function that answers.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/app.h"

namespace hearken::server {

enum class Body {
  none,
  small_json,
  large_json,
  sound,          // a file
  sound_or_json,  // by its media type
  form,           // application/x-www-form-urlencoded, read as the query
};

struct Route {
  const char* method;
  const char* path;  // /api/v1/tracks/{track}/audio: a parameter is a whole segment
  Handler handler;
  Lane lane = Lane::light;
  Body body = Body::none;
  Right right = Right::read;  // that the caller needs; what writes says more, and Worker::writing() insists on it
  std::optional<Part> needs = std::nullopt;  // of what a server can do: nothing but an index
};

constexpr Route needing(Part part, Route route) {
  route.needs = part;
  return route;
}

/// Does what the route's handler does where the server can. Throws as the handler, and as App::need().
inline Work begun(const Route& route, Worker& worker, Request& request) {
  if (route.needs) worker.app.need(*route.needs);
  return route.handler(worker, request);
}

/// The routes of each group, one group a file.
std::span<const Route> search_routes();
std::span<const Route> vector_routes();
std::span<const Route> score_routes();
std::span<const Route> match_routes();
std::span<const Route> understand_routes();
std::span<const Route> upload_routes();
std::span<const Route> track_routes();
std::span<const Route> media_routes();
std::span<const Route> playlist_routes();
std::span<const Route> list_routes();
std::span<const Route> rating_routes();
std::span<const Route> tag_routes();
std::span<const Route> library_routes();
std::span<const Route> job_routes();
std::span<const Route> folder_routes();
std::span<const Route> server_routes();
std::span<const Route> openai_routes();
std::span<const Route> subsonic_routes();
std::span<const Route> mcp_routes();

/// All of them, in the order in which they are looked through.
std::vector<const Route*> all_routes();

struct Matched {
  const Route* route = nullptr;         // null: none of this path and method
  std::vector<std::string> parameters;  // those named {track}, {playlist}, {job} are numbers of at least 1
  std::string allowed;                  // when only the method is wrong: those that are right
};

/// `path` is decoded. Any thread.
Matched match_route(std::string_view method, std::string_view path);

}  // namespace hearken::server

// The table of all routes, walked.
#include "server/http/router.h"

#include <charconv>
#include <cstdint>
#include <set>
#include <system_error>

namespace hearken::server {
namespace {

std::vector<std::string_view> segments(std::string_view path) {
  std::vector<std::string_view> out;
  if (path.starts_with('/')) path.remove_prefix(1);
  for (;;) {
    const std::size_t slash = path.find('/');
    out.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return out;
    path.remove_prefix(slash + 1);
  }
}

bool is_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && value >= 1 && text.front() != '0';
}

struct Entry {
  const Route* route;
  std::vector<std::string_view> segments;

  std::optional<std::vector<std::string>> match(std::span<const std::string_view> path) const {
    if (path.size() != segments.size()) return std::nullopt;
    std::vector<std::string> parameters;
    for (std::size_t i = 0; i < path.size(); ++i) {
      if (segments[i].starts_with('{')) {
        const bool text = segments[i] == "{upload}" || segments[i] == "{file}";
        if (path[i].empty() || (!text && !is_number(path[i]))) return std::nullopt;
        parameters.emplace_back(path[i]);
      } else if (segments[i] != path[i]) {
        return std::nullopt;
      }
    }
    return parameters;
  }
};

const std::vector<Entry>& entries() {
  static const std::vector<Entry> all = [] {
    std::vector<Entry> out;
    for (const Route* route : all_routes()) out.push_back({route, segments(route->path)});
    return out;
  }();
  return all;
}

}  // namespace

std::vector<const Route*> all_routes() {
  std::vector<const Route*> out;
  for (const auto group :
       {search_routes, vector_routes, score_routes, match_routes, understand_routes, upload_routes, track_routes,
        media_routes, playlist_routes, list_routes, rating_routes, tag_routes, library_routes, job_routes,
        folder_routes, server_routes, openai_routes, subsonic_routes, mcp_routes})
    for (const Route& route : group()) out.push_back(&route);
  return out;
}

Matched match_route(std::string_view method, std::string_view path) {
  const std::vector<std::string_view> parts = segments(path);
  std::set<std::string> methods;
  for (const Entry& entry : entries()) {
    auto parameters = entry.match(parts);
    if (!parameters) continue;
    if (entry.route->method == method) return {entry.route, std::move(*parameters), {}};
    methods.insert(entry.route->method);
  }
  Matched none;
  if (methods.contains("GET")) methods.insert("HEAD");
  for (const std::string& allowed : methods) none.allowed += (none.allowed.empty() ? "" : ", ") + allowed;
  return none;
}

}  // namespace hearken::server

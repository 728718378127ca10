// What a cluster says of itself.
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "core/paths.h"
#include "remote/connection.h"

namespace hearken {
namespace {

using nlohmann::json;

json answer(const Remote& remote, std::string_view path) {
  const remote::weaviate::RestReply reply = impl_of(remote).client->rest("GET", path);
  json parsed = json::parse(reply.body, nullptr, false);
  if (reply.status == 200 && parsed.is_object()) return parsed;
  throw Error(ErrorCode::mismatch, display(remote.url()) + ": " + std::string(path) + " is answered with status " +
                                       std::to_string(reply.status) + ": no Weaviate, or none that may be asked");
}

std::string text(const json& object, const char* name) {
  return object.contains(name) && object[name].is_string() ? object[name].get<std::string>() : std::string();
}

}  // namespace

RemoteStatus status(const Remote& remote) {
  RemoteStatus out;
  out.version = text(answer(remote, "/v1/meta"), "version");
  const json nodes = answer(remote, "/v1/nodes");
  if (nodes.contains("nodes") && nodes["nodes"].is_array())
    for (const json& node : nodes["nodes"])
      out.nodes.push_back({text(node, "name"), text(node, "status"), text(node, "version")});
  const remote::weaviate::Client& client = *impl_of(remote).client;
  for (const remote::weaviate::Collections& one : impl_of(remote).held(true)) {
    RemoteSpace space;
    space.origin = remote::origin_of(one.space);
    space.tracks = client.count(one.tracks);
    space.windows = client.count(one.windows);
    space.replicas = one.replicas;
    out.spaces.push_back(std::move(space));
  }
  return out;
}

}  // namespace hearken

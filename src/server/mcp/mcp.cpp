// Messages to tools and back; one a line, or as the body of POST /mcp.
#include "server/mcp/mcp.h"

#include <algorithm>
#include <array>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "hearken/version.h"
#include "server/http/errors.h"
#include "server/http/json.h"
#include "server/http/router.h"
#include "server/mcp/tools.h"

namespace hearken::server {
namespace {

// https://www.jsonrpc.org/specification#error_object
enum RpcError : int { kParse = -32700, kInvalidRequest = -32600, kNoMethod = -32601, kInvalidParameters = -32602 };

// Latest first. What differs between them does not concern a server that has only tools.
constexpr std::array<std::string_view, 4> kVersions = {"2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"};

constexpr const char* kInstructions =
    "Hearken searches a library of sounds and music by how they sound. Begin with find_sound (words) or similar (a "
    "track). Times are seconds. Likelihoods are chances: believe an answer of \"none\". Describe sounds in plain "
    "English, one at a time.";

Response rpc_result(const json& id, json result) {
  return json_response({{"jsonrpc", "2.0"}, {"id", id}, {"result", std::move(result)}});
}

Response rpc_error(const json& id, int code, const std::string& message, int status = 200) {
  return json_response({{"jsonrpc", "2.0"}, {"id", id}, {"error", {{"code", code}, {"message", message}}}}, status);
}

// What a tool could not do is for the model to read, and to try otherwise.
json failed(const std::exception_ptr& failure) {
  const Problem problem = problem_of(failure);
  return {{"content", {{{"type", "text"}, {"text", problem.code + ": " + problem.detail}}}}, {"isError", true}};
}

json initialized(const json& parameters) {
  const auto wanted = parameters.find("protocolVersion");
  std::string_view version = kVersions.front();
  if (wanted != parameters.end() && wanted->is_string())
    if (const auto at = std::ranges::find(kVersions, wanted->get_ref<const std::string&>()); at != kVersions.end())
      version = *at;
  return {{"protocolVersion", version},
          {"capabilities", {{"tools", {{"listChanged", false}}}}},
          {"serverInfo", {{"name", "hearken"}, {"title", "Hearken"}, {"version", hearken::version()}}},
          {"instructions", kInstructions}};
}

json listed(const App& app, const Caller& caller) {
  json tools = json::array();
  for (const Tool* tool : tools_for(app, caller))
    tools.push_back(
        {{"name", tool->name},
         {"title", tool->title},
         {"description", tool->description},
         {"inputSchema", tool->schema(app)},
         {"annotations", {{"readOnlyHint", !tool->writes}, {"destructiveHint", false}, {"openWorldHint", false}}}});
  return {{"tools", std::move(tools)}};
}

Work called(Worker& worker, const Request& request, const json& id, const json& parameters) {
  const auto name = parameters.find("name");
  if (name == parameters.end() || !name->is_string())
    return Work::done(rpc_error(id, kInvalidParameters, "name: the name of a tool was expected"));
  const auto tools = tools_for(worker.app, request.caller);
  const auto tool = std::ranges::find(tools, name->get_ref<const std::string&>(), &Tool::name);
  if (tool == tools.end())
    return Work::done(rpc_error(id, kInvalidParameters, "there is no tool \"" + name->get<std::string>() + "\""));
  const auto arguments = std::make_shared<const json>(parameters.value("arguments", json::object()));
  try {
    ToolWork work = (*tool)->begin(worker, request, *arguments);
    return {std::move(work.texts),
            [id, finish = std::move(work.finish)](std::span<const float> vectors) -> std::optional<Response> {
              try {
                std::optional<json> result = finish(vectors);
                if (!result) return std::nullopt;
                return rpc_result(id, *std::move(result));
              } catch (const Elsewhere&) {
                throw;
              } catch (...) {
                return rpc_result(id, failed(std::current_exception()));
              }
            }};
  } catch (const Elsewhere&) {
    throw;
  } catch (...) {
    return Work::done(rpc_result(id, failed(std::current_exception())));
  }
}

Work mcp_route(Worker& worker, Request& request) { return mcp_work(worker, request); }

constexpr Route kMcpRoutes[] = {{"POST", "/mcp", mcp_route, Lane::heavy, Body::small_json}};

}  // namespace

std::span<const Route> mcp_routes() { return kMcpRoutes; }

Work mcp_work(Worker& worker, const Request& request) {
  json message;
  try {
    message = parsed(request.body);
  } catch (const Error& error) {
    return Work::done(rpc_error(nullptr, kParse, error.what(), 400));
  }
  if (!message.is_object() || message.value("jsonrpc", json()) != "2.0")
    return Work::done(rpc_error(nullptr, kInvalidRequest, "one JSON-RPC 2.0 message was expected", 400));
  if (const std::string_view version = request.header("mcp-protocol-version");
      !version.empty() && std::ranges::find(kVersions, version) == kVersions.end())
    return Work::done(rpc_error(nullptr, kInvalidRequest, "this version of the protocol is not known here", 400));
  const json id = message.value("id", json());
  const json method = message.value("method", json());
  if (id.is_null() || method.is_null()) {  // a notification, or an answer that nobody asked for
    Response nothing;
    nothing.status = 202;
    return Work::done(std::move(nothing));
  }
  const json parameters = message.value("params", json::object());
  if (!method.is_string() || !parameters.is_object() || (!id.is_string() && !id.is_number()))
    return Work::done(rpc_error(nullptr, kInvalidRequest, "method, params or id has another type than it should", 400));
  if (method == "initialize") return Work::done(rpc_result(id, initialized(parameters)));
  if (method == "ping") return Work::done(rpc_result(id, json::object()));
  if (method == "tools/list") return Work::done(rpc_result(id, listed(worker.app, request.caller)));
  if (method == "tools/call") return called(worker, request, id, parameters);
  return Work::done(rpc_error(id, kNoMethod, "there is no method " + dumped(method)));
}

void serve_mcp(App& app, std::istream& in, std::ostream& out) {
  Worker worker(app, Lane::heavy);
  for (std::string line; std::getline(in, line);) {
    Request request;
    request.caller.right = Right::admin;
    request.body = std::move(line);
    if (request.body.find_first_not_of(" \t\r") == std::string::npos) continue;
    const Work work = mcp_work(worker, request);
    const std::vector<float> vectors = app.texts.of(work.texts);
    std::optional<Response> response;
    while (!response) response = work.finish(vectors);
    if (response->body.empty()) continue;
    out << response->body << '\n' << std::flush;
    if (!out) throw Error(ErrorCode::io, "standard output: cannot be written");
  }
}

}  // namespace hearken::server

// The envelope, and JSON turned into XML.
#include "server/routes/subsonic.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/markup.h"
#include "hearken/version.h"

namespace hearken::server {
namespace {

constexpr const char* kProtocol = "1.16.1";

// XML has no control characters at all.
std::string escaped(std::string text) {
  std::ranges::replace_if(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return escaped_markup(text, true);
}

std::string value_of(const json& value) {
  return value.is_string() ? escaped(value.get_ref<const std::string&>()) : value.dump();
}

void write_xml(std::string& out, const std::string& name, const json& value) {
  if (value.is_array()) {
    for (const json& one : value) write_xml(out, name, one);
    return;
  }
  if (!value.is_object()) {
    out += fmt::format("<{0}>{1}</{0}>", name, value_of(value));
    return;
  }
  out += "<" + name;
  std::string children;
  for (const auto& [key, child] : value.items()) {
    if (child.is_structured())
      write_xml(children, key, child);
    else if (!child.is_null())
      out += fmt::format(" {}=\"{}\"", key, value_of(child));
  }
  out += children.empty() ? "/>" : ">" + children + "</" + name + ">";
}

int code_of(const Problem& problem) {
  switch (problem.status) {
    case 400: return 10;
    case 401: return 40;
    case 403: return 50;
    case 404: return 70;
    default: return 0;
  }
}

Response enveloped(const Request& request, json content, const char* status) {
  content["status"] = status;
  content["version"] = kProtocol;
  content["type"] = "hearken";
  content["serverVersion"] = version();
  content["openSubsonic"] = true;
  Response out;
  const std::string_view format = request.field("f").value_or("xml");
  if (format == "json" || format == "jsonp") {  // a callback would be code from elsewhere
    out.body = dumped({{"subsonic-response", std::move(content)}});
    return out;
  }
  out.type = "application/xml; charset=utf-8";
  content["xmlns"] = "http://subsonic.org/restapi";
  out.body = R"(<?xml version="1.0" encoding="UTF-8"?>)";
  // What is no UTF-8 is replaced on its way through JSON.
  write_xml(out.body, "subsonic-response", json::parse(dumped(content)));
  return out;
}

}  // namespace

Response subsonic_answer(const Request& request, json content) { return enveloped(request, std::move(content), "ok"); }

Response subsonic_failure(const Request& request, const Problem& problem) {
  Response out = enveloped(request, {{"error", {{"code", code_of(problem)}, {"message", problem.detail}}}}, "failed");
  if (problem.retry_after_seconds > 0) out.with("Retry-After", std::to_string(problem.retry_after_seconds));
  return out;
}

}  // namespace hearken::server

// What a program that acts for a language model may call: tools over the library, with short answers.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "server/app.h"
#include "server/http/http.h"
#include "server/http/json.h"

namespace hearken::server {

/// An answer has at most so many bytes of text, unless the caller asks for more results than the tool gives by itself.
inline constexpr std::size_t kShortAnswer = 4000;

/// As Work, with a tool's result (CallToolResult of the protocol) in place of a response.
struct ToolWork {
  std::vector<std::string> texts;
  std::function<std::optional<json>(std::span<const float> vectors)> finish;
};

struct Tool {
  const char* name;
  const char* title;
  const char* description;  // for the model
  json (*schema)(const App& app);
  /// Throws Error, HttpError and Elsewhere as routes do. `request` is whose caller asks, and outlives the work.
  ToolWork (*begin)(Worker& worker, const Request& request, const json& arguments);
  bool writes = false;  // only below --allow-root, and only for who has every right
};

/// Those that the caller may use, in a fixed order.
std::vector<const Tool*> tools_for(const App& app, const Caller& caller);

}  // namespace hearken::server

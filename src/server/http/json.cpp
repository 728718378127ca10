// The strict reader.
#include "server/http/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <memory>
#include <utility>

#include "core/paths.h"
#include "core/text.h"
#include "hearken/error.h"

namespace hearken::server {
namespace {

constexpr int kDeepest = 32;

Error bad_json(std::string message) { return Error(ErrorCode::invalid_argument, std::move(message)); }

}  // namespace

std::string dumped(const json& document) {
  return document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Response json_response(const json& document, int status) {
  Response out;
  out.status = status;
  out.body = dumped(document);
  return out;
}

json parsed(std::string_view body) { return parse_json(body, "the body", ErrorCode::invalid_argument, kDeepest); }

Reader::Reader(const json& object, const std::string& path)
    : path_(path.empty() ? "" : path + "."),
      object_(std::shared_ptr<const json>(std::shared_ptr<void>(), &object), path_, ErrorCode::invalid_argument) {
  if (!object.is_object()) throw bad_json((path.empty() ? "the body" : path) + ": an object was expected");
}

const json* Reader::value(const char* name) {
  asked_.insert(name);
  return object_.has(name) ? &object_.member(name) : nullptr;
}

std::string Reader::text(const char* name, std::size_t most_bytes) {
  if (!has(name)) refuse(name, "is missing");
  return object_.text(name, most_bytes);
}

std::string Reader::one_of(const char* name, std::initializer_list<const char*> words, const char* otherwise) {
  const std::string out = text(name, 64, otherwise);
  if (std::find(words.begin(), words.end(), out) != words.end()) return out;
  std::string list;
  for (const char* word : words) list += (list.empty() ? "" : ", ") + std::string(word);
  refuse(name, "one of " + list + " was expected");
}

std::vector<std::int64_t> Reader::ids(const char* name, std::size_t most) {
  std::vector<std::int64_t> out;
  const json* list = array(name, most);
  if (list == nullptr) return out;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const json& id = (*list)[i];
    if (!id.is_number_unsigned() || id.get<std::uint64_t>() < 1 ||
        id.get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
      refuse(fmt::format("{}[{}]", name, i), "the number of a track was expected");
    out.push_back(id.get<std::int64_t>());
  }
  return out;
}

std::vector<std::string> Reader::texts(const char* name, std::size_t most, std::size_t most_bytes) {
  std::vector<std::string> out;
  const json* list = array(name, most);
  if (list == nullptr) return out;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const json& text = (*list)[i];
    const std::string place = fmt::format("{}[{}]", name, i);
    if (!text.is_string()) refuse(place, "a text was expected");
    out.push_back(text.get<std::string>());
    if (out.back().size() > most_bytes) refuse(place, fmt::format("is longer than {} bytes", most_bytes));
    if (is_blank(out.back())) refuse(place, "is empty");
  }
  return out;
}

void Reader::done() const {
  for (const auto& [name, value] : object_.value().items())
    if (!asked_.contains(name)) refuse(name, "there is no such field");
}

json query_object(const Request& request, std::initializer_list<std::string_view> texts,
                  std::initializer_list<std::string_view> lists) {
  const auto among = [](std::string_view name, std::initializer_list<std::string_view> names) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  const auto kind = [&](std::string_view name, const std::string& text) -> json {
    if (among(name, texts)) return text;
    if (text == "true" || text == "false") return text == "true";
    std::int64_t whole = 0;
    const char* end = text.data() + text.size();
    if (const auto [at, error] = std::from_chars(text.data(), end, whole); error == std::errc() && at == end)
      return whole < 0 ? json(whole) : json(static_cast<std::uint64_t>(whole));
    double number = 0;
    if (const auto [at, error] = std::from_chars(text.data(), end, number);
        error == std::errc() && at == end && std::isfinite(number))
      return number;
    return text;
  };
  json out = json::object();
  for (const auto& [name, text] : request.query) {
    if (among(name, lists)) {
      out[name].push_back(kind(name, text));
    } else {
      if (out.contains(name)) throw bad_json(display(name) + ": stands there twice");
      out[name] = kind(name, text);
    }
  }
  return out;
}

}  // namespace hearken::server

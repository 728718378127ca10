// The strict reader.
#include "server/http/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
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

json parsed(std::string_view body) {
  try {
    const auto shallow = [](int depth, json::parse_event_t, json&) {
      if (depth > kDeepest) throw bad_json("the JSON is nested too deeply");
      return true;
    };
    return json::parse(body, shallow);
  } catch (const json::exception& error) {  // beside what is no JSON: a number that no double holds
    const std::string what = error.what();
    const std::size_t end = what.find("] ");  // of the library's own number of the error
    throw bad_json("no JSON: " + display(end == std::string::npos ? what : what.substr(end + 2)));
  }
}

Reader::Reader(const json& object, std::string path) : object_(object), path_(std::move(path)) {
  if (!object_.is_object()) throw bad_json((path_.empty() ? "the body" : path_) + ": an object was expected");
}

void Reader::refuse(const std::string& name, const std::string& reason) const {
  throw bad_json(display(at(name)) + ": " + reason);
}

const json* Reader::value(const char* name) {
  asked_.insert(name);
  const auto found = object_.find(name);
  return found == object_.end() || found->is_null() ? nullptr : &*found;
}

bool Reader::has(const char* name) { return value(name) != nullptr; }

std::string Reader::text(const char* name, std::size_t most_bytes) {
  if (!has(name)) refuse(name, "is missing");
  return text(name, most_bytes, {});
}

std::string Reader::text(const char* name, std::size_t most_bytes, std::string otherwise) {
  const json* found = value(name);
  if (found == nullptr) return otherwise;
  if (!found->is_string()) refuse(name, "text was expected");
  std::string out = found->get<std::string>();
  if (out.size() > most_bytes) refuse(name, fmt::format("is longer than {} bytes", most_bytes));
  return out;
}

double Reader::number(const char* name, double otherwise, double least, double most) {
  const json* found = value(name);
  if (found == nullptr) return otherwise;
  if (!found->is_number()) refuse(name, "a number was expected");
  const double out = found->get<double>();
  if (!(out >= least && out <= most)) refuse(name, fmt::format("{:g} to {:g} was expected", least, most));
  return out;
}

std::int64_t Reader::integer(const char* name, std::int64_t otherwise, std::int64_t least, std::int64_t most) {
  const json* found = value(name);
  if (found == nullptr) return otherwise;
  if (!found->is_number_integer()) refuse(name, "a whole number was expected");
  const bool beyond =
      found->is_number_unsigned() &&
      found->get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  const std::int64_t out = beyond ? 0 : found->get<std::int64_t>();
  if (beyond || out < least || out > most) refuse(name, fmt::format("{} to {} was expected", least, most));
  return out;
}

bool Reader::boolean(const char* name, bool otherwise) {
  const json* found = value(name);
  if (found == nullptr) return otherwise;
  if (!found->is_boolean()) refuse(name, "true or false was expected");
  return found->get<bool>();
}

std::string Reader::one_of(const char* name, std::initializer_list<const char*> words, const char* otherwise) {
  const std::string out = text(name, 64, otherwise);
  if (std::find(words.begin(), words.end(), out) != words.end()) return out;
  std::string list;
  for (const char* word : words) list += (list.empty() ? "" : ", ") + std::string(word);
  refuse(name, "one of " + list + " was expected");
}

const json* Reader::array(const char* name, std::size_t most) {
  const json* found = value(name);
  if (found == nullptr) return nullptr;
  if (!found->is_array()) refuse(name, "a list was expected");
  if (found->size() > most) refuse(name, fmt::format("has more than {} entries", most));
  return found;
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
    if (!text.is_string()) refuse(place, "text was expected");
    out.push_back(text.get<std::string>());
    if (out.back().size() > most_bytes) refuse(place, fmt::format("is longer than {} bytes", most_bytes));
    if (is_blank(out.back())) refuse(place, "is empty");
  }
  return out;
}

void Reader::done() const {
  for (const auto& [name, value] : object_.items())
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

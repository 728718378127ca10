// On nlohmann's parser.
#include "core/json_object.h"

#include <fmt/format.h>

#include "core/paths.h"

namespace hearken {

using nlohmann::json;

namespace {

constexpr std::size_t kLongestReason = 200;  // the parser quotes what it read last, which may be all

// The destructor of a JSON value with values inside takes memory, and ends the process where there is none. Empty ones
// take none.
void dismantle(json& value) noexcept {
  if (!value.is_structured()) return;
  for (json& one : value) dismantle(one);
  value.clear();
}

}  // namespace

json parse_json(std::string_view text, std::string_view place, ErrorCode code, int deepest) {
  const auto wrong = [&](std::string_view reason) { return Error(code, fmt::format("{}: {}", place, reason)); };
  try {
    return json::parse(text, [&](int depth, json::parse_event_t, json&) {
      if (depth > deepest) throw wrong("is nested too deeply");
      return true;
    });
  } catch (const json::exception& error) {
    const std::string what = error.what();
    const std::size_t end = what.find("] ");  // of the library's own number of the error
    throw wrong("is not JSON: " + display(what.substr(end == std::string::npos ? 0 : end + 2, kLongestReason)));
  }
}

JsonObject JsonObject::parse(std::string_view text, const std::string& place, ErrorCode code, int deepest) {
  const std::shared_ptr<json> value(new json(parse_json(text, place, code, deepest)), [](json* owned) {
    dismantle(*owned);
    delete owned;
  });
  if (!value->is_object()) throw Error(code, place + ": is not a JSON object");
  return {value, place + ": ", code};
}

void JsonObject::fail(std::string_view name, std::string_view reason, ErrorCode code) const {
  throw Error(code, display(at(name)) + ": " + display(reason));
}

void JsonObject::fail(std::string_view reason) const {
  throw Error(code_, display(place_.substr(0, place_.find_last_not_of(". :") + 1)) + ": " + display(reason));
}

bool JsonObject::has(std::string_view name) const {
  const auto found = value_->find(name);
  return found != value_->end() && !found->is_null();
}

const json& JsonObject::member(std::string_view name) const {
  const auto found = value_->find(name);
  if (found == value_->end()) fail(name, "is missing");
  return *found;
}

const std::string& JsonObject::text(std::string_view name) const {
  const json& found = member(name);
  if (!found.is_string()) fail(name, "a text was expected");
  return found.get_ref<const std::string&>();
}

const std::string& JsonObject::text(std::string_view name, std::size_t most_bytes) const {
  const std::string& out = text(name);
  if (out.size() > most_bytes) fail(name, fmt::format("is longer than {} bytes", most_bytes));
  return out;
}

double JsonObject::number(std::string_view name) const {
  const json& found = member(name);
  if (!found.is_number()) fail(name, "a number was expected");
  return found.get<double>();
}

double JsonObject::number(std::string_view name, double least, double most) const {
  const double out = number(name);
  if (!(out >= least && out <= most)) fail(name, fmt::format("{:g} to {:g} was expected", least, most));
  return out;
}

std::int64_t JsonObject::whole(std::string_view name, std::int64_t least, std::int64_t most) const {
  const json& found = member(name);
  if (!found.is_number_integer()) fail(name, "a whole number was expected");
  const bool beyond = found.is_number_unsigned() &&
                      found.get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  const std::int64_t out = beyond ? 0 : found.get<std::int64_t>();
  if (beyond || out < least || out > most)
    fail(name, most == std::numeric_limits<std::int64_t>::max() ? fmt::format("at least {} was expected", least)
                                                                : fmt::format("{} to {} was expected", least, most));
  return out;
}

bool JsonObject::boolean(std::string_view name) const {
  const json& found = member(name);
  if (!found.is_boolean()) fail(name, "true or false was expected");
  return found.get<bool>();
}

JsonObject JsonObject::object(std::string_view name) const {
  const json& found = member(name);
  if (!found.is_object()) fail(name, "an object was expected");
  return {std::shared_ptr<const json>(value_, &found), at(name) + ".", code_};
}

const json& JsonObject::list(std::string_view name, std::size_t most_entries) const {
  const json& found = member(name);
  if (!found.is_array()) fail(name, "a list was expected");
  if (found.size() > most_entries) fail(name, fmt::format("has more than {} entries", most_entries));
  return found;
}

std::vector<double> JsonObject::numbers(std::string_view name, double least, double most) const {
  const json& found = list(name, std::numeric_limits<std::size_t>::max());
  std::vector<double> out;
  out.reserve(found.size());
  for (const json& value : found) {
    if (!value.is_number()) fail(name, "a list of numbers was expected");
    out.push_back(value.get<double>());
    if (!(out.back() >= least && out.back() <= most))
      fail(name, fmt::format("numbers from {:g} to {:g} were expected", least, most));
  }
  return out;
}

}  // namespace hearken

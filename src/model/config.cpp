// Getting values out of configuration files.
#include "model/config.h"

#include <cmath>

#include "core/files/mapped_file.h"
#include "core/paths.h"

namespace hearken::model {
namespace {

// The destructor of a JSON value with values inside takes memory, and ends the process where there is none. Empty ones
// take none. What is nested deeper than any configuration is left to it: the stack is small.
void dismantle(nlohmann::json& value, int depth = 0) noexcept {
  if (!value.is_structured() || depth > 32) return;
  for (nlohmann::json& one : value) dismantle(one, depth + 1);
  value.clear();
}

}  // namespace

Config Config::read(const std::filesystem::path& path) {
  const MappedFile file(path);
  const auto bytes = file.bytes();
  if (bytes.size() > (1U << 20)) throw Error(ErrorCode::corrupt, display(path) + ": too large for a configuration");
  const auto* text = reinterpret_cast<const char*>(bytes.data());
  nlohmann::json value = nlohmann::json::parse(text, text + bytes.size(), nullptr, false);
  if (!value.is_object()) throw Error(ErrorCode::corrupt, display(path) + ": is not a JSON object");
  return {display(path) + ": ",
          std::shared_ptr<nlohmann::json>(new nlohmann::json(std::move(value)), [](nlohmann::json* owned) {
            dismantle(*owned);
            delete owned;
          })};
}

void Config::fail(std::string_view key, std::string_view expected) const {
  throw Error(ErrorCode::corrupt, where_ + std::string(key) + ": expected " + std::string(expected));
}

void Config::refuse(std::string_view key, std::string_view value) const {
  throw Error(ErrorCode::unsupported,
              where_ + std::string(key) + ": \"" + display(value) + "\" is not known to this version");
}

const nlohmann::json& Config::at(std::string_view key) const {
  const auto found = value_->find(key);
  if (found == value_->end()) fail(key, "a value, and there is none");
  return *found;
}

Config Config::section(std::string_view key) const {
  if (!at(key).is_object()) fail(key, "an object");
  return {where_ + std::string(key) + ".", std::shared_ptr<const nlohmann::json>(value_, &at(key))};
}

int Config::integer(std::string_view key, int lowest, int highest) const {
  const auto& v = at(key);
  if (!v.is_number_integer() || v.get<double>() < lowest || v.get<double>() > highest)
    fail(key, "an integer from " + std::to_string(lowest) + " to " + std::to_string(highest));
  return v.get<int>();
}

double Config::number(std::string_view key) const {
  const auto& v = at(key);
  if (!v.is_number() || !std::isfinite(v.get<double>())) fail(key, "a number");
  return v.get<double>();
}

std::string Config::text(std::string_view key) const {
  if (!at(key).is_string()) fail(key, "a string");
  return at(key).get<std::string>();
}

bool Config::boolean(std::string_view key) const {
  if (!at(key).is_boolean()) fail(key, "true or false");
  return at(key).get<bool>();
}

bool Config::has(std::string_view key) const {
  const auto found = value_->find(key);
  return found != value_->end() && !found->is_null();
}

void Config::expect(std::string_view key, const nlohmann::json& only) const {
  if (has(key) && at(key) != only)
    refuse(key, at(key).is_string() ? at(key).get<std::string>()
                                    : at(key).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

}  // namespace hearken::model

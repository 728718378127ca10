// A model directory's JSON files, read key by key with errors that name the file and the key.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "core/json_object.h"

namespace hearken::model {

/// One JSON object of a file; sections of it are Configs of their own. Everything throws Error(corrupt) as JsonObject.
class Config : public JsonObject {
 public:
  /// Throws Error: not_found, permission_denied, corrupt (not JSON, not an object, over 1 MiB).
  static Config read(const std::filesystem::path& path);

  Config section(std::string_view key) const { return Config(object(key)); }
  int integer(std::string_view key, int lowest, int highest) const {
    return static_cast<int>(whole(key, lowest, highest));
  }
  using JsonObject::boolean;
  using JsonObject::number;
  using JsonObject::text;

  // For keys that published files may leave out.
  int integer(std::string_view key, int lowest, int highest, int otherwise) const {
    return has(key) ? integer(key, lowest, highest) : otherwise;
  }
  double number(std::string_view key, double otherwise) const { return has(key) ? number(key) : otherwise; }
  std::string text(std::string_view key, std::string_view otherwise) const {
    return has(key) ? text(key) : std::string(otherwise);
  }
  bool boolean(std::string_view key, bool otherwise) const { return has(key) ? boolean(key) : otherwise; }
  /// Throws refuse() unless the key is left out or has that value.
  void expect(std::string_view key, const nlohmann::json& only) const;

  /// Error(unsupported) for a value that is understood but not offered.
  [[noreturn]] void refuse(std::string_view key, std::string_view value) const;

 private:
  explicit Config(JsonObject object) : JsonObject(std::move(object)) {}
};

}  // namespace hearken::model

// A model directory's JSON files, read key by key with errors that name the file and the key.
#pragma once

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace hearken::model {

/// One JSON object of a file; sections of it are Configs of their own. All getters throw Error(corrupt) naming file,
/// key and what was expected.
class Config {
 public:
  /// Throws Error: not_found, permission_denied, corrupt (not JSON, not an object, over 1 MiB).
  static Config read(const std::filesystem::path& path);

  Config section(std::string_view key) const;
  int integer(std::string_view key, int lowest, int highest) const;
  double number(std::string_view key) const;  // finite
  std::string text(std::string_view key) const;
  bool boolean(std::string_view key) const;

  /// Whether the key is there with a value other than null.
  bool has(std::string_view key) const;
  /// The same for keys that published files may leave out.
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

  /// Error(corrupt) "…key: expected …".
  [[noreturn]] void fail(std::string_view key, std::string_view expected) const;
  /// Error(unsupported) for a value that is understood but not offered.
  [[noreturn]] void refuse(std::string_view key, std::string_view value) const;

 private:
  Config(std::string where, std::shared_ptr<const nlohmann::json> value)
      : where_(std::move(where)), value_(std::move(value)) {}
  const nlohmann::json& at(std::string_view key) const;

  std::string where_;  // "…/config.json: audio_config."
  std::shared_ptr<const nlohmann::json> value_;  // of the file, or within it
};

}  // namespace hearken::model

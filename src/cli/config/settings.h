// Defaults of one's own: $XDG_CONFIG_HOME/hearken/config.toml, else ~/.config/hearken/config.toml. What the command
// line or the environment says comes first. docs/CONFIG.md describes the file.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hearken::cli {

enum class SettingKind { text, path, paths, port };

struct SettingKey {
  std::string_view name;  // "server.port"
  SettingKind kind;
  std::string_view what;
};
std::span<const SettingKey> settings_known();
std::vector<std::string> setting_keys();

/// Where the file is, whether it is there or not; empty when no home folder is known.
std::filesystem::path settings_file();

/// What the file says of a key, each element of a list by itself; empty when it says nothing. Paths are absolute, with
/// "~/" resolved. The file is read once. Throws Error(invalid_argument), naming the file and the line, for what it must
/// not hold: wrong TOML, unknown keys, values of another type.
std::vector<std::string> setting(std::string_view key);

/// The same of a key with one value.
std::optional<std::string> one_setting(std::string_view key);

/// The library that is used where the command line names none, and what says so.
struct ChosenLibrary {
  std::filesystem::path path;
  const char* said_by;  // "HEARKEN_LIBRARY", "config.toml" or "default"
};
ChosenLibrary chosen_library();

/// Writes a key's value into the file, and leaves its comments and the rest as they are; without values takes the key
/// out. Throws Error: invalid_argument (an unknown key, a value it does not take), and as the operating system says.
void set_setting(std::string_view key, std::span<const std::string> values);

}  // namespace hearken::cli

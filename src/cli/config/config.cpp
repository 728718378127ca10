// hearken config, hearken config set
#include <fmt/format.h>

#include <algorithm>

#include "cli/common.h"
#include "cli/config/settings.h"
#include "core/paths.h"

namespace hearken::cli {
namespace {

struct ConfigArguments {
  bool quiet = false, json = false;
};

struct SetArguments {
  std::string key;
  std::vector<std::string> values;
};

struct Shown {
  std::string key;
  std::vector<std::string> values;
  std::string from;
};

std::string default_of(std::string_view key) {
  if (key == "model") return "starter";
  if (key == "server.host") return "127.0.0.1";
  if (key == "server.port") return "8080";
  if (key == "server.user") return "hearken";
  return {};
}

Shown shown(const SettingKey& key) {
  if (key.name == "library") {
    const ChosenLibrary chosen = chosen_library();
    return {"library", {chosen.path.native()}, chosen.said_by};
  }
  if (std::vector<std::string> values = setting(key.name); !values.empty())
    return {std::string(key.name), std::move(values), "config.toml"};
  const std::string value = default_of(key.name);
  return {std::string(key.name), value.empty() ? std::vector<std::string>() : std::vector{value}, "default"};
}

int run_config(const ConfigArguments& options) {
  const std::filesystem::path file = settings_file();
  auto settings = nlohmann::json::array();
  std::vector<std::array<std::string, 3>> rows;
  for (const SettingKey& key : settings_known()) {
    const Shown one = shown(key);
    const bool is_path = key.kind == SettingKind::path || key.kind == SettingKind::paths;
    std::string all;
    for (const std::string& value : one.values)
      all += (all.empty() ? "" : ", ") + (is_path ? short_path(value) : display(value));
    rows.push_back({one.key, all.empty() ? "none" : all, one.from});
    auto values = nlohmann::json::array();
    for (const std::string& value : one.values) values.push_back(display(value));
    settings.push_back({{"key", one.key}, {"values", std::move(values)}, {"from", one.from}});
  }
  if (options.json) {
    print_json({{"file", display(file)}, {"there", path_exists(file)}, {"settings", std::move(settings)}});
    return kDone;
  }
  std::size_t width = 0;
  for (const auto& row : rows) width = std::max(width, row[1].size());
  fmt::print("{:<18} {}{}\n", "file", short_path(file), path_exists(file) ? "" : " (not there yet)");
  for (const auto& [key, value, from] : rows)
    fmt::print("{:<18} {:<{}}  {}\n", key, value, std::min<std::size_t>(width, 60), from);
  return kDone;
}

int run_set(const SetArguments& options) {
  set_setting(options.key, options.values);
  return kDone;
}

}  // namespace

void add_config(CLI::App& program, int& status) {
  const auto [command, options] =
      add_command(program, status, "config", "Show the defaults and where each comes from; set one", run_config);
  add_output_options(command, options);
  std::string keys;
  for (const SettingKey& key : settings_known()) keys += fmt::format("  {:<18} {}\n", key.name, key.what);
  command.footer(
      "The command line comes first, then the environment (HEARKEN_LIBRARY), then config.toml. A library's own "
      "model comes before the model set here.\n\nKeys:\n" +
      keys + R"(
Examples:
  hearken config
  hearken config set folders ~/Music ~/Samples
  hearken config set server.port 9000)");
  const auto [set, set_options] = add_command(command, status, "set", "Write a default into config.toml", run_set);
  add_positional(set, "KEY", set_options.key, "Such as model or server.port; hearken config shows all")->required();
  add_positional(set, "VALUE", set_options.values, "The value; several for a list; none: back to the default");
  set.footer("Examples:\n  hearken config set model laion/clap-htsat-unfused\n  hearken config set model");
}

}  // namespace hearken::cli

// Reading and changing config.toml.
#include "cli/config/settings.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <sstream>
#include <utility>

#include "cli/guide/nearest.h"
#include "core/environment.h"
#include "core/files/new_file.h"
#include "core/paths.h"
#include "hearken/library.h"

namespace hearken::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::array<SettingKey, 7> kKeys = {{
    {"library", SettingKind::path, "The library file"},
    {"model", SettingKind::text, "The model of new libraries, and for files where there is no library"},
    {"folders", SettingKind::paths, "What hearken index reads when no PATH is given"},
    {"server.host", SettingKind::text, "The address that hearken serve listens on"},
    {"server.port", SettingKind::port, "Its port"},
    {"server.user", SettingKind::text, "The user's name for Subsonic players"},
    {"server.allow-root", SettingKind::paths, "Folders that may be indexed from the page"},
}};

const SettingKey* known(std::string_view name) {
  const auto* const found = std::ranges::find(kKeys, name, &SettingKey::name);
  return found == kKeys.end() ? nullptr : found;
}

std::string unknown_key(std::string_view name) {
  const std::string meant = nearest(name, setting_keys());
  std::string all;
  for (const SettingKey& key : kKeys) all += (all.empty() ? "" : ", ") + std::string(key.name);
  return fmt::format("unknown key \"{}\"{}; the keys are {}", display(name),
                     meant.empty() ? "" : ", did you mean " + meant + "?", all);
}

// Nothing for a path that would mean another file in every folder.
std::optional<std::string> whole_path(const std::string& written) {
  if (written == "~") return user_home().native();
  if (written.starts_with("~/")) return (user_home() / written.substr(2)).native();
  if (written.starts_with('/')) return written;
  return std::nullopt;
}

// What is wrong with a value, or nothing; "" where all is well. Resolves paths.
std::string wrong_with(const SettingKey& key, std::string& value) {
  if (value.empty()) return "is empty";
  if (key.kind == SettingKind::path || key.kind == SettingKind::paths) {
    const std::optional<std::string> path = whole_path(value);
    if (!path) return "is no whole path: it begins with / or ~/";
    value = *path;
  }
  if (key.kind == SettingKind::port) {
    const bool digits = value.size() <= 5 && value.find_first_not_of("0123456789") == std::string::npos;
    if (!digits || std::stoi(value) > 65535) return "is no port: 0 to 65535";
  }
  return {};
}

using Values = std::map<std::string, std::vector<std::string>, std::less<>>;

class Reader {
 public:
  explicit Reader(const fs::path& file) : file_(file) {}

  Values read(std::string_view text) {
    try {
      const toml::table table = toml::parse(text, file_.native());
      read_table(table, "");
    } catch (const toml::parse_error& error) {
      wrong(error.source(), std::string(error.description()));
    }
    return std::move(values_);
  }

 private:
  [[noreturn]] void wrong(const toml::source_region& where, const std::string& reason) const {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("{}, line {}: {}", display(file_), where.begin.line, display(reason)));
  }

  void read_table(const toml::table& table, const std::string& above) {
    for (const auto& [name, node] : table) {
      const std::string key = above + std::string(name.str());
      if (const SettingKey* one = known(key); one != nullptr)
        read_value(*one, node);
      else if (key == "server" && node.is_table())
        read_table(*node.as_table(), "server.");
      else
        wrong(name.source(), unknown_key(key));
    }
  }

  void read_value(const SettingKey& key, const toml::node& node) {
    std::vector<std::string>& values = values_[std::string(key.name)];
    const auto add = [&](const toml::node& one) {
      std::string value;
      if (key.kind == SettingKind::port && one.is_integer())
        value = std::to_string(**one.as_integer());
      else if (key.kind != SettingKind::port && one.is_string())
        value = **one.as_string();
      else
        wrong(one.source(), fmt::format("{} takes {}", key.name,
                                        key.kind == SettingKind::port    ? "a number"
                                        : key.kind == SettingKind::paths ? "a list of texts"
                                                                         : "a text"));
      if (const std::string reason = wrong_with(key, value); !reason.empty())
        wrong(one.source(), fmt::format("{}: \"{}\" {}", key.name, value, reason));
      values.push_back(std::move(value));
    };
    if (key.kind == SettingKind::paths && node.is_array())
      for (const toml::node& one : *node.as_array()) add(one);
    else
      add(node);
  }

  const fs::path& file_;
  Values values_;
};

std::string content_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    if (!path_exists(file)) return {};
    throw os_error(file, "read it", errno);
  }
  std::ostringstream all;
  all << in.rdbuf();
  if (in.bad()) throw os_error(file, "read it", errno);
  return std::move(all).str();
}

const Values& all_settings() {
  static const Values values = [] {
    const fs::path file = settings_file();
    return file.empty() ? Values() : Reader(file).read(content_of(file));
  }();
  return values;
}

// "port = 8080", as TOML writes it.
std::string assignment(std::string_view name, const SettingKey& key, std::span<const std::string> values) {
  toml::table one;
  if (key.kind == SettingKind::paths) {
    toml::array list;
    for (const std::string& value : values) list.push_back(value);
    one.insert(name, list);
  } else if (key.kind == SettingKind::port) {
    one.insert(name, std::stoi(values.front()));
  } else {
    one.insert(name, values.front());
  }
  std::ostringstream text;
  text << one;
  return std::move(text).str();
}

// The text with lines `first` to `last` (from 1; last 0: none) taken out and `line` put there.
std::string with_lines(const std::string& text, std::size_t first, std::size_t last, const std::string& line) {
  std::istringstream in(text);
  std::string out;
  std::size_t number = 0;
  for (std::string old; std::getline(in, old);) {
    ++number;
    if (number == first) out += line;
    if (number < first || number > last) out += old + "\n";
  }
  return number < first ? out + line : out;
}

}  // namespace

std::span<const SettingKey> settings_known() { return kKeys; }

std::vector<std::string> setting_keys() {
  std::vector<std::string> names;
  for (const SettingKey& key : kKeys) names.emplace_back(key.name);
  return names;
}

fs::path settings_file() {
  // The XDG specification has relative paths ignored.
  if (const fs::path base = environment("XDG_CONFIG_HOME"); base.is_absolute()) return base / "hearken/config.toml";
  const fs::path home = user_home();
  return home.empty() ? home : home / ".config/hearken/config.toml";
}

std::vector<std::string> setting(std::string_view key) {
  const auto found = all_settings().find(key);
  return found == all_settings().end() ? std::vector<std::string>() : found->second;
}

std::optional<std::string> one_setting(std::string_view key) {
  const std::vector<std::string> values = setting(key);
  return values.empty() ? std::nullopt : std::optional(values.front());
}

ChosenLibrary chosen_library() {
  if (std::string set = environment("HEARKEN_LIBRARY"); !set.empty()) return {std::move(set), "HEARKEN_LIBRARY"};
  if (const std::optional<std::string> ours = one_setting("library"); ours) return {*ours, "config.toml"};
  return {default_library_path(), "default"};
}

void set_setting(std::string_view name, std::span<const std::string> values) {
  const SettingKey* key = known(name);
  if (key == nullptr) throw Error(ErrorCode::invalid_argument, "config set: " + unknown_key(name));
  if (values.size() > 1 && key->kind != SettingKind::paths)
    throw Error(ErrorCode::invalid_argument, fmt::format("config set: {} takes one value", name));
  std::vector<std::string> checked(values.begin(), values.end());
  for (std::string& value : checked) {
    if (key->kind == SettingKind::path || key->kind == SettingKind::paths)
      if (!value.empty() && !value.starts_with('~')) value = fs::absolute(value).lexically_normal().native();
    if (const std::string reason = wrong_with(*key, value); !reason.empty())
      throw Error(ErrorCode::invalid_argument, fmt::format("config set: {}: \"{}\" {}", name, display(value), reason));
  }
  if (settings_file().empty()) throw Error(ErrorCode::not_found, "config set: no home folder is known: set HOME");
  std::error_code ignored;
  const fs::path file = fs::weakly_canonical(settings_file(), ignored);  // a link to it stays a link
  std::string text = content_of(file);
  if (!text.empty() && !text.ends_with('\n')) text += '\n';
  Reader(file).read(text);

  const toml::table table = toml::parse(text);
  const std::string_view last = name.substr(name.rfind('.') + 1);
  const std::string line = checked.empty() ? std::string() : assignment(last, *key, checked) + "\n";
  const auto old = table.at_path(name);
  if (old) {
    const toml::source_region where = old.node()->source();
    text = with_lines(text, where.begin.line, where.end.line, line);
  } else if (!line.empty() && last == name) {
    text = line + text;  // before the first table, to which it would belong
  } else if (!line.empty() && table["server"]) {
    text = with_lines(text, table["server"].node()->source().begin.line + 1, 0, line);
  } else if (!line.empty()) {
    text += (text.empty() ? "[server]\n" : "\n[server]\n") + line;
  }
  Reader(file).read(text);  // nothing is written that would be refused
  fs::create_directories(file.parent_path(), ignored);
  NewFile out(file);
  out.write(text);
  out.finish();
  out.appear();
}

}  // namespace hearken::cli

// Reading and matching the patterns.
#include "library/indexing/ignore.h"

#include <fmt/format.h>
#include <fnmatch.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <system_error>
#include <utility>

#include "core/text.h"

namespace hearken::library {

std::string IgnoreRules::read(int descriptor, const std::string& folder) {
  std::string whole(kMostIgnoreBytes + 1, '\0');
  std::size_t size = 0;
  for (ssize_t got = 1; got != 0 && size < whole.size(); size += static_cast<std::size_t>(got)) {
    got = ::read(descriptor, whole.data() + size, whole.size() - size);
    if (got < 0) return std::generic_category().message(errno);
  }
  if (size > kMostIgnoreBytes) return fmt::format("has more than {} bytes", kMostIgnoreBytes);
  std::string_view rest(whole.data(), size);
  std::vector<Rule> rules;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    std::string_view text = trimmed(rest.substr(0, end));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    Rule rule;
    if (text.empty() || text.front() == '#') continue;
    if (text.front() == '!') rule.take_back = true, text.remove_prefix(1);
    if (text.ends_with('/')) rule.folders_only = true, text.remove_suffix(1);
    rule.anchored = text.find('/') != std::string_view::npos;
    if (text.starts_with('/')) text.remove_prefix(1);
    if (text.empty()) continue;
    rule.pattern = text;
    rules.push_back(std::move(rule));
  }
  if (!rules.empty()) rules_[folder] = std::move(rules);
  return {};
}

bool IgnoreRules::covers(std::string_view path, bool is_folder) const {
  if (rules_.empty()) return false;
  const std::string name(path.substr(path.rfind('/') + 1));
  // From the nearest folder up: what the nearest says counts.
  for (std::size_t slash = path.rfind('/'); slash != std::string_view::npos;
       slash = slash == 0 ? slash : path.rfind('/', slash - 1)) {
    const std::string_view folder = slash == 0 ? std::string_view("/") : path.substr(0, slash);
    if (const auto found = rules_.find(folder); found != rules_.end()) {
      const std::string below(path.substr(slash + 1));
      std::optional<bool> said;
      for (const Rule& rule : found->second) {
        if (rule.folders_only && !is_folder) continue;
        if (::fnmatch(rule.pattern.c_str(), (rule.anchored ? below : name).c_str(), FNM_PATHNAME) == 0)
          said = !rule.take_back;
      }
      if (said) return *said;
    }
    if (slash == 0) break;
  }
  return false;
}

bool IgnoreRules::covers_below(std::string_view path) const {
  if (rules_.empty()) return false;
  if (covers(path, false)) return true;
  for (std::size_t slash = path.rfind('/'); slash != std::string_view::npos && slash > 0;
       slash = path.rfind('/', slash - 1))
    if (covers(path.substr(0, slash), true)) return true;
  return false;
}

}  // namespace hearken::library

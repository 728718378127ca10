// Variables, and the user's home folder.
#include "core/environment.h"

#include <pwd.h>
#include <unistd.h>

#include <cstdlib>

namespace hearken {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

std::filesystem::path user_home() {
  if (std::string set = environment("HOME"); !set.empty()) return set;
  const passwd* user = ::getpwuid(::getuid());
  return user == nullptr || user->pw_dir == nullptr ? "" : user->pw_dir;
}

}  // namespace hearken

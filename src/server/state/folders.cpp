// Folders read, a bounded number of entries at a time.
#include "server/state/folders.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "audio/decode/decode.h"
#include "core/environment.h"
#include "core/paths.h"
#include "core/text.h"
#include "core/threads/threads.h"
#include "hearken/error.h"
#include "library/natural.h"

namespace hearken::server {
namespace {

namespace fs = std::filesystem;

struct Reading {
  std::size_t entries = 0;
  bool whole = false;
};

// Calls each(entry) for at most `most` entries of a folder, hidden ones passed over but counted.
template <class Each>
Reading read_entries(const fs::path& folder, std::size_t most, std::error_code& error, Each each) {
  Reading out;
  fs::directory_iterator at(folder, error);
  for (; !error && at != fs::directory_iterator(); at.increment(error)) {
    if (out.entries == most) return out;
    ++out.entries;
    if (!at->path().filename().native().starts_with('.')) each(*at);
  }
  out.whole = !error;
  return out;
}

// Asks the entry as it was listed; a link is not followed.
bool is_sound(const fs::directory_entry& entry) {
  std::error_code ignored;
  return audio::has_audio_extension(entry.path()) && !entry.is_symlink(ignored) && entry.is_regular_file(ignored);
}

// Counts the folder's own sounds, and gives back how many entries that took.
std::size_t count_sounds(Subfolder& folder, std::size_t most) {
  std::error_code error;
  const Reading reading = read_entries(folder.path, most, error, [&](const fs::directory_entry& entry) {
    if (is_sound(entry)) ++folder.sounds.files;
  });
  folder.sounds.complete = reading.whole;
  return reading.entries;
}

// An even share for each that is still to come: one with very many files leaves the others theirs.
void count_all(std::vector<Subfolder>& folders, std::size_t entries, double seconds) {
  const double until = monotonic_seconds() + seconds;
  std::size_t waiting = folders.size();
  for (Subfolder& folder : folders) {
    if (entries == 0 || monotonic_seconds() > until) return;
    const std::size_t share = (entries + waiting - 1) / waiting;
    if (!folder.link) entries -= count_sounds(folder, share);
    --waiting;
  }
}

[[noreturn]] void refuse(const fs::path& path, const char* reason) {
  throw Error(ErrorCode::invalid_argument, display(path) + ": " + reason);
}

[[noreturn]] void refuse(const fs::path& path, const char* doing, const std::error_code& error) {
  const bool no_such_path = error.value() == ENAMETOOLONG || error.value() == ELOOP;  // not the disk's fault
  if (no_such_path) refuse(path, error.message().c_str());
  throw os_error(path, doing, error.value());
}

void check_is_folder(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (error) refuse(path, "open", error);
  if (!fs::is_directory(status)) refuse(path, "a file, not a folder");
}

}  // namespace

FolderListing list_folder(const fs::path& folder, const ListingLimits& limits) {
  check_is_folder(folder);
  FolderListing out;
  std::error_code error;
  const Reading reading = read_entries(folder, limits.entries, error, [&](const fs::directory_entry& entry) {
    std::error_code ignored;
    if (is_sound(entry)) {
      ++out.sounds.files;
    } else if (entry.is_directory(ignored)) {  // follows a link, to know what it leads to
      const std::string name = entry.path().filename().native();
      if (display(name) == name)
        out.folders.push_back({folder / name, {}, entry.is_symlink(ignored)});
      else
        ++out.unnameable;
    }
  });
  if (error) refuse(folder, "read the folder", error);
  out.sounds.complete = reading.whole;
  std::ranges::sort(out.folders, [](const Subfolder& a, const Subfolder& b) {
    return library::natural_less(a.path.filename().native(), b.path.filename().native());
  });
  count_all(out.folders, limits.entries - reading.entries, limits.count_seconds);
  return out;
}

fs::path absolute_folder(const std::string& text) {
  if (!text.starts_with('/')) refuse(text, "the full path of a folder was expected");
  if (text.find('\0') != std::string::npos) refuse(text, "no path has a zero byte");
  const std::size_t behind_slashes = std::min(text.find_first_not_of('/'), text.size());
  const fs::path path = ("/" / fs::path(text.substr(behind_slashes))).lexically_normal();
  return path.has_filename() ? path : path.parent_path();
}

fs::path folder_to_index(const std::string& text) {
  const fs::path asked = absolute_folder(text);
  std::error_code error;
  fs::path folder = fs::canonical(asked, error);
  if (error) refuse(asked, "open", error);
  check_is_folder(folder);
  if (folder == folder.root_path()) refuse(folder, "all of this computer is no folder to index; choose one within it");
  if (::access(folder.c_str(), R_OK | X_OK) != 0) throw os_error(folder, "read the folder", errno);
  return folder;
}

fs::path home_folder() {
  const fs::path home = user_home();
  return home.is_absolute() ? absolute_folder(home.native()) : "/";
}

}  // namespace hearken::server

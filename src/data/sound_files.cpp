// Reading folders.
#include "data/sound_files.h"

#include <algorithm>
#include <system_error>

#include "audio/decode/decode.h"
#include "core/paths.h"

namespace hearken::data {
namespace {

namespace fs = std::filesystem;

constexpr int kDeepestFolder = 6;  // ends loops of links, too

std::vector<fs::path> entries(const fs::path& folder, std::error_code& error) {
  std::vector<fs::path> out;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
    if (!at->path().filename().native().starts_with('.')) out.push_back(at->path());
  std::sort(out.begin(), out.end(), [](const fs::path& a, const fs::path& b) { return a.native() < b.native(); });
  return out;
}

std::vector<fs::path> entries(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> out = entries(folder, error);
  if (error) throw os_error(folder, "read", error.value());
  return out;
}

void add(const std::vector<fs::path>& paths, int deep, std::vector<fs::path>& out) {
  for (const fs::path& path : paths) {
    std::error_code ignored;
    if (fs::is_directory(path, ignored)) {
      if (deep < kDeepestFolder) add(entries(path, ignored), deep + 1, out);
    } else if (audio::has_audio_extension(path) && fs::is_regular_file(path, ignored)) {
      out.push_back(path);
    }
  }
}

}  // namespace

std::vector<fs::path> sound_files(const fs::path& folder) {
  std::vector<fs::path> out;
  add(entries(folder), 0, out);
  return out;
}

std::vector<fs::path> subfolders(const fs::path& folder) {
  std::vector<fs::path> out = entries(folder);
  std::error_code ignored;
  std::erase_if(out, [&](const fs::path& path) { return !fs::is_directory(path, ignored); });
  return out;
}

}  // namespace hearken::data

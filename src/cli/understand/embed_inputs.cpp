// Standard input is spooled; folders are read as index reads them.
#include "cli/understand/embed_inputs.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <span>
#include <string>
#include <utility>

#include "audio/decode/decode.h"
#include "core/paths.h"
#include "library/indexing/crawl.h"

namespace hearken::cli {

namespace fs = std::filesystem;

TemporaryFile::~TemporaryFile() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove(path_, ignored);
}

TemporaryFile read_standard_input() {
  std::string name = (fs::temp_directory_path() / "hearken-XXXXXX").native();
  const int descriptor = ::mkstemp(name.data());
  if (descriptor < 0) throw os_error(name, "make it", errno);
  TemporaryFile file{name};
  std::array<char, 65536> part{};
  ssize_t got = 0;
  int error = 0;
  while (error == 0 && (got = ::read(STDIN_FILENO, part.data(), part.size())) != 0) {
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      error = errno;
      break;
    }
    for (ssize_t at = 0; at < got && error == 0;) {
      const ssize_t written = ::write(descriptor, part.data() + at, static_cast<std::size_t>(got - at));
      if (written < 0 && errno != EINTR) error = errno;
      at += written < 0 ? 0 : written;
    }
  }
  ::close(descriptor);
  if (error != 0) throw os_error(name, "keep standard input in it", error);
  return file;
}

std::vector<fs::path> sounds_in(const fs::path& folder, std::vector<FileNote>& skipped) {
  library::Crawl crawled = library::crawl(std::span(&folder, 1));
  std::vector<fs::path> files;
  for (const library::CrawledFile& file : crawled.files)
    if (file.candidate || audio::sniff(file.path) == audio::Content::audio) files.emplace_back(file.path);
  skipped = std::move(crawled.skipped);
  if (files.empty() && skipped.empty()) skipped.push_back({folder, ErrorCode::not_found, "no sound files in there"});
  return files;
}

}  // namespace hearken::cli

// Standard input is spooled; folders are read as index reads them.
#include "cli/understand/embed_inputs.h"

#include <unistd.h>

#include <span>
#include <utility>

#include "audio/decode/decode.h"
#include "library/indexing/crawl.h"

namespace hearken::cli {

namespace fs = std::filesystem;

UnnamedFile read_standard_input() {
  UnnamedFile file("keep standard input");
  std::vector<std::byte> part(1 << 16);
  while (const std::size_t got = read_some(STDIN_FILENO, part, "standard input"))
    file.write({reinterpret_cast<const char*>(part.data()), got});
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

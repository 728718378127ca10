// What was found, copied for further work: files by rank, moments as excerpts.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <fstream>
#include <span>
#include <string>

#include "core/files/new_file.h"
#include "core/paths.h"
#include "hearken/exchange.h"
#include "tasks/clips.h"

namespace hearken {
namespace tasks {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLongestName = 200;  // bytes; file systems take 255

// At most `most` bytes of it, cut between characters.
std::string shortened(std::string text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U) --most;
  text.resize(most);
  return text;
}

std::string name_of(const FindHit& hit, std::size_t rank, int width, bool moments) {
  const std::string stem = shortened(hit.path.stem().native(), kLongestName);
  if (!moments) return fmt::format("{:0{}} {}{}", rank, width, stem, shortened(hit.path.extension().native(), 40));
  const auto seconds = static_cast<long long>(std::floor(hit.start_seconds));
  return fmt::format("{:0{}} {} {}-{:02}.wav", rank, width, stem, seconds / 60, seconds % 60);
}

void copy_file(const fs::path& from, const fs::path& to) {
  errno = 0;
  std::ifstream in(from, std::ios::binary);
  if (!in) throw os_error(from, "read", errno != 0 ? errno : EIO);
  NewFile out(to);
  std::array<char, 1 << 16> block;
  while (in) {
    in.read(block.data(), block.size());
    out.write(std::string_view(block.data(), static_cast<std::size_t>(in.gcount())));
  }
  if (in.bad()) throw os_error(from, "read", EIO);
  out.finish();
  out.appear();
}

}  // namespace
}  // namespace tasks

CopyReport copy_hits(std::span<const FindHit> hits, const std::filesystem::path& folder, std::size_t first_rank,
                     bool moments) {
  make_folders(folder);
  const int width = std::max(2, static_cast<int>(std::to_string(first_rank + hits.size() - 1).size()));
  std::vector<std::filesystem::path> places;
  for (std::size_t i = 0; i < hits.size(); ++i) {
    places.push_back(folder / tasks::name_of(hits[i], first_rank + i, width, moments));
    if (name_is_taken(places.back()))
      throw Error(ErrorCode::mismatch, display(places.back()) + ": is there already, and nothing is overwritten");
  }
  CopyReport report;
  for (std::size_t i = 0; i < hits.size(); ++i) {
    const FindHit& hit = hits[i];
    try {
      if (moments)
        tasks::write_clips(hit.path, {{hit.start_seconds, hit.end_seconds, places[i]}});
      else
        tasks::copy_file(hit.path, places[i]);
      report.written.push_back(places[i]);
    } catch (const Error& wrong) {
      const std::string prefix = display(hit.path) + ": ";
      std::string reason = wrong.what();
      if (!reason.starts_with(prefix)) throw;  // the folder's trouble, not the file's
      report.skipped.push_back({hit.path, wrong.code(), reason.substr(prefix.size())});
    }
  }
  return report;
}

}  // namespace hearken

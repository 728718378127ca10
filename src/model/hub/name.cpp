// Names taken apart and checked.
#include "model/hub/name.h"

#include <algorithm>

#include "core/ascii.h"
#include "core/paths.h"
#include "core/text.h"

namespace hearken::model::hub {
namespace {

constexpr std::size_t kMostOfRepoPart = 96;   // the hub's own limit
constexpr std::size_t kMostOfFilePart = 200;  // file systems take 255, and ".incomplete" may follow
constexpr std::size_t kMostOfWholePath = 1024;

bool holds_only(std::string_view text, std::string_view others) {
  return std::ranges::all_of(text,
                             [&](char c) { return is_alphanumeric(c) || others.find(c) != std::string_view::npos; });
}

// Calls fits(part) for what stands between the slashes; false as soon as one does not fit.
template <class Fits>
bool every_part(std::string_view path, Fits fits) {
  for (;;) {
    const std::size_t slash = path.find('/');
    if (!fits(path.substr(0, slash))) return false;
    if (slash == std::string_view::npos) return true;
    path.remove_prefix(slash + 1);
  }
}

}  // namespace

bool valid_repo(std::string_view repo) {
  const auto at_the_end = [](char c) { return c == '-' || c == '.'; };
  return std::ranges::count(repo, '/') <= 1 && repo.find("--") == std::string_view::npos &&
         repo.find("..") == std::string_view::npos && !repo.ends_with(".git") &&
         every_part(repo, [&](std::string_view part) {
           return !part.empty() && part.size() <= kMostOfRepoPart && holds_only(part, "._-") &&
                  !at_the_end(part.front()) && !at_the_end(part.back());
         });
}

bool valid_revision(std::string_view revision) {
  return revision.size() <= kMostOfWholePath && every_part(revision, [](std::string_view part) {
           return !part.empty() && part.size() <= kMostOfFilePart && holds_only(part, "._-+") && part.front() != '-' &&
                  part.front() != '.' && part.find("..") == std::string_view::npos;
         });
}

bool valid_file(std::string_view file) {
  return file.size() <= kMostOfWholePath && display(file) == file && every_part(file, [](std::string_view part) {
           return !part.empty() && part.size() <= kMostOfFilePart && part != "." && part != ".." &&
                  part.find('\\') == std::string_view::npos;
         });
}

bool is_commit(std::string_view text) { return text.size() == 40 && from_hex(text); }

bool is_laion_checkpoint(std::string_view file) { return file.ends_with(".pt") || file.ends_with(".pth"); }

std::optional<Name> parse_name(std::string_view text) {
  // A checkpoint's path, mistyped: no such repository is known, and its ":FILE" is missing.
  for (const char* ending : {".pt", ".pth", ".bin", ".safetensors"})
    if (text.find(':') == std::string_view::npos && text.ends_with(ending)) return std::nullopt;
  Name name;
  if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
    name.file = text.substr(colon + 1);
    if (!valid_file(name.file)) return std::nullopt;
    text = text.substr(0, colon);
  }
  if (const std::size_t at = text.find('@'); at != std::string_view::npos) {
    name.revision = text.substr(at + 1);
    if (!valid_revision(name.revision)) return std::nullopt;
    text = text.substr(0, at);
  }
  if (!valid_repo(text) || text.find('/') == std::string_view::npos) return std::nullopt;
  name.repo = text;
  return name;
}

Name need_name(std::string_view text) {
  if (auto name = parse_name(text)) return *std::move(name);
  throw Error(ErrorCode::invalid_argument,
              "model " + display(text) +
                  ": not a name on the hub; expected org/repo, org/repo@revision or org/repo:file, such as "
                  "laion/clap-htsat-unfused or lukewys/laion_clap:music_audioset_epoch_15_esc_90.14.pt");
}

}  // namespace hearken::model::hub

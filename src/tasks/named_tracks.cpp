// Tracks by path, by file name, and as playlists name them.
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "core/paths.h"
#include "hearken/playlist.h"
#include "library/library_impl.h"
#include "library/sqlite.h"
#include "search/track_names.h"

namespace hearken {
namespace {

namespace fs = std::filesystem;

class Paths {
 public:
  explicit Paths(const Library& library)
      : track_(library.impl().db(), "SELECT id FROM tracks WHERE path = ? AND missing = 0") {}

  /// An absolute path as it is, then with its links resolved.
  std::optional<std::int64_t> track_at(const fs::path& path) {
    if (const auto id = exactly(path.lexically_normal())) return id;
    std::error_code error;
    const fs::path real = fs::weakly_canonical(path, error);
    return error ? std::nullopt : exactly(real);
  }

 private:
  std::optional<std::int64_t> exactly(const fs::path& path) {
    track_.bind(path);
    if (!track_.step()) return std::nullopt;
    const std::int64_t id = track_.integer(0);
    track_.reset();
    return id;
  }

  library::Statement track_;
};

}  // namespace

std::int64_t track_named(const Library& library, std::string_view name) {
  if (name.empty()) throw Error(ErrorCode::invalid_argument, "a track's name is empty; for example id:42");
  if (const auto id = search::track_number(name)) return *id;
  const fs::path path(name);
  if (const auto id = Paths(library).track_at(fs::absolute(path))) return *id;
  const std::string shown = display(name);
  if (!path.has_parent_path()) {
    library::Statement all(library.impl().db(), "SELECT id, path FROM tracks WHERE missing = 0 ORDER BY id");
    std::vector<std::int64_t> found;
    while (all.step()) {
      const library::Bytes bytes = all.bytes(1);
      const std::string_view other(reinterpret_cast<const char*>(bytes.data()), bytes.size());
      if (other.substr(other.rfind('/') + 1) == name) found.push_back(all.integer(0));
    }
    if (found.size() == 1) return found.front();
    if (found.size() > 1) {
      throw Error(ErrorCode::mismatch, shown + ": " + std::to_string(found.size()) + " tracks of " +
                                           display(library.path()) + " have this name, id:" + std::to_string(found[0]) +
                                           " and id:" + std::to_string(found[1]) +
                                           " among them; give a path or a number");
    }
  }
  throw Error(ErrorCode::not_found, shown + ": no track of " + display(library.path()) +
                                        " has this path or file name; hearken index takes it in");
}

PlaylistTracks tracks_of_playlist(const Library& library, const std::filesystem::path& file) {
  Paths paths(library);
  PlaylistTracks out;
  for (PlaylistEntry& entry : read_playlist(file)) {
    const auto id = entry.path.empty() ? std::nullopt : paths.track_at(entry.path);
    if (id)
      out.ids.push_back(*id);
    else
      out.unknown.push_back(std::move(entry));
  }
  return out;
}

}  // namespace hearken

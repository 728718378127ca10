// "id:42" to a number, a path to a track.
#include "search/index/track_names.h"

#include <fmt/format.h>

#include <charconv>
#include <string>
#include <system_error>
#include <vector>

#include "core/paths.h"
#include "hearken/error.h"
#include "hearken/like.h"
#include "search/index/select.h"

namespace hearken::search {

std::optional<std::int64_t> track_number(std::string_view name) {
  constexpr std::string_view kPrefix = "id:";
  if (!name.starts_with(kPrefix)) return std::nullopt;
  const std::string_view digits = name.substr(kPrefix.size());
  std::int64_t id = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), id);
  if (error != std::errc() || end != digits.data() + digits.size() || id < 1) {
    const std::string shown = display(name);
    throw Error(ErrorCode::invalid_argument,
                shown + ": not the number of a track, such as id:42; a file of this name is written ./" + shown);
  }
  return id;
}

Track searchable_track(const Library& library, const Space& space, std::int64_t id) {
  Track track = library::wanted_track(library, id);
  const std::string named = fmt::format("{}: track id:{} ({})", display(library.path()), id, display(track.path));
  if (track.missing) throw Error(ErrorCode::not_found, named + ": its file is not there at present");
  if (!library::windows_of(library, id, space.model_id)) {
    throw Error(ErrorCode::mismatch, fmt::format("{} has no vectors of the model '{}' with windows of {}", named,
                                                 display(space.name), in_words(space.windowing)));
  }
  return track;
}

std::optional<std::int64_t> visible_track_at(library::Tracks& tracks, const std::filesystem::path& path) {
  const auto exactly = [&](const std::filesystem::path& spelt) {
    const std::optional<Track> track = tracks.at(spelt);
    return track && !track->missing ? std::optional(track->id) : std::nullopt;
  };
  if (const auto id = exactly(path.lexically_normal())) return id;
  std::error_code error;
  const std::filesystem::path real = std::filesystem::weakly_canonical(path, error);
  return error ? std::nullopt : exactly(real);
}

}  // namespace hearken::search

namespace hearken {
namespace {

std::vector<std::int64_t> tracks_of_file_name(const Library& library, std::string_view name, bool missing) {
  std::vector<std::int64_t> found;
  library::for_each_track(library, missing, [&](const Track& track) {
    if (track.path.filename().native() == name) found.push_back(track.id);
  });
  return found;
}

}  // namespace

std::int64_t track_named(const Library& library, std::string_view name) {
  if (name.empty()) throw Error(ErrorCode::invalid_argument, "a track's name is empty; for example id:42");
  const std::string shown = display(name), in = display(library.path());
  if (const auto id = search::track_number(name)) {
    if (!library::track(library, *id)) throw Error(ErrorCode::not_found, in + ": track " + shown + " is not there");
    return *id;
  }
  const std::filesystem::path path(name);
  library::Tracks tracks(library);
  if (const auto id = search::visible_track_at(tracks, std::filesystem::absolute(path))) return *id;
  if (!path.has_parent_path()) {
    std::vector<std::int64_t> found = tracks_of_file_name(library, name, false);
    if (found.empty()) found = tracks_of_file_name(library, name, true);
    if (found.size() == 1) return found.front();
    if (found.size() > 1) {
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("{}: {} tracks of {} have this name, id:{} and id:{} among them; give a path or a number",
                              shown, found.size(), in, found[0], found[1]));
    }
  } else if (const auto missing = library.track_at(search::resolved(path))) {
    return missing->id;
  }
  throw Error(ErrorCode::not_found,
              shown + ": no track of " + in + " has this path or file name; hearken index takes it in");
}

}  // namespace hearken

// Which layout a catalogue has, and which track each row is about.
#include "tasks/transfer/read_catalogue.h"

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/files/mapped_file.h"
#include "core/paths.h"
#include "data/csv.h"
#include "data/fma.h"
#include "hearken/dataset.h"
#include "library/catalogue/tracks.h"

namespace hearken::tasks {
namespace {

namespace fs = std::filesystem;

std::optional<std::string> unless_empty(std::string_view text) {
  return text.empty() ? std::nullopt : std::optional(display(text));
}

// A pandas table whose first column has no name.
bool is_fma(std::string_view bytes) { return bytes.starts_with(",") || bytes.starts_with("\xEF\xBB\xBF,"); }

// FMA's files are called by six digits ("000002.mp3"); "02.mp3" is the second song of an album.
std::optional<std::int64_t> fma_number(const fs::path& path) {
  const std::string stem = path.stem().native();
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(stem.data(), stem.data() + stem.size(), number);
  return stem.size() == 6 && error == std::errc() && end == stem.data() + 6 ? std::optional(number) : std::nullopt;
}

CatalogueReport read_fma_tracks(const Library& library, std::string_view bytes, const fs::path& file) {
  Fma fma;
  data::parse_fma_tracks(bytes, file, fma);
  std::unordered_map<std::int64_t, const FmaTrack*> by_number;
  for (const FmaTrack& track : fma.tracks) by_number.emplace(track.id, &track);
  std::vector<library::TrackNames> names;
  library::for_each_track(library, false, [&](Track&& track) {
    const std::optional<std::int64_t> number = fma_number(track.path);
    if (!number) return;
    if (const auto found = by_number.find(*number); found != by_number.end()) {
      const FmaTrack& one = *found->second;
      names.push_back({track.id, unless_empty(one.title), unless_empty(one.artist), {}, unless_empty(one.genre_top)});
    }
  });
  library::set_names(library, names);
  return {static_cast<std::int64_t>(fma.tracks.size()), static_cast<std::int64_t>(names.size())};
}

CatalogueReport read_table(const Library& library, std::string_view bytes, const fs::path& file) {
  data::CsvFile table(bytes, file);
  const std::size_t path = table.column("path");
  const auto title = table.find_column("title"), artist = table.find_column("artist"),
             album = table.find_column("album"), genre = table.find_column("genre");
  const auto field = [&](std::optional<std::size_t> column) {
    return column ? unless_empty(table.field(*column)) : std::nullopt;
  };
  library::Tracks tracks(library);
  std::vector<library::TrackNames> names;
  CatalogueReport report;
  std::error_code ignored;
  const fs::path folder = fs::absolute(file, ignored).parent_path();
  while (table.next()) {
    ++report.rows;
    const std::string_view written = table.field(path);
    if (written.empty()) throw table.bad("the path is empty");
    const fs::path whole = (folder / written).lexically_normal();
    std::optional<Track> track = tracks.at(whole);
    if (!track) track = tracks.at(fs::weakly_canonical(whole, ignored));
    if (track) names.push_back({track->id, field(title), field(artist), field(album), field(genre)});
  }
  library::set_names(library, names);
  report.tracks = static_cast<std::int64_t>(names.size());
  return report;
}

}  // namespace

CatalogueReport read_catalogue(const Library& library, const fs::path& file) {
  const MappedFile mapped(file);
  const std::string_view bytes(reinterpret_cast<const char*>(mapped.bytes().data()), mapped.bytes().size());
  return is_fma(bytes) ? read_fma_tracks(library, bytes, file) : read_table(library, bytes, file);
}

}  // namespace hearken::tasks

// FMA's metadata. tracks.csv is a pandas table with two-level columns: a row of groups, a row of names, and a row with
// the index's name, "track_id", and nothing else.
#include "data/fma.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <system_error>
#include <unordered_map>
#include <utility>

#include "core/files/mapped_file.h"
#include "core/paths.h"
#include "data/csv.h"
#include "data/python_list.h"
#include "text/tokenizer/fold.h"

namespace hearken {
namespace data {
namespace {

// Where the columns that are read stand in a row.
struct TrackColumns {
  std::size_t count = 0;
  std::size_t title = 0, artist = 0, genre_top = 0, genres = 0, tags = 0, split = 0, subset = 0;
};

TrackColumns read_header(CsvRows& rows) {
  const auto row = [&](std::string_view what) {
    if (!rows.next())
      throw bad_row(rows.path(), rows.line(), fmt::format("the header ends before its row of {}", what));
    return std::vector<std::string>(rows.fields().begin(), rows.fields().end());
  };
  const std::vector<std::string> groups = row("groups"), names = row("names"), index = row("the index's name");
  if (groups.size() != names.size() || groups.size() != index.size())
    throw bad_row(
        rows.path(), rows.line(),
        fmt::format("the header's three rows have {}, {} and {} fields", groups.size(), names.size(), index.size()));
  if (index.front() != "track_id")
    throw bad_row(rows.path(), rows.line(),
                  fmt::format("'{}' where FMA's third row has 'track_id'", display(index.front())));
  TrackColumns out;
  out.count = groups.size();
  const auto column = [&](std::string_view group, std::string_view name) {
    std::size_t found = 0;
    for (std::size_t i = 1; i < groups.size(); ++i) {
      if (groups[i] != group || names[i] != name) continue;
      if (found != 0) throw bad_row(rows.path(), 2, fmt::format("two columns are called '{}' in '{}'", name, group));
      found = i;
    }
    if (found == 0) throw bad_row(rows.path(), 2, fmt::format("no column '{}' in '{}'", name, group));
    return found;
  };
  out.title = column("track", "title");
  out.artist = column("artist", "name");
  out.genre_top = column("track", "genre_top");
  out.genres = column("track", "genres");
  out.tags = column("track", "tags");
  out.split = column("set", "split");
  out.subset = column("set", "subset");
  return out;
}

std::int64_t positive(const CsvRows& rows, std::string_view field, std::string_view what) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (error != std::errc() || end != field.data() + field.size() || value <= 0)
    throw bad_row(rows.path(), rows.line(), fmt::format("{} '{}' is not a number above 0", what, display(field)));
  return value;
}

}  // namespace

void parse_fma_tracks(std::string_view bytes, const std::filesystem::path& shown, Fma& out) {
  CsvRows rows(bytes, shown);
  const TrackColumns columns = read_header(rows);
  std::unordered_map<std::int64_t, std::size_t> lines;
  while (rows.next()) {
    const std::span<const std::string_view> fields = rows.fields();
    if (fields.size() != columns.count)
      throw bad_row(shown, rows.line(), fmt::format("{} fields where the header has {}", fields.size(), columns.count));
    FmaTrack track;
    track.id = positive(rows, fields[0], "track_id");
    const auto [line, is_new] = lines.emplace(track.id, rows.line());
    if (!is_new)
      throw bad_row(shown, rows.line(), fmt::format("track_id {} stands in line {} already", track.id, line->second));
    track.title = fields[columns.title];
    track.artist = fields[columns.artist];
    track.genre_top = fields[columns.genre_top];
    track.split = fields[columns.split];
    track.subset = fields[columns.subset];
    auto genres = python_integers(fields[columns.genres]);
    if (!genres) throw bad_row(shown, rows.line(), "track genres are not a list of numbers, as in \"[21, 38]\"");
    auto tags = python_texts(fields[columns.tags]);
    if (!tags) throw bad_row(shown, rows.line(), "track tags are not a list of texts, as in \"['jazz', 'live']\"");
    track.genres = std::move(*genres);
    track.tags = std::move(*tags);
    if (!track.title.empty()) out.by_name[fma_key(track.title, track.artist)].push_back(out.tracks.size());
    out.tracks.push_back(std::move(track));
  }
}

void parse_fma_genres(std::string_view bytes, const std::filesystem::path& shown, Fma& out) {
  CsvFile file(bytes, shown);
  const std::size_t id = file.column("genre_id"), parent = file.column("parent"), title = file.column("title"),
                    top = file.column("top_level");
  std::map<std::int64_t, std::size_t> lines;
  std::map<std::int64_t, std::int64_t> parents;
  while (file.next()) {
    const FmaGenre genre{file.integer(id), file.integer(parent), file.integer(top), std::string(file.field(title))};
    const auto [line, is_new] = lines.emplace(genre.id, file.line());
    if (!is_new) throw file.bad(fmt::format("genre_id {} stands in line {} already", genre.id, line->second));
    if (genre.id <= 0) throw file.bad(fmt::format("genre_id {} is not above 0", genre.id));
    parents.emplace(genre.id, genre.parent);
    out.genres.push_back(genre);
  }
  for (const FmaGenre& genre : out.genres) {
    std::size_t steps = 0;
    for (std::int64_t at = genre.parent; at != 0; at = parents.at(at)) {
      if (!parents.contains(at))
        throw bad_row(shown, lines.at(genre.id),
                      fmt::format("genre {} lies under {}, which is not there", genre.id, at));
      if (++steps > out.genres.size())
        throw bad_row(shown, lines.at(genre.id), fmt::format("genre {} lies under itself", genre.id));
    }
  }
}

}  // namespace data

const FmaGenre* Fma::genre(std::int64_t id) const noexcept {
  const auto at = std::find_if(genres.begin(), genres.end(), [&](const FmaGenre& g) { return g.id == id; });
  return at == genres.end() ? nullptr : &*at;
}

std::vector<std::string> Fma::genre_line(std::int64_t id) const {
  std::vector<std::string> out;
  for (const FmaGenre* at = genre(id); at != nullptr; at = genre(at->parent)) out.insert(out.begin(), at->title);
  return out;
}

std::vector<std::size_t> Fma::find(std::string_view title, std::string_view artist) const {
  const auto at = by_name.find(fma_key(title, artist));
  return at == by_name.end() ? std::vector<std::size_t>{} : at->second;
}

std::vector<std::vector<std::size_t>> Fma::duplicates() const {
  std::vector<std::vector<std::size_t>> out;
  for (const auto& [key, places] : by_name)
    if (places.size() > 1) out.push_back(places);
  std::sort(out.begin(), out.end());
  return out;
}

std::string fma_key(std::string_view title, std::string_view artist) {
  return text::fold_case(title) + "||" + text::fold_case(artist);
}

Fma read_fma(const std::filesystem::path& folder) {
  std::error_code ignored;
  const bool inside = std::filesystem::exists(folder / "tracks.csv", ignored);
  const std::filesystem::path metadata = inside ? folder : folder / "fma_metadata";
  const auto text = [](const MappedFile& file) {
    return std::string_view(reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size());
  };
  Fma out;
  out.list = metadata / "tracks.csv";
  const MappedFile tracks(out.list);
  data::parse_fma_tracks(text(tracks), out.list, out);
  if (std::filesystem::exists(metadata / "genres.csv", ignored)) {
    const MappedFile genres(metadata / "genres.csv");
    data::parse_fma_genres(text(genres), metadata / "genres.csv", out);
  }
  return out;
}

std::filesystem::path fma_clip(std::int64_t id) {
  const std::string name = fmt::format("{:06}", id);
  return std::filesystem::path(name.substr(0, 3)) / (name + ".mp3");
}

}  // namespace hearken

// Clips with classes, by their datasets' layouts.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <map>
#include <optional>
#include <span>
#include <system_error>
#include <utility>

#include "core/paths.h"
#include "data/csv.h"
#include "data/sound_files.h"
#include "hearken/dataset.h"

namespace hearken {
namespace {

namespace fs = std::filesystem;

// Clips as they are found; labels get their places at the end, when all are known.
class Collected {
 public:
  Collected(std::string_view layout, fs::path list) {
    out_.layout = layout;
    out_.list = std::move(list);
  }

  void add(const fs::path& path, std::string_view label, std::string_view fold) {
    labels_.emplace(label, 0);
    if (!path_exists(path)) {
      out_.missing.push_back(path);
      return;
    }
    out_.clips.push_back({path, 0, std::string(fold)});
    label_of_.emplace_back(label);
  }

  LabelledClips& result() { return out_; }

  LabelledClips done(const fs::path& folder) {
    if (out_.clips.empty()) {
      const std::string where = display(out_.list.empty() ? folder : out_.list);
      throw Error(ErrorCode::not_found, out_.missing.empty()
                                            ? fmt::format("{}: no clips in there", where)
                                            : fmt::format("{}: none of its {} clips is there; the first is {}", where,
                                                          out_.missing.size(), display(out_.missing.front())));
    }
    for (auto& [label, place] : labels_) {
      place = out_.labels.size();
      out_.labels.push_back(label);
    }
    for (std::size_t i = 0; i < out_.clips.size(); ++i) out_.clips[i].label = labels_.find(label_of_[i])->second;
    return std::move(out_);
  }

 private:
  LabelledClips out_;
  std::map<std::string, std::size_t, std::less<>> labels_;
  std::vector<std::string> label_of_;
};

// A row's class and clip; the same clip twice is an error that names both lines.
class Rows {
 public:
  explicit Rows(const data::CsvFile& file) : file_(file) {}

  std::string_view named(std::size_t column) const {
    if (file_.field(column).empty()) throw file_.bad(fmt::format("{} is empty", display(file_.columns()[column])));
    return file_.field(column);
  }

  void once(const std::string& clip) {
    const auto [at, is_new] = lines_.emplace(clip, file_.line());
    if (!is_new) throw file_.bad(fmt::format("{} stands in line {} already", display(clip), at->second));
  }

 private:
  const data::CsvFile& file_;
  std::map<std::string, std::size_t> lines_;
};

std::optional<std::size_t> any_column(const data::CsvFile& file, std::span<const std::string_view> names) {
  for (const std::string_view name : names)
    if (const auto column = file.find_column(name)) return column;
  return std::nullopt;
}

std::size_t needed_column(const data::CsvFile& file, std::span<const std::string_view> names) {
  if (const auto column = any_column(file, names)) return *column;
  return file.column(names.front());  // says what is there
}

LabelledClips read_esc(const fs::path& folder, bool ten) {
  const fs::path list = folder / "meta" / "esc50.csv";
  data::CsvFile file(list);
  const std::size_t name = file.column("filename"), fold = file.column("fold"), category = file.column("category");
  const std::size_t esc10 = ten ? file.column("esc10") : 0;
  Collected out(ten ? "esc10" : "esc50", list);
  Rows rows(file);
  while (file.next()) {
    const std::string clip(rows.named(name));
    rows.once(clip);
    if (ten && file.field(esc10) != "True" && file.field(esc10) != "False")
      throw file.bad(fmt::format("esc10 '{}' is neither True nor False", display(file.field(esc10))));
    if (!ten || file.field(esc10) == "True")
      out.add(folder / "audio" / clip, rows.named(category), std::to_string(file.integer(fold)));
  }
  return out.done(folder);
}

LabelledClips read_urbansound(const fs::path& folder) {
  const fs::path list = folder / "metadata" / "UrbanSound8K.csv";
  data::CsvFile file(list);
  const std::size_t name = file.column("slice_file_name"), fold = file.column("fold"), label = file.column("class");
  Collected out("urbansound8k", list);
  Rows rows(file);
  while (file.next()) {
    const std::string clip(rows.named(name)), number = std::to_string(file.integer(fold));
    rows.once(clip);
    out.add(folder / "audio" / ("fold" + number) / clip, rows.named(label), number);
  }
  return out.done(folder);
}

LabelledClips read_fma_clips(const fs::path& folder) {
  const Fma fma = read_fma(folder);
  const fs::path root = folder.filename() == "fma_metadata" ? folder.parent_path() : folder;
  // A larger subset's folder holds the smaller ones' clips as well; the largest that is there is read.
  constexpr std::array<std::pair<const char*, int>, 4> kFolders{
      {{"fma_full", 2}, {"fma_large", 2}, {"fma_medium", 1}, {"fma_small", 0}}};
  const auto* audio =
      std::find_if(kFolders.begin(), kFolders.end(), [&](const auto& f) { return path_exists(root / f.first); });
  if (audio == kFolders.end())
    throw Error(ErrorCode::not_found,
                display(root) + ": none of fma_small, fma_medium, fma_large and fma_full is there");
  Collected out("fma", fma.list);
  for (const FmaTrack& track : fma.tracks) {
    const int size = track.subset == "small" ? 0 : track.subset == "medium" ? 1 : 2;
    if (size > audio->second) continue;
    if (track.genre_top.empty())
      ++out.result().unlabelled;
    else
      out.add(root / audio->first / fma_clip(track.id), track.genre_top, track.split);
  }
  return out.done(folder);
}

LabelledClips read_folders(const fs::path& folder, std::string_view layout) {
  Collected out(layout, {});
  for (const fs::path& genre : data::subfolders(folder))
    for (const fs::path& clip : data::sound_files(genre)) out.add(clip, genre.filename().native(), "");
  return out.done(folder);
}

fs::path gtzan_folder(const fs::path& folder) {
  for (const char* name : {"genres_original", "genres"})
    if (path_exists(folder / name)) return folder / name;
  return folder;
}

// A folder whose every folder GENRE has sounds named GENRE.…, as GTZAN has.
bool looks_like_gtzan(const fs::path& folder) {
  if (path_exists(folder / "genres_original")) return true;
  const std::vector<fs::path> genres = data::subfolders(gtzan_folder(folder));
  return genres.size() == 10 && std::all_of(genres.begin(), genres.end(), [](const fs::path& genre) {
           const std::vector<fs::path> clips = data::sound_files(genre);
           const std::string start = genre.filename().native() + ".";
           return !clips.empty() && clips.front().filename().native().starts_with(start);
         });
}

constexpr std::array<std::string_view, 6> kLayouts = {"esc50", "esc10", "urbansound8k", "gtzan", "fma", "csv"};

std::string_view layout_of(const fs::path& folder) {
  if (path_exists(folder / "meta" / "esc50.csv")) return "esc50";
  if (path_exists(folder / "metadata" / "UrbanSound8K.csv")) return "urbansound8k";
  if (path_exists(folder / "fma_metadata") || path_exists(folder / "tracks.csv")) return "fma";
  if (path_exists(folder / "labels.csv")) return "csv";
  return looks_like_gtzan(folder) ? "gtzan" : "folder";
}

}  // namespace

LabelledClips read_labelled(const fs::path& folder, std::string_view layout) {
  std::error_code ignored;
  if (!fs::is_directory(folder, ignored)) {
    if (!path_exists(folder)) throw os_error(folder, "open", ENOENT);
    throw Error(ErrorCode::invalid_argument, display(folder) + ": is not a folder");
  }
  if (layout.empty()) layout = layout_of(folder);
  if (layout == "esc50" || layout == "esc10") return read_esc(folder, layout == "esc10");
  if (layout == "urbansound8k") return read_urbansound(folder);
  if (layout == "gtzan") return read_folders(gtzan_folder(folder), layout);
  if (layout == "fma") return read_fma_clips(folder);
  if (layout == "csv") return read_labelled_csv(folder / "labels.csv", folder);
  if (layout == "folder") return read_folders(folder, layout);
  std::string there;
  for (const std::string_view known : kLayouts) there.append(known).append(", ");
  throw Error(ErrorCode::invalid_argument, fmt::format("no layout '{}'; there are {}folder", display(layout), there));
}

LabelledClips read_labelled_csv(const fs::path& list, const fs::path& folder) {
  constexpr std::array<std::string_view, 4> kClip = {"path", "file", "filename", "file_name"};
  constexpr std::array<std::string_view, 4> kLabel = {"label", "category", "class", "genre"};
  constexpr std::array<std::string_view, 2> kFold = {"fold", "split"};
  data::CsvFile file(list);
  const std::size_t clip = needed_column(file, kClip), label = needed_column(file, kLabel);
  const std::optional<std::size_t> fold = any_column(file, kFold);
  Collected out("csv", list);
  Rows rows(file);
  while (file.next()) {
    const std::string name(rows.named(clip));
    rows.once(name);
    fs::path path = list.parent_path() / name;
    if (!folder.empty() && !path_exists(path)) path = folder / name;
    out.add(path, rows.named(label), fold ? file.field(*fold) : "");
  }
  return out.done(folder);
}

}  // namespace hearken

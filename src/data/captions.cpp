// Clips with captions: which column is what, and which file is which clip.
#include <fmt/format.h>

#include <charconv>
#include <map>
#include <optional>
#include <set>
#include <system_error>
#include <utility>

#include "core/paths.h"
#include "core/text.h"
#include "data/csv.h"
#include "data/sound_files.h"
#include "hearken/dataset.h"

namespace hearken {
namespace {

namespace fs = std::filesystem;

// Where the columns are.
struct Columns {
  std::string layout;
  std::size_t clip = 0;
  std::optional<std::size_t> start, split;
  std::optional<std::size_t> id;  // what may stand there once only, beside the clip's own name
  std::vector<std::size_t> captions;

  bool youtube() const { return layout == "audiocaps" || layout == "musiccaps"; }
};

Columns columns_of(const data::CsvFile& file) {
  const auto there = [&](std::string_view name) { return file.find_column(name); };
  Columns out;
  if (const auto clip = there("youtube_id")) {
    out.layout = "audiocaps", out.clip = *clip, out.start = there("start_time"), out.id = there("audiocap_id");
    out.captions = {file.column("caption")};
  } else if (const auto ytid = there("ytid")) {
    out.layout = "musiccaps", out.clip = *ytid, out.start = there("start_s");
    out.captions = {file.column("caption")};
  } else if (there("file_name") && there("caption_1")) {
    out.layout = "clotho", out.clip = *there("file_name");
    for (int i = 1; there(fmt::format("caption_{}", i)); ++i)
      out.captions.push_back(*there(fmt::format("caption_{}", i)));
  } else {
    out.layout = "csv", out.clip = file.column("path"), out.split = there("split");
    out.captions = {file.column("caption")};
  }
  return out;
}

// Sounds below a folder, by what is asked for.
class Sounds {
 public:
  explicit Sounds(fs::path folder) : folder_(std::move(folder)) {}

  // By a relative path, or by a file name wherever it lies. Names that several files have are none.
  fs::path by_name(const std::string& name) {
    std::error_code ignored;
    if (fs::exists(folder_ / name, ignored)) return folder_ / name;
    list();
    const auto at = names_.find(fs::path(name).filename().native());
    return at == names_.end() ? fs::path() : at->second;
  }

  // A YouTube clip: names sort, so those that begin with the id stand together.
  fs::path by_id(const std::string& id, std::optional<double> start_seconds) {
    list();
    for (const std::string& begin : {id, "Y" + id}) {
      for (auto at = names_.lower_bound(begin); at != names_.end() && at->first.starts_with(begin); ++at)
        if (fits(fs::path(at->first).stem().native().substr(begin.size()), start_seconds)) return at->second;
    }
    return {};
  }

 private:
  // Whether what follows the id is nothing, or the start, or something that begins with the start.
  static bool fits(const std::string& rest, std::optional<double> start_seconds) {
    if (rest.empty()) return true;
    if (rest.front() != '_' && rest.front() != '-' && rest.front() != ' ') return false;
    if (!start_seconds) return true;
    const std::size_t first = rest.find_first_not_of("_- ");
    if (first == std::string::npos) return true;
    double value = 0;
    const auto [end, error] = std::from_chars(&rest[first], rest.data() + rest.size(), value, std::chars_format::fixed);
    return error == std::errc() && (value == *start_seconds || value == *start_seconds * 1000);
  }

  void list() {
    if (std::exchange(listed_, true)) return;
    for (const fs::path& path : data::sound_files(folder_)) {
      const auto [at, is_new] = names_.emplace(path.filename().native(), path);
      if (!is_new) twice_.insert(at->first);
    }
    for (const std::string& name : twice_) names_.erase(name);
  }

  fs::path folder_;
  bool listed_ = false;
  std::map<std::string, fs::path> names_;
  std::set<std::string> twice_;
};

// What may stand in one line of the file only; empty: anything may stand twice. Captions of AudioCaps have numbers of
// their own and may be equal; of the others, equal ones are one too many.
std::string once_only(const data::CsvFile& file, const Columns& columns, const std::string& clip) {
  if (columns.id) return std::string(file.field(*columns.id));
  if (columns.layout == "csv") return clip + ": " + std::string(file.field(columns.captions[0]));
  return columns.layout == "audiocaps" ? std::string() : clip;
}

// Leaves out clips without a caption; one with a caption must be left.
void keep_captioned(CaptionedClips& out, const fs::path& csv) {
  std::erase_if(out.clips, [](const CaptionedClip& clip) { return clip.captions.empty(); });
  if (!out.clips.empty()) return;
  if (!out.left_out.empty())
    throw Error(ErrorCode::corrupt, display(csv) + ": no caption is left; " + out.left_out.front());
  throw Error(ErrorCode::not_found, fmt::format("{}: none of its {} clips is there; the first is {}", display(csv),
                                                out.missing.size(), display(out.missing.front())));
}

}  // namespace

CaptionedClips read_captions(const fs::path& csv, const fs::path& folder, std::string_view split, bool leave_out) {
  data::CsvFile file(csv);
  const Columns columns = columns_of(file);
  if (!split.empty() && !columns.split)
    throw Error(ErrorCode::invalid_argument,
                fmt::format("{}: there is no column split to pick '{}' by", display(csv), display(split)));
  CaptionedClips out;
  out.layout = columns.layout;
  Sounds sounds(folder.empty() ? csv.parent_path().empty() ? fs::path(".") : csv.parent_path() : folder);
  std::map<std::string, std::optional<std::size_t>> places;  // in out.clips; none: missing
  std::map<std::string, std::size_t> lines;                  // of what may stand there once
  const auto complain = [&](const std::string& reason) {
    if (!leave_out) throw file.bad(reason);
    out.left_out.emplace_back(file.bad(reason).what());
  };
  while (file.next()) {
    if (!split.empty() && file.field(*columns.split) != split) continue;
    std::string name(file.field(columns.clip));
    if (name.empty()) throw file.bad(fmt::format("{} is empty", display(file.columns()[columns.clip])));
    std::optional<double> start;
    if (columns.start) {
      start = file.number(*columns.start);
      name += fmt::format(" at {} s", *start);
    }
    const std::string once = once_only(file, columns, name);
    if (const auto [line, is_first] = lines.emplace(once, file.line()); !is_first && !once.empty()) {
      complain(fmt::format("{} stands in line {} already", display(once.substr(0, 200)), line->second));
      continue;
    }
    const auto [place, is_new] = places.emplace(name, std::nullopt);
    if (is_new) {
      const fs::path path =
          columns.youtube() ? sounds.by_id(std::string(file.field(columns.clip)), start) : sounds.by_name(name);
      if (path.empty()) {
        out.missing.push_back(name);
      } else {
        place->second = out.clips.size();
        out.clips.push_back({path, {}, columns.split ? std::string(file.field(*columns.split)) : ""});
      }
    }
    for (const std::size_t column : columns.captions) {
      std::string caption(file.field(column));
      if (is_blank(caption))
        complain(fmt::format("{} is empty", display(file.columns()[column])));
      else if (place->second)
        out.clips[*place->second].captions.push_back(std::move(caption));
    }
  }
  if (places.empty())
    throw Error(split.empty() ? ErrorCode::corrupt : ErrorCode::invalid_argument,
                split.empty() ? display(csv) + ": no captions in there"
                              : fmt::format("{}: no row of the split '{}'", display(csv), display(split)));
  keep_captioned(out, csv);
  return out;
}

}  // namespace hearken

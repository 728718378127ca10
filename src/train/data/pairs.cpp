// Which reader reads what, and what all of them share.
#include "train/data/pairs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>

#include "core/paths.h"
#include "core/text.h"
#include "data/csv.h"
#include "data/sound_files.h"
#include "text/tokenizer/code_points.h"
#include "train/data/pair_sources.h"
#include "train/data/templates.h"

namespace hearken::train {
namespace {

namespace fs = std::filesystem;

bool is_library(const fs::path& file) {
  constexpr std::string_view kSqlite("SQLite format 3\0", 16);
  std::string head(kSqlite.size(), '\0');
  std::ifstream(file, std::ios::binary).read(head.data(), static_cast<std::streamsize>(head.size()));
  return head == kSqlite;
}

bool has_captions(const fs::path& csv) {
  const data::CsvFile file(csv);
  return file.find_column("caption") || file.find_column("caption_1");
}

bool is_fma(const fs::path& folder) {
  return path_exists(folder / "fma_metadata") || path_exists(folder / "tracks.csv");
}

// Layouts of labels with lists of their own, as read_labelled() knows them.
bool has_label_list(const fs::path& folder) {
  return path_exists(folder / "meta" / "esc50.csv") || path_exists(folder / "metadata" / "UrbanSound8K.csv") ||
         path_exists(folder / "labels.csv");
}

TrainingClips read_folder(const fs::path& folder, const std::vector<std::string>& templates) {
  if (path_exists(folder / "captions.csv")) return captioned_clips(folder / "captions.csv");
  if (is_fma(folder)) return fma_clips(folder, templates);
  if (has_label_list(folder)) return labelled_clips(folder);
  const std::vector<fs::path> files = data::sound_files(folder);
  if (files.empty()) throw Error(ErrorCode::not_found, display(folder) + ": no sounds in there");
  const TagsFound tags = find_tags(files);
  if (tags.enough()) return music_clips(files, templates);
  if (data::subfolders(folder).empty())
    throw Error(ErrorCode::not_found,
                display(folder) +
                    ": nothing says what its sounds are. Looked for: captions.csv (path,caption); "
                    "labels.csv and the layouts of FMA, ESC-50 and UrbanSound8K; tags (title, "
                    "artist or genre) in at least half of the files, of which " +
                    std::to_string(tags.tagged) + " of " + std::to_string(tags.looked) +
                    " have some; folders named for what is in them (docs/TUNE.md)");
  return labelled_clips(folder);
}

TrainingClips read_file(const fs::path& file) {
  if (is_library(file)) return library_clips(file);
  if (file.extension() != ".csv" && file.extension() != ".CSV")
    throw Error(ErrorCode::unsupported, display(file) + ": is neither a folder nor a CSV file nor a Hearken library");
  return has_captions(file) ? captioned_clips(file) : labelled_clips(file);
}

}  // namespace

std::string one_line(std::string_view text) {
  std::string out;
  bool gap = false;
  while (!text.empty() && out.size() < kLongestCaption) {
    const CodePoint point = first_code_point(text);
    const std::string_view bytes = text.substr(0, point.length);
    text.remove_prefix(point.length);
    const bool control = point.value < 0x20 || (point.value >= 0x7F && point.value < 0xA0);
    if (control || text::is_white_space(point.value)) {
      gap = true;
      continue;
    }
    const std::string_view spelt = point.well_formed ? bytes : "\uFFFD";
    const bool spaced = gap && !out.empty();
    if (out.size() + spelt.size() + (spaced ? 1 : 0) > kLongestCaption) break;
    if (spaced) out += ' ';
    gap = false;
    out += spelt;
  }
  return out;
}

void add_caption(TrainingClip& clip, std::string_view caption) {
  std::string line = one_line(caption);
  if (!line.empty() && std::find(clip.captions.begin(), clip.captions.end(), line) == clip.captions.end())
    clip.captions.push_back(std::move(line));
}

void add_remarks(const std::vector<std::string>& lines, std::string_view what, std::vector<std::string>& remarks) {
  constexpr std::size_t kSaid = 10;
  const std::size_t said = std::min(lines.size(), kSaid);
  remarks.insert(remarks.end(), lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(said));
  if (lines.size() > said) remarks.push_back(fmt::format("{} more {}", lines.size() - said, what));
}

TrainingClips read_training_clips(const fs::path& data, const fs::path& templates) {
  if (!path_exists(data)) throw os_error(data, "open", ENOENT);
  std::vector<std::string> sentences(built_in_templates().begin(), built_in_templates().end());
  if (!templates.empty()) sentences = read_templates(templates);
  std::error_code ignored;
  TrainingClips out = fs::is_directory(data, ignored) ? read_folder(data, sentences) : read_file(data);
  if (!templates.empty() && out.layout != "fma" && out.layout != "music")
    throw Error(ErrorCode::invalid_argument,
                fmt::format("{}: templates are filled from what music's tags or FMA's lists say; {} holds {}",
                            display(templates), display(data), out.layout));
  if (out.clips.empty())
    throw Error(ErrorCode::not_found,
                display(data) + ": nothing to train on" + (out.remarks.empty() ? "" : "; " + out.remarks.front()));
  return out;
}

}  // namespace hearken::train

// Captions from metadata: FMA's lists, and the tags of files.

#include <algorithm>
#include <array>
#include <system_error>
#include <utility>

#include "audio/decode/decode.h"
#include "core/paths.h"
#include "hearken/dataset.h"
#include "text/tokenizer/fold.h"
#include "train/data/pair_sources.h"
#include "train/data/templates.h"

namespace hearken::train {
namespace {

namespace fs = std::filesystem;

constexpr int kAnyRate = 48000;  // nothing is read of the streams that are opened for their tags
constexpr std::size_t kLongestField = 200;

// A field on one line and of a sensible length.
std::string field(std::string_view text) {
  std::string out = one_line(text);
  if (out.size() > kLongestField) {
    std::size_t end = kLongestField;
    while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0) == 0x80) --end;
    out.resize(end);
  }
  return out;
}

// The clip, where there is something to say of it.
void add_track(const fs::path& path, const Metadata& metadata, const std::vector<std::string>& templates,
               std::string_view group, std::string_view split, TrainingClips& out, std::vector<std::string>& without) {
  TrainingClip clip;
  clip.path = path;
  clip.captions = captions_from(templates, metadata);
  clip.group = text::fold_case(group);
  clip.split = split;
  if (clip.captions.empty())
    without.push_back(display(path) + ": nothing is known of it that a template asks for");
  else
    out.clips.push_back(std::move(clip));
}

// Its root genre, or what it is filed under where there are several.
std::string genre_of(const FmaTrack& track, const Fma& fma) {
  if (!track.genre_top.empty()) return field(track.genre_top);
  std::string out;
  for (const std::int64_t id : track.genres)
    if (const FmaGenre* genre = fma.genre(id)) out += (out.empty() ? "" : ", ") + one_line(genre->title);
  return field(out);
}

// What its users wrote, and the finer genres.
std::string tags_of(const FmaTrack& track, const Fma& fma) {
  std::vector<std::string> all;
  const auto add = [&](std::string_view text) {
    std::string tag = one_line(text);
    const auto same = [&](const std::string& other) { return text::fold_case(other) == text::fold_case(tag); };
    if (!tag.empty() && !same(track.genre_top) && std::none_of(all.begin(), all.end(), same))
      all.push_back(std::move(tag));
  };
  if (!track.genre_top.empty())
    for (const std::int64_t id : track.genres)
      for (const std::string& title : fma.genre_line(id)) add(title);
  for (const std::string& tag : track.tags) add(tag);
  std::string out;
  for (const std::string& tag : all) {
    if (out.size() + tag.size() + 2 > kLongestField) break;
    out += (out.empty() ? "" : ", ") + tag;
  }
  return out;
}

}  // namespace

TrainingClips fma_clips(const fs::path& folder, const std::vector<std::string>& templates) {
  const Fma fma = read_fma(folder);
  const fs::path root = folder.filename() == "fma_metadata" ? folder.parent_path() : folder;
  constexpr std::array<std::pair<const char*, int>, 4> kFolders = {
      {{"fma_full", 2}, {"fma_large", 2}, {"fma_medium", 1}, {"fma_small", 0}}};
  std::error_code ignored;
  const auto* audio = std::find_if(kFolders.begin(), kFolders.end(),
                                   [&](const auto& f) { return fs::exists(root / f.first, ignored); });
  if (audio == kFolders.end())
    throw Error(ErrorCode::not_found,
                display(root) + ": none of fma_small, fma_medium, fma_large and fma_full is there");
  TrainingClips out;
  out.layout = "fma";
  std::vector<std::string> missing, without;
  for (const FmaTrack& track : fma.tracks) {
    if ((track.subset == "small" ? 0 : track.subset == "medium" ? 1 : 2) > audio->second) continue;
    const fs::path path = root / audio->first / fma_clip(track.id);
    if (!fs::exists(path, ignored)) {
      missing.push_back(display(path) + ": is not there");
      continue;
    }
    const Metadata metadata{field(track.title), field(track.artist), "", genre_of(track, fma), tags_of(track, fma)};
    add_track(path, metadata, templates, track.artist, track.split, out, without);
  }
  add_remarks(missing, "tracks are not there", out.remarks);
  add_remarks(without, "tracks of which nothing is known", out.remarks);
  return out;
}

TagsFound find_tags(const std::vector<fs::path>& files) {
  constexpr std::size_t kLooked = 50;
  TagsFound found{std::min(files.size(), kLooked), 0};
  for (std::size_t i = 0; i < found.looked; ++i) {
    try {
      const audio::Tags tags = audio::open_samples(files[i * files.size() / found.looked], kAnyRate)->tags();
      if (!tags.title.empty() || !tags.artist.empty() || !tags.genre.empty()) ++found.tagged;
    } catch (const Error&) {  // read_training_clips() says so when it comes to that file
    }
  }
  return found;
}

TrainingClips music_clips(const std::vector<fs::path>& files, const std::vector<std::string>& templates) {
  TrainingClips out;
  out.layout = "music";
  std::vector<std::string> unreadable, without;
  for (const fs::path& path : files) {
    audio::Tags tags;
    try {
      tags = audio::open_samples(path, kAnyRate)->tags();
    } catch (const Error& error) {
      unreadable.emplace_back(error.what());
      continue;
    }
    const Metadata metadata{field(tags.title), field(tags.artist), field(tags.album), field(tags.genre),
                            field(tags.keywords)};
    add_track(path, metadata, templates, tags.artist.empty() ? tags.album : tags.artist, "", out, without);
  }
  add_remarks(unreadable, "files cannot be read", out.remarks);
  add_remarks(without, "files without tags", out.remarks);
  return out;
}

}  // namespace hearken::train

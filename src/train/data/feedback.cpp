// Captions from what people said of a library's tracks: queries they rated them up for, tags they confirmed.
#include <fmt/format.h>

#include <map>
#include <set>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "core/paths.h"
#include "hearken/library.h"
#include "hearken/rate.h"
#include "library/catalogue/tags.h"
#include "text/tokenizer/fold.h"
#include "train/data/pair_sources.h"

namespace hearken::train {
namespace {

struct Said {
  std::vector<std::string> captions;
  std::set<std::string> denied;  // folded
};

// By track.
std::map<std::int64_t, Said> all_said(const Library& library, std::int64_t& general) {
  std::map<std::int64_t, Said> out;
  for (const Rating& rating : ratings(library)) {
    if (rating.query.empty()) {
      ++general;
      continue;
    }
    Said& said = out[rating.track];
    if (rating.up)
      said.captions.push_back(rating.query);
    else
      said.denied.insert(text::fold_case(one_line(rating.query)));
  }
  for (const library::Verdict& tag : library::verdicts(library)) {
    Said& said = out[tag.track];
    for (const std::string& caption : label_captions(tag.label, tag.label_set)) {
      if (tag.holds)
        said.captions.push_back(caption);
      else
        said.denied.insert(text::fold_case(one_line(caption)));
    }
  }
  return out;
}

}  // namespace

TrainingClips library_clips(const std::filesystem::path& file) {
  const Library library = Library::open(file, OpenMode::read);
  TrainingClips out;
  out.layout = "library";
  std::int64_t general = 0, nothing_good = 0;
  std::vector<std::string> missing;
  for (const auto& [id, said] : all_said(library, general)) {
    const std::optional<TrackFacts> track = library.track(id);
    if (!track) continue;
    TrainingClip clip;
    clip.path = track->path;
    clip.group = text::fold_case(track->artist.empty() ? track->album : track->artist);
    for (const std::string& caption : said.captions)
      if (!said.denied.contains(text::fold_case(one_line(caption)))) add_caption(clip, caption);
    std::error_code ignored;
    if (clip.captions.empty()) {
      ++nothing_good;
    } else if (!std::filesystem::exists(clip.path, ignored)) {
      missing.push_back(display(clip.path) + ": is not there");
    } else {
      out.clips.push_back(std::move(clip));
    }
  }
  add_remarks(missing, "tracks are not there", out.remarks);
  if (nothing_good > 0)
    out.remarks.push_back(
        fmt::format("{}: of {} tracks only what they are not is known: left out", display(file), nothing_good));
  if (general > 0)
    out.remarks.push_back(
        fmt::format("{}: {} ratings without a query name no sound: left out", display(file), general));
  if (out.clips.empty() && out.remarks.empty())
    out.remarks.push_back("no track is rated up for a query, and no tag is confirmed");
  return out;
}

}  // namespace hearken::train

// hearken eval dataset --data DIR: what is read, without listening to any of it.
#include <fmt/format.h>

#include <map>

#include "cli/models/eval_rows.h"
#include "core/paths.h"
#include "hearken/dataset.h"

namespace hearken::cli {
namespace {

namespace fs = std::filesystem;

std::string in_one_line(const std::vector<std::string>& titles) {
  std::string out;
  for (const std::string& title : titles) out += (out.empty() ? "" : " > ") + title;
  return out;
}

int look_up(const EvalOptions& options) {
  const std::size_t bars = options.look_up.find("||");
  if (bars == std::string::npos) throw wrong_eval(options, "--look-up takes TITLE||ARTIST");
  const Fma fma = read_fma(options.data);
  auto tracks = nlohmann::json::array();
  std::string text;
  for (const std::size_t i : fma.find(options.look_up.substr(0, bars), options.look_up.substr(bars + 2))) {
    const FmaTrack& track = fma.tracks[i];
    auto genres = nlohmann::json::array();
    std::string lines;
    for (const std::int64_t id : track.genres) {
      genres.push_back(fma.genre_line(id));
      lines += (lines.empty() ? "" : ", ") + in_one_line(fma.genre_line(id));
    }
    tracks.push_back({{"id", track.id},
                      {"title", track.title},
                      {"artist", track.artist},
                      {"genre_top", track.genre_top},
                      {"genres", std::move(genres)},
                      {"tags", track.tags},
                      {"split", track.split},
                      {"subset", track.subset},
                      {"clip", fma_clip(track.id).native()}});
    text += fmt::format("{}  {} — {}  {}  {} {}  {}\n", track.id, display(track.title), display(track.artist),
                        display(lines), display(track.subset), display(track.split), fma_clip(track.id).native());
  }
  if (options.common.json)
    print_json({{"tracks", std::move(tracks)}});
  else
    fmt::print("{}", text.empty() ? "no track of that title and artist\n" : text);
  return kDone;
}

}  // namespace

int run_eval_dataset(const EvalOptions& options) {
  if (options.data.empty()) throw wrong_eval(options, "needs --data DIR");
  if (!options.look_up.empty()) return look_up(options);
  const LabelledClips clips = options.labels.empty() ? read_labelled(options.data, options.layout)
                                                     : read_labelled_csv(options.labels, options.data);
  std::map<std::string, std::size_t> per_class, per_fold;
  for (const LabelledClip& clip : clips.clips) ++per_class[clips.labels[clip.label]], ++per_fold[clip.fold];
  auto missing = nlohmann::json::array();
  for (const fs::path& path : clips.missing) missing.push_back(display(path));
  nlohmann::json document = {
      {"layout", clips.layout}, {"list", display(clips.list)}, {"clips", clips.clips.size()},   {"classes", per_class},
      {"folds", per_fold},      {"missing", missing},          {"unlabelled", clips.unlabelled}};
  std::string text =
      fmt::format("{}: {} in {}\n", clips.layout, counted(static_cast<std::int64_t>(clips.clips.size()), "clip"),
                  clips.labels.size() == 1 ? "1 class" : fmt::format("{} classes", clips.labels.size()));
  for (const std::string& label : clips.labels) text += fmt::format("  {:>6}  {}\n", per_class[label], display(label));
  for (const auto& [fold, count] : per_fold)
    if (!fold.empty()) text += fmt::format("  {:>6}  fold {}\n", count, display(fold));
  if (clips.unlabelled > 0) text += fmt::format("  {:>6}  without a class, left out\n", clips.unlabelled);
  if (clips.layout == "fma") {
    const Fma fma = read_fma(options.data);
    auto groups = nlohmann::json::array();
    const auto duplicates = fma.duplicates();
    text += fmt::format("  {} in tracks.csv; {} (title and artist) that several of them have\n",
                        counted(static_cast<std::int64_t>(fma.tracks.size()), "track"),
                        counted(static_cast<std::int64_t>(duplicates.size()), "name"));
    for (const auto& group : duplicates) {
      auto ids = nlohmann::json::array();
      for (const std::size_t i : group) ids.push_back(fma.tracks[i].id);
      groups.push_back({{"title", fma.tracks[group.front()].title},
                        {"artist", fma.tracks[group.front()].artist},
                        {"ids", std::move(ids)}});
    }
    document.update({{"tracks", fma.tracks.size()}, {"genres", fma.genres.size()}, {"duplicates", std::move(groups)}});
  }
  if (options.common.json)
    print_json(document);
  else
    fmt::print("{}", text);
  std::vector<FileNote> skipped;
  for (const fs::path& path : clips.missing) skipped.push_back(not_there(path));
  name_skipped(skipped);
  return skipped.empty() ? kDone : kSomeSkipped;
}

}  // namespace hearken::cli

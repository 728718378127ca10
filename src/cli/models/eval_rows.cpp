// From a dataset's folder, or from files of vectors, to rows.
#include "cli/models/eval_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "cli/progress.h"
#include "core/paths.h"
#include "data/labelled_vectors.h"
#include "eval/saved_vectors.h"
#include "hearken/dataset.h"

namespace hearken::cli {
namespace {

namespace fs = std::filesystem;

void load_eval_rows(const EvalOptions& options, EvalRows& out) {
  const LibraryInfo library = library_info_if_there(options.common.library_path());
  out.model = load_model(options.common, &library);
  out.windowing = chosen_windowing(options.windowing, library, *out.model);
  out.dimension = static_cast<std::size_t>(out.model->info().dimension);
}

}  // namespace

Error wrong_eval(const EvalOptions& options, const std::string& what) {
  return Error(ErrorCode::invalid_argument,
               fmt::format("eval {}: {} (see hearken eval {} --help)", options.name, what, options.name));
}

void name_skipped(const std::vector<FileNote>& skipped) {
  // Of a dataset whose larger part is not there a page of lines would help nobody; --json names all.
  constexpr std::size_t kMost = 10;
  for (std::size_t i = 0; i < std::min(skipped.size(), kMost); ++i)
    print_error(fmt::format("skipped {}: {}", short_path(skipped[i].path), skipped[i].reason));
  if (skipped.size() > kMost)
    print_error(fmt::format("skipped {} more; --json names them all", skipped.size() - kMost));
}

void listen(const EvalOptions& options, std::span<const fs::path> files, EvalRows& out) {
  load_eval_rows(options, out);
  ClipOptions clip_options;
  clip_options.windowing = out.windowing;
  clip_options.crop = options.crop == "first" ? Crop::first : options.crop == "centre" ? Crop::centre : Crop::mean;
  clip_options.threads = options.common.threads;
  Progress progress(options.common.quiet);
  clip_options.progress = [&](const IndexProgress& p) { progress.show(p); };
  ClipVectors found = clip_vectors(*out.model, files, clip_options);
  progress.clear();
  if (!options.common.quiet)
    for (const FileNote& warning : found.warnings)
      print_error(fmt::format("{}: {}", short_path(warning.path), warning.reason));
  if (found.clips.empty()) {
    for (const FileNote& skipped : found.skipped)
      print_error(fmt::format("skipped {}: {}", short_path(skipped.path), skipped.reason));
    throw Error(ErrorCode::not_found, "eval: no sound could be read");
  }
  out.audio = std::move(found.rows);
  out.clips = std::move(found.clips);
  out.skipped.insert(out.skipped.end(), found.skipped.begin(), found.skipped.end());
}

FileNote not_there(const fs::path& path) { return {path, ErrorCode::not_found, "is listed and is not there"}; }

EvalRows labelled_rows(const EvalOptions& options) {
  if (options.data.empty() == options.vectors.empty())
    throw wrong_eval(options, "give either --data DIR or --vectors FILE");
  if (!options.vectors.empty() && options.labels.empty())
    throw wrong_eval(options, "--vectors goes with --labels, a CSV with a row for each");
  EvalRows out;
  if (!options.vectors.empty()) {
    data::LabelledVectors given = data::read_labelled_vectors(options.vectors, options.labels);
    const std::vector<std::string> folds = eval::read_folds(options.labels, given.labels.size());
    out.dataset = short_path(options.labels), out.layout = "vectors", out.dimension = given.dimension;
    const std::set<std::string> names(given.labels.begin(), given.labels.end());
    out.classes.assign(names.begin(), names.end());
    std::erase(out.classes, "");
    for (std::size_t i = 0; i < given.labels.size(); ++i) {
      if (given.labels[i].empty()) continue;
      const auto at = std::lower_bound(out.classes.begin(), out.classes.end(), given.labels[i]);
      out.truth.push_back(static_cast<std::size_t>(at - out.classes.begin()));
      out.folds.push_back(folds[i]);
      out.names.push_back(i < given.names.size() ? given.names[i] : fmt::format("row {}", i));
      const auto row = given.rows.begin() + static_cast<std::ptrdiff_t>(i * given.dimension);
      out.audio.insert(out.audio.end(), row, row + static_cast<std::ptrdiff_t>(given.dimension));
    }
    out.described = {{"layout", "vectors"}, {"vectors", display(options.vectors)}};
    return out;
  }

  const LabelledClips clips = options.labels.empty() ? read_labelled(options.data, options.layout)
                                                     : read_labelled_csv(options.labels, options.data);
  out.layout = clips.layout;
  out.dataset = clips.layout == "csv" || clips.layout == "folder" ? short_path(options.data) : clips.layout;
  for (const fs::path& path : clips.missing) out.skipped.push_back(not_there(path));
  std::vector<fs::path> files;
  for (const LabelledClip& clip : clips.clips) files.push_back(clip.path);
  listen(options, files, out);
  out.classes = clips.labels;
  for (const std::size_t i : out.clips) {
    out.truth.push_back(clips.clips[i].label);
    out.folds.push_back(clips.clips[i].fold);
    out.names.push_back(display(clips.clips[i].path));
  }
  out.described = {{"layout", clips.layout}, {"path", display(options.data)}, {"unlabelled", clips.unlabelled}};
  if (!clips.list.empty()) out.described["list"] = display(clips.list);
  return out;
}

}  // namespace hearken::cli

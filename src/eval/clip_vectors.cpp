// Files through the indexer's pipeline, one vector each.
#include <cmath>
#include <map>
#include <string>
#include <utility>

#include "core/enum_names.h"
#include "core/paths.h"
#include "core/threads/threads.h"
#include "hearken/eval.h"
#include "library/half.h"
#include "library/indexing/index_run.h"
#include "library/indexing/pipeline.h"

namespace hearken {
namespace {

std::vector<float> window_row(const library::Embedded& file, std::size_t window, std::size_t width) {
  std::vector<float> row(width);
  for (std::size_t i = 0; i < width; ++i) row[i] = library::float_from_half(file.vectors[window * width + i]);
  return row;
}

// Not scaled to length 1: its dot product with a text is the mean cosine of the windows.
std::vector<float> mean_row(const library::Embedded& file, std::size_t width) {
  const std::size_t windows = file.starts_seconds.size();
  std::vector<double> sums(width);
  for (std::size_t w = 0; w < windows; ++w)
    for (std::size_t i = 0; i < width; ++i)
      sums[i] += static_cast<double>(library::float_from_half(file.vectors[w * width + i]));
  std::vector<float> row(width);
  for (std::size_t i = 0; i < width; ++i) row[i] = static_cast<float>(sums[i] / static_cast<double>(windows));
  return row;
}

std::size_t centre_window(const library::Embedded& file, double window_seconds) {
  const double middle = file.duration_seconds / 2;
  std::size_t best = 0;
  double nearest = std::abs(file.starts_seconds.front() + window_seconds / 2 - middle);
  for (std::size_t w = 1; w < file.starts_seconds.size(); ++w) {
    const double distance = std::abs(file.starts_seconds[w] + window_seconds / 2 - middle);
    if (distance < nearest) best = w, nearest = distance;
  }
  return best;
}

}  // namespace

constexpr std::string_view kCropNames[] = {"mean", "first", "centre"};
std::string_view to_string(Crop crop) noexcept { return name_in(kCropNames, crop); }

ClipVectors clip_vectors(const Model& model, std::span<const std::filesystem::path> files, const ClipOptions& options) {
  ClipVectors out;
  const library::WindowModel steps = library::window_model(model, options.windowing);
  out.dimension = steps.dimension;
  std::vector<std::string> paths;
  for (const std::filesystem::path& file : files) paths.push_back(file.native());

  std::map<std::size_t, std::vector<float>> rows;
  std::map<std::size_t, double> seconds;
  std::map<std::size_t, FileNote> skipped, warnings;
  IndexProgress progress;
  progress.files_total = static_cast<std::int64_t>(files.size());
  const double began = monotonic_seconds();
  library::Pipeline pipeline;
  pipeline.threads = thread_count(options.threads);
  pipeline.finished = [&](std::span<library::Finished> batch) {
    for (library::Finished& finished : batch) {
      ++progress.files_done;
      if (auto* failed = std::get_if<library::Failed>(&finished.result)) {
        std::string reason = failed->changed ? "changed while it was read" : std::move(failed->reason);
        skipped.emplace(finished.file, FileNote{files[finished.file], failed->code, std::move(reason)});
        ++progress.skipped;
        continue;
      }
      auto& file = std::get<library::Embedded>(finished.result);
      seconds[finished.file] = file.duration_seconds;
      if (!file.warning.empty())
        warnings.emplace(finished.file, FileNote{files[finished.file], ErrorCode::corrupt, std::move(file.warning)});
      rows.emplace(finished.file,
                   options.crop == Crop::mean ? mean_row(file, out.dimension)
                   : options.crop == Crop::first
                       ? window_row(file, 0, out.dimension)
                       : window_row(file, centre_window(file, options.windowing.window_seconds), out.dimension));
    }
  };
  pipeline.tick = library::progress_tick(options.progress, progress, began);
  library::run_pipeline(paths, steps, pipeline);

  for (const auto& [clip, row] : rows) {
    out.clips.push_back(clip);
    out.audio_seconds += seconds.at(clip);
    out.rows.insert(out.rows.end(), row.begin(), row.end());
  }
  for (auto& [clip, note] : skipped) out.skipped.push_back(std::move(note));
  for (auto& [clip, note] : warnings) out.warnings.push_back(std::move(note));
  return out;
}

}  // namespace hearken

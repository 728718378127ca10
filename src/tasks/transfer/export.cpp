// A library's rows, streamed into the files of an export.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/files/new_file.h"
#include "core/files/npy.h"
#include "core/paths.h"
#include "hearken/exchange.h"
#include "library/catalogue/embeddings.h"
#include "library/catalogue/stored_track.h"
#include "library/library_impl.h"
#include "search/index/select.h"
#include "search/scan/stored_rows.h"
#include "search/space.h"
#include "tasks/clips.h"
#include "tasks/transfer/exchange_rows.h"

namespace hearken {
namespace tasks {
namespace {

namespace fs = std::filesystem;

class Export {
 public:
  Export(const Library& library, const fs::path& folder, const ExportOptions& options)
      : library_(library),
        folder_(folder),
        options_(options),
        space_(search::space_named(library, options.model)),
        reader_(library, space_) {}

  ExportReport run() {
    const search::Selection selection = search::selection_of(options_.under, options_.where);
    library::Transaction one_moment(impl_of(library_).db(), library::Transaction::Kind::read);
    list(search::select_tracks(library_, selection));
    report_.model = space_.name;
    report_.fingerprint = space_.fingerprint;
    report_.windowing = space_.windowing;
    report_.dimension = space_.dimension;
    report_.without_vectors = search::count_without(library_, space_, selection);
    if (embeddings_.empty())
      throw Error(ErrorCode::not_found,
                  display(library_.path()) + ": no track to export: none of this model is as asked");
    make_folders(folder_);
    write_files();
    one_moment.commit();
    if (!options_.clips.empty()) write_clip_files();
    return std::move(report_);
  }

 private:
  void list(const search::TrackFilter& filter) {
    for (const library::Embedding& one : library::embeddings(library_, space_.model_id)) {
      if (filter.only && !std::ranges::binary_search(*filter.only, one.track)) continue;
      embeddings_.push_back(one);
      report_.rows += options_.by == ExportBy::window ? one.windows : 1;
    }
    report_.tracks = static_cast<std::int64_t>(embeddings_.size());
  }

  void check_cancelled() const {
    if (options_.cancel != nullptr && *options_.cancel) throw Error(ErrorCode::cancelled, "stopped before the end");
  }

  void write_files() {
    const auto open = [&](bool wanted, const char* name) {
      return wanted ? std::optional<NewFile>(std::in_place, folder_ / name) : std::nullopt;
    };
    std::optional<NewFile> npy = open(options_.npy, kVectorsFile), jsonl = open(options_.jsonl, kJsonlFile),
                           csv = open(options_.csv, kCsvFile);
    NewFile manifest(folder_ / kManifestFile);
    if (npy) npy->write(npy_header(static_cast<std::size_t>(report_.rows), space_.dimension));
    if (csv) csv->write(csv_columns(options_.by) + "\n");
    std::int64_t rows = 0;
    search::StoredRows means(library_, space_.dimension);
    for (const library::Embedding& one : embeddings_) {
      check_cancelled();
      const library::StoredTrack stored = reader_.track(one.track);
      const std::vector<float> vectors = vectors_of(stored, one, means);
      std::string json_lines, csv_lines;
      for (const Row& row : rows_of(stored)) {
        if (jsonl) json_lines += row_json(row, options_.by) + "\n";
        if (csv) csv_lines += row_csv(row, options_.by) + "\n";
        ++rows;
      }
      if (npy) npy->write(std::as_bytes(std::span(vectors)));
      if (jsonl) jsonl->write(json_lines);
      if (csv) csv->write(csv_lines);
    }
    if (rows != report_.rows)
      throw Error(ErrorCode::corrupt,
                  display(library_.path()) + ": damaged: its tracks have not the windows it counts");
    const VectorOrigin origin{space_.name, space_.fingerprint, space_.windowing, space_.precision, space_.dimension};
    manifest.write(manifest_json({options_.by, static_cast<std::size_t>(rows), origin}, report_.tracks));
    for (std::optional<NewFile>* file : {&npy, &jsonl, &csv})
      if (*file) (*file)->finish();
    manifest.finish();
    // While files of two exports lie side by side, no manifest says that they belong together.
    std::error_code ignored;
    for (const char* name : {kManifestFile, kVectorsFile, kJsonlFile, kCsvFile}) fs::remove(folder_ / name, ignored);
    for (std::optional<NewFile>* file : {&npy, &jsonl, &csv}) {
      if (!*file) continue;
      (*file)->appear();
      report_.files.push_back((*file)->place());
    }
    manifest.appear();
    report_.files.push_back(manifest.place());
    sync_folder(folder_);
  }

  std::vector<float> vectors_of(const library::StoredTrack& stored, const library::Embedding& one,
                                search::StoredRows& means) const {
    if (options_.by == ExportBy::track) {
      const std::span<const float> mean = means.mean(one.id, one.track);
      return {mean.begin(), mean.end()};
    }
    std::vector<float> out(stored.vectors.size());
    search::widen(stored.vectors, out);
    return out;
  }

  std::vector<Row> rows_of(const library::StoredTrack& stored) const {
    Row row;
    row.track = stored;
    row.quick = stored.quick;
    if (options_.by == ExportBy::track) return {row};
    std::vector<Row> out;
    for (std::size_t w = 0; w < stored.starts_seconds.size(); ++w) {
      row.chunk_id = fmt::format("{}-{}", stored.id, w);
      row.start_seconds = stored.starts_seconds[w];
      row.end_seconds = std::min(row.start_seconds + space_.windowing.window_seconds, stored.duration_seconds);
      out.push_back(row);
    }
    return out;
  }

  void write_clip_files() {
    make_folders(options_.clips);
    for (const library::Embedding& one : embeddings_) {
      check_cancelled();
      fs::path sound;
      try {
        const library::StoredTrack stored = reader_.track(one.track);
        sound = stored.path;
        std::vector<Clip> clips;
        for (std::size_t w = 0; w < stored.starts_seconds.size(); ++w) {
          const double start = stored.starts_seconds[w];
          clips.push_back({start, std::min(start + space_.windowing.window_seconds, stored.duration_seconds),
                           options_.clips / fmt::format("{}-{}.wav", stored.id, w)});
        }
        write_clips(sound, clips);
        report_.clips += static_cast<std::int64_t>(clips.size());
      } catch (const Error& error) {
        // The disk is full, or the folder gone: then no other track will fare better.
        if (error.message().starts_with(display(options_.clips)) || sound.empty()) throw;
        std::string reason = error.what();
        if (const std::string prefix = display(sound) + ": "; reason.starts_with(prefix))
          reason.erase(0, prefix.size());
        report_.skipped.push_back({sound, error.code(), std::move(reason)});
      }
    }
  }

  const Library& library_;
  const fs::path folder_;
  const ExportOptions& options_;
  const search::Space space_;
  library::TrackReader reader_;
  std::vector<library::Embedding> embeddings_;
  ExportReport report_;
};

}  // namespace
}  // namespace tasks

ExportReport export_vectors(const Library& library, const std::filesystem::path& folder, const ExportOptions& options) {
  if (folder.empty()) throw Error(ErrorCode::invalid_argument, "no folder to export to");
  if (!options.npy && !options.jsonl && !options.csv) throw Error(ErrorCode::invalid_argument, "nothing to export");
  if (!options.clips.empty() && options.by != ExportBy::window)
    throw Error(ErrorCode::invalid_argument, "clips are of windows, not of tracks");
  return tasks::Export(library, folder, options).run();
}

}  // namespace hearken

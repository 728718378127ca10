// Listing what there is to read, tracks from their rows, then files through the indexer's pipeline, whose vectors are
// already the 16 bits a library would store.
#include "search/index/sound_inputs.h"

#include <map>
#include <set>
#include <utility>
#include <variant>

#include "audio/decode/decode.h"
#include "core/threads/threads.h"
#include "library/catalogue/embeddings.h"
#include "library/indexing/crawl.h"
#include "library/indexing/index_run.h"
#include "library/indexing/pipeline.h"
#include "library/library_impl.h"
#include "search/scan/sounding.h"
#include "search/space.h"

namespace hearken::search {
namespace {

class Reading {
 public:
  Reading(const Library* library, const Model& model, const ScoreOptions& options, const InputVisitor& visit)
      : library_(library),
        model_(model),
        options_(options),
        visit_(visit),
        steps_(library::window_model(model, options.windowing)) {}

  SoundNotes run(std::span<const ScoreInput> inputs) {
    if (inputs.empty())
      throw Error(ErrorCode::invalid_argument, "nothing to listen to: name a file, a folder or a track");
    list(inputs);
    read_tracks();
    read_files();
    SoundNotes notes;
    for (Place& place : places_) {
      if (place.failed) notes.skipped.push_back(std::move(*place.failed));
      const auto warning = warnings_.find(place.path);
      if (warning != warnings_.end())
        notes.warnings.push_back({warning->first, ErrorCode::corrupt, std::move(warning->second)});
    }
    return notes;
  }

 private:
  // A song in the order asked for, and why it could not be read.
  struct Place {
    std::int64_t id = 0;
    std::string path;  // of a file
    std::optional<FileNote> failed;
  };

  // Files whose bytes the library has listened to already, in the same way, need no listening.
  void find_known() {
    if (library_ == nullptr) return;
    for (const Space& space : spaces(*library_)) {
      if (space.windowing != options_.windowing || space.precision != model_.info().precision ||
          !made_by(model_, space.windowing, space.fingerprint))
        continue;
      for (const library::Embedding& one : library::embeddings(*library_, space.model_id))
        known_.emplace(one.content, one.track);
      reader_.emplace(*library_, space);
    }
  }

  // What there is to do, each song once.
  void list(std::span<const ScoreInput> inputs) {
    std::set<std::int64_t> ids;
    std::set<std::string> paths;
    const auto note = [&](FileNote skipped) { places_.push_back({0, {}, std::move(skipped)}); };
    if (library_ != nullptr) own_files_ = library::own_files(impl_of(*library_));
    for (const ScoreInput& input : inputs) {
      if (input.id != 0) {
        if (ids.insert(input.id).second) places_.push_back({input.id, {}, std::nullopt});
        continue;
      }
      library::Crawl crawled = library::crawl(std::span(&input.path, 1));
      bool any = !crawled.skipped.empty();
      for (FileNote& skipped : crawled.skipped) note(std::move(skipped));
      for (const library::CrawledFile& file : crawled.files) {
        if (!is_song(file)) continue;
        any = true;
        if (paths.insert(file.path).second) places_.push_back({0, file.path, std::nullopt});
      }
      if (!any) note({crawled.folders.front(), ErrorCode::not_found, "no sound files in there"});
    }
  }

  bool is_song(const library::CrawledFile& file) const {
    if (own_files_.contains({file.state.device, file.inode})) return false;
    return file.candidate || audio::sniff(file.path) == audio::Content::audio;
  }

  void read_tracks() {
    std::optional<library::TrackReader> reader;
    for (std::size_t i = 0; i < places_.size(); ++i) {
      if (places_[i].id == 0) continue;
      if (!reader) {
        if (library_ == nullptr)
          throw Error(ErrorCode::invalid_argument, "id:" + std::to_string(places_[i].id) + ": there is no library");
        reader.emplace(*library_, space_made_by(*library_, model_, options_.windowing));
      }
      stored(*reader, i, places_[i].id);
    }
  }

  // A song by the rows of a track, which is the song itself or another file with the same bytes.
  void stored(library::TrackReader& reader, std::size_t at, std::int64_t id) {
    Place& place = places_[at];
    place.failed = visit_stored(reader, id, options_.windowing.window_seconds, [&](const Track&, EmbeddedSound sound) {
      sound.id = place.id;
      if (place.id == 0) sound.path = place.path;
      visit_(at, sound);
    });
    if (place.failed && place.id == 0) place.failed->path = place.path;
  }

  void read_files() {
    std::vector<std::size_t> at;  // places, beside `files`
    std::vector<std::string> files;
    for (std::size_t i = 0; i < places_.size(); ++i) {
      if (places_[i].path.empty()) continue;
      at.push_back(i);
      files.push_back(places_[i].path);
    }
    if (files.empty()) return;
    find_known();
    IndexProgress progress;
    progress.files_total = static_cast<std::int64_t>(files.size());
    const double began = monotonic_seconds();
    library::Pipeline pipeline;
    pipeline.threads = thread_count(options_.threads);
    pipeline.wanted = [&](const Digest& digest) { return library::Wanted{!known_.contains(digest), false}; };
    pipeline.finished = [&](std::span<library::Finished> batch) {
      for (library::Finished& finished : batch) {
        keep(at[finished.file], finished);
        ++progress.files_done;
        progress.skipped += places_[at[finished.file]].failed ? 1 : 0;
      }
    };
    pipeline.tick = library::progress_tick(options_.progress, progress, began);
    library::run_pipeline(files, steps_, pipeline);
  }

  void keep(std::size_t at, library::Finished& finished) {
    Place& place = places_[at];
    if (auto* failed = std::get_if<library::Failed>(&finished.result)) {
      std::string reason = failed->changed ? "changed while it was read" : std::move(failed->reason);
      place.failed = FileNote{place.path, failed->code, std::move(reason)};
      return;
    }
    if (const auto* same = std::get_if<library::AlreadyStored>(&finished.result))
      return stored(*reader_, at, known_.at(same->content));
    library::Embedded& file = std::get<library::Embedded>(finished.result);
    if (file.silence) drop_silence(file.starts_seconds, file.vectors, *file.silence);
    visit_(at, {0, place.path, std::move(file.tags.title), std::move(file.tags.artist), file.duration_seconds,
                options_.windowing.window_seconds, file.starts_seconds, file.vectors});
    if (!file.warning.empty()) warnings_.emplace(place.path, std::move(file.warning));
  }

  const Library* library_;
  const Model& model_;
  const ScoreOptions& options_;
  const InputVisitor& visit_;
  library::WindowModel steps_;
  std::set<library::FileIdentity> own_files_;
  std::map<Digest, std::int64_t> known_;        // tracks whose vectors are those that listening would give, by content
  std::optional<library::TrackReader> reader_;  // of those
  std::vector<Place> places_;
  std::map<std::string, std::string> warnings_;  // by path
};

}  // namespace

SoundNotes visit_inputs(const Library* library, const Model& model, std::span<const ScoreInput> inputs,
                        const ScoreOptions& options, const InputVisitor& visit) {
  return Reading(library, model, options, visit).run(inputs);
}

std::optional<FileNote> visit_stored(library::TrackReader& reader, std::int64_t id, double window_seconds,
                                     const SoundVisitor& visit) {
  const std::string number = "id:" + std::to_string(id);
  library::StoredTrack track;
  try {
    track = reader.track(id);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found && error.code() != ErrorCode::corrupt) throw;
    return FileNote{number, error.code(), std::string(error.what()).substr((number + ": ").size())};
  }
  drop_silence(track.starts_seconds, track.vectors, track.flags);
  visit(track, {id, track.path, track.title, track.artist, track.duration_seconds, window_seconds, track.starts_seconds,
                track.vectors});
  return std::nullopt;
}

}  // namespace hearken::search

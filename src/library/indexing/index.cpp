// The index run: what is there, what is new, what is gone, and what has only moved.
#include "hearken/index.h"

#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <iterator>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <utility>

#include "audio/decode/decode.h"
#include "audio/excerpts.h"
#include "core/paths.h"
#include "core/threads/threads.h"
#include "library/indexing/estimate.h"
#include "library/indexing/index_run.h"
#include "library/indexing/run_lock.h"

namespace hearken {
namespace library {
namespace {

namespace fs = std::filesystem;

// What of some bytes is at hand: stored already, or being worked on by another thread of this pass.
class ClaimedFiles {
 public:
  // `listen`: what was heard is wanted, too.
  ClaimedFiles(std::vector<Digest> embedded, std::vector<Digest> heard, bool listen)
      : embedded_(std::move(embedded)), heard_(std::move(heard)), listen_(listen) {}

  // Once for each digest what nobody has.
  Wanted wanted(const Digest& digest) {
    const auto lacks = [&](const std::vector<Digest>& have) {
      return !std::binary_search(have.begin(), have.end(), digest);
    };
    constexpr Wanted kNothing{false, false};
    const Wanted wanted{lacks(embedded_), listen_ && lacks(heard_)};
    if (!wanted.vectors && !wanted.heard) return kNothing;
    std::lock_guard lock(mutex_);
    return taken_.insert(digest).second ? wanted : kNothing;
  }

 private:
  const std::vector<Digest> embedded_, heard_;
  const bool listen_;
  std::mutex mutex_;
  std::set<Digest> taken_;
};

bool is_gone(const std::string& path) {
  struct stat s{};
  return ::stat(path.c_str(), &s) != 0 && (errno == ENOENT || errno == ENOTDIR);
}

// Gone from a disk that is there: its nearest folder that exists lies on the device the file was on. For tracks outside
// the folders of this run, where nobody looked whether their disk is mounted.
bool is_gone_from_its_disk(const TrackRow& track) {
  if (!is_gone(track.path)) return false;
  for (fs::path folder = fs::path(track.path).parent_path();; folder = folder.parent_path()) {
    struct stat s{};
    if (::stat(folder.c_str(), &s) == 0) return static_cast<std::int64_t>(s.st_dev) == track.state.device;
    if ((errno != ENOENT && errno != ENOTDIR) || folder == folder.parent_path()) return false;
  }
}

// Whether a folder can be read and does not look like the mount point of a disk that is not there.
bool is_settled(const fs::path& folder, std::int64_t device_before) {
  const std::unique_ptr<DIR, int (*)(DIR*)> entries(::opendir(folder.c_str()), ::closedir);
  struct stat s{};
  if (entries == nullptr || ::stat(folder.c_str(), &s) != 0) return false;
  if (static_cast<std::int64_t>(s.st_dev) == device_before) return true;
  for (const dirent* e = ::readdir(entries.get()); e != nullptr; e = ::readdir(entries.get())) {
    if (std::string_view name = e->d_name; name != "." && name != "..") return true;
  }
  return false;
}

class IndexRun {
 public:
  IndexRun(Library::Impl& library, const ModelEntry& entry, const WindowModel& model, const IndexOptions& options)
      : database_(library.db()),
        store_(database_, entry, options.quick ? Pass::quick : Pass::whole),
        model_(model),
        options_(options),
        own_files_(library::own_files(library)),
        estimate_(options.windowing.hop_seconds, options.quick ? quick_seconds() : HUGE_VAL) {}

  IndexReport run(std::span<const fs::path> paths) {
    const double cpu = thread_cpu_seconds();
    const auto tick = [&](const std::string& folder) {
      show(folder);
      return !cancelled();
    };
    const Crawl crawled = crawl(paths, tick, options_.links ? Links::follow : Links::pass_over);
    if (!crawled.cancelled) {
      plan(crawled);
      report_.stages.crawl = thread_cpu_seconds() - cpu;
      listening_since_ = monotonic_seconds();
      embed();
      flag_silent();
      count_missing();
    }
    report_.cancelled = cancelled();
    for (std::vector<FileNote>* notes : {&report_.skipped, &report_.warnings}) {
      std::stable_sort(notes->begin(), notes->end(),
                       [](const FileNote& a, const FileNote& b) { return a.path.native() < b.path.native(); });
    }
    report_.elapsed_seconds = monotonic_seconds() - began_;
    show({}, true);
    return std::move(report_);
  }

 private:
  // Of a file's sound a quick pass listens to no more.
  double quick_seconds() const { return std::size(audio::kExcerptPlaces) * options_.windowing.window_seconds; }

  bool cancelled() const { return options_.cancel != nullptr && *options_.cancel; }

  void show(const std::string& current, bool last = false) {
    const double now = monotonic_seconds();
    if (!options_.progress || (!last && now - shown_ < 0.1)) return;
    shown_ = now;
    IndexProgress progress;
    progress.files_done = done_;
    progress.files_total = report_.found;
    progress.skipped = static_cast<std::int64_t>(report_.skipped.size());
    progress.files_open = last ? 0 : files_open_;
    progress.audio_seconds_done = last ? report_.audio_seconds + report_.listened_seconds : audio_seconds_;
    progress.elapsed_seconds = now - began_;
    progress.listening_seconds = listening_since_ > 0 ? now - listening_since_ : 0;
    foretell(progress, now);
    progress.current = display(current);
    options_.progress(progress);
    // The caller may hold the run there; a pause is no slowness.
    if (first_sound_) first_sound_->first += monotonic_seconds() - now;
  }

  void foretell(IndexProgress& progress, double now) {
    constexpr double kSoonest = 1;  // second; before that a rate says nothing
    const SoundAndWork done = estimate_.done(), left = estimate_.left();
    progress.audio_seconds_total = done.sound + left.sound;
    const double total = done.work + left.work;
    const double so_far = std::min(total, done.work + std::max(0.0, audio_seconds_ - done.sound));
    if (total <= 0 || so_far <= 0) return;
    progress.part_done = so_far / total;
    if (!first_sound_) first_sound_ = {now, so_far};
    const double since = now - first_sound_->first, work = so_far - first_sound_->second;
    if (since >= kSoonest && work > 0) progress.seconds_left = (total - so_far) / work * since;
  }

  void skip(const fs::path& path, ErrorCode code, std::string reason) {
    report_.skipped.push_back({path, code, std::move(reason)});
  }

  // Compares what was crawled with what is stored, and settles in one transaction what needs no decoding.
  void plan(const Crawl& crawled) {
    report_.skipped = crawled.skipped;
    std::vector<std::pair<std::int64_t, FileState>> seen;
    std::vector<std::pair<std::int64_t, std::string>> newest;
    std::int64_t found = 0;
    for (const CrawledFile& file : crawled.files) {
      if (cancelled()) return;
      show(file.path);
      if (own_files_.contains({file.state.device, file.inode})) {
        if (file.candidate) skip(file.path, ErrorCode::unsupported, "is the library itself");
        continue;
      }
      const std::optional<TrackRow> track = store_.at(file.path);
      const bool heard = options_.quick || (track && track->heard);
      if (track && track->embedded && heard && track->state.same_content_as(file.state)) {
        ++report_.unchanged;
        if (track->missing || track->state.device != file.state.device) seen.emplace_back(track->id, file.state);
      } else if (track || file.candidate || audio::sniff(file.path) == audio::Content::audio) {
        newest.emplace_back(when(file, track), file.path);
        if (options_.progress) estimate_.add(file.path, file.state.size, audio::declared_seconds(file.path));
      } else {
        continue;
      }
      ++found;
    }
    newest_first(std::move(newest));
    const std::vector<std::int64_t> missing = find_missing(crawled);
    Transaction transaction(database_, Transaction::Kind::write);
    for (const std::string& folder : crawled.folders) {
      if (!below_any(folder, untouched_)) store_.add_source(folder);
    }
    for (const auto& [id, state] : seen) store_.seen(id, state);
    for (const std::int64_t id : missing) store_.mark_missing(id);
    transaction.commit();
    report_.found = found;
    done_ = report_.unchanged;
  }

  // When somebody last changed it, or rated it: that is the music that is listened to.
  std::int64_t when(const CrawledFile& file, const std::optional<TrackRow>& track) {
    return std::max(file.state.mtime_ns, track ? store_.last_rated(track->id) * 1'000'000'000 : 0);
  }

  // By days behind the newest, and those of a day by path: what is listened to now can be found first, and the tracks
  // of an album stay together. `files`: by path.
  void newest_first(std::vector<std::pair<std::int64_t, std::string>> files) {
    if (files.empty()) return;
    constexpr std::int64_t kDay = std::int64_t{86'400} * 1'000'000'000;
    const std::int64_t newest = std::ranges::max_element(files)->first;
    std::ranges::stable_sort(files, {}, [&](const auto& file) { return (newest - file.first) / kDay; });
    for (auto& [time, path] : files) work_.push_back(std::move(path));
  }

  static bool below_any(std::string_view path, const std::vector<std::string>& folders) {
    return std::any_of(folders.begin(), folders.end(), [&](const std::string& f) { return at_or_below(path, f); });
  }

  // Tracks that should have been met and are not there. Fills settled_ and untouched_.
  std::vector<std::int64_t> find_missing(const Crawl& crawled) {
    for (const EmptyFolder& folder : crawled.empty) {
      std::int64_t tracks = 0, elsewhere = 0;
      for (const bool marked : {false, true}) {
        store_.for_each_below(folder.path, marked, [&](const TrackRow& track) {
          ++tracks;
          elsewhere += track.state.device != folder.device ? 1 : 0;
        });
      }
      if (elsewhere == 0) continue;
      untouched_.push_back(folder.path);
      skip(folder.path, ErrorCode::not_found,
           "looks unmounted: it is empty, and " + std::to_string(tracks) +
               " tracks of the library lie below it; they are left as they are");
    }
    for (const FileNote& note : crawled.skipped) untouched_.push_back(note.path.native());
    settled_ = crawled.folders;
    settled_.insert(settled_.end(), crawled.files_named.begin(), crawled.files_named.end());

    std::vector<std::int64_t> missing;
    for (const std::string& path : crawled.gone) {
      const std::optional<TrackRow> track = store_.at(path);
      if (!track || !is_settled(fs::path(path).parent_path(), track->state.device)) continue;
      std::erase(untouched_, path);
      settled_.push_back(path);
    }
    const auto met = [&](const std::string& path) {
      const auto at = std::lower_bound(crawled.files.begin(), crawled.files.end(), path,
                                       [](const CrawledFile& file, const std::string& p) { return file.path < p; });
      return at != crawled.files.end() && at->path == path;
    };
    for (const std::string& place : settled_) {
      store_.for_each_below(place, false, [&](const TrackRow& track) {
        // Asked by name before it is called missing: it may be hidden, or reached by another way this time.
        if (!met(track.path) && !below_any(track.path, untouched_) &&
            (is_gone(track.path) || crawled.ignored.covers_below(track.path)))
          missing.push_back(track.id);
      });
    }
    return missing;
  }

  // ── vectors, and what is heard ──

  // In passes: a file with the bytes of another in the same pass waits for that one; when that one came to nothing, it
  // gets its own turn in the next.
  void embed() {
    while (!work_.empty() && !cancelled()) {
      ClaimedFiles claims(store_.contents(), store_.heard_contents(), !options_.quick);
      waiting_.clear();
      Pipeline pipeline;
      pipeline.threads = thread_count(options_.threads);
      pipeline.cancel = options_.cancel;
      pipeline.quick = options_.quick;
      pipeline.wanted = [&](const Digest& digest) { return claims.wanted(digest); };
      pipeline.finished = [&](std::span<Finished> batch) { keep(batch); };
      const double before = audio_seconds_;
      pipeline.tick = [&](const PipelineState& state) {
        audio_seconds_ = before + state.audio_seconds;
        files_open_ = state.files_open;
        show(state.current);
      };
      const PipelineSeconds seconds = run_pipeline(work_, model_, pipeline);
      report_.stages.decode += seconds.decode;
      report_.stages.analysis += seconds.analysis;
      report_.stages.features += seconds.features;
      report_.stages.tower += seconds.tower;
      work_ = keep_waiting();
    }
  }

  void keep(std::span<Finished> batch) {
    const double cpu = thread_cpu_seconds();
    Transaction transaction(database_, Transaction::Kind::write);
    for (Finished& finished : batch) {
      const std::string& path = work_[finished.file];
      if (auto* embedded = std::get_if<Embedded>(&finished.result)) {
        const std::optional<TrackRow> before = store_.at(path);
        store_.put(path, *embedded, is_gone_from_its_disk);
        ++report_.indexed;
        ++done_;
        report_.quick += embedded->quick ? 1 : 0;
        report_.completed += before && before->quick && !embedded->quick ? 1 : 0;
        const double windows = static_cast<double>(embedded->starts_seconds.size());
        const double seconds =
            embedded->quick ? windows * options_.windowing.window_seconds : embedded->duration_seconds;
        report_.audio_seconds += seconds;
        estimate_.held(path, seconds);
        if (!embedded->warning.empty()) report_.warnings.push_back({path, ErrorCode::corrupt, embedded->warning});
      } else if (auto* known = std::get_if<AlreadyStored>(&finished.result)) {
        if (known->heard) estimate_.held(path, known->duration_seconds);
        if (!adopt(path, *known)) {
          waiting_.emplace_back(path, std::move(*known));
        } else if (known->heard) {
          ++report_.listened;
          report_.listened_seconds += known->duration_seconds;
        }
      } else {
        failed(path, std::get<Failed>(finished.result));
      }
    }
    transaction.commit();
    report_.stages.store += thread_cpu_seconds() - cpu;
  }

  std::vector<std::string> keep_waiting() {
    std::vector<std::string> again;
    if (waiting_.empty()) return again;
    Transaction transaction(database_, Transaction::Kind::write);
    for (const auto& [path, known] : waiting_) {
      if (!adopt(path, known)) again.push_back(path);
    }
    transaction.commit();
    return again;
  }

  bool adopt(const std::string& path, const AlreadyStored& known) {
    switch (store_.adopt(path, known, is_gone_from_its_disk)) {
      case RelinkResult::unknown: return false;
      case RelinkResult::same: ++report_.unchanged; break;
      case RelinkResult::moved:
      case RelinkResult::copied: ++report_.moved; break;
    }
    estimate_.drop(path);
    ++done_;
    return true;
  }

  // A track whose file was replaced by something that is no sound: what was stored is not there any more.
  void failed(const std::string& path, Failed& failure) {
    const bool other_content =
        failure.changed || failure.code == ErrorCode::corrupt || failure.code == ErrorCode::unsupported;
    if (other_content) {
      struct stat s{};
      const std::optional<TrackRow> track = store_.at(path);
      const bool replaced = track && ::stat(path.c_str(), &s) == 0 && !stat_is(track->state, s);
      if (replaced) store_.mark_missing(track->id);
    }
    skip(path, failure.code, std::move(failure.reason));
    estimate_.drop(path);
    ++done_;
  }

  static bool stat_is(const FileState& state, const struct stat& s) {
    return state.size == s.st_size &&
           state.mtime_ns == static_cast<std::int64_t>(s.st_mtim.tv_sec) * 1'000'000'000 + s.st_mtim.tv_nsec;
  }

  void flag_silent() {
    Transaction transaction(database_, Transaction::Kind::write);
    store_.flag_silent();
    transaction.commit();
  }

  void count_missing() {
    std::set<std::int64_t> missing, forgettable;
    for (const std::string& place : settled_) {
      store_.for_each_below(place, true, [&](const TrackRow& track) {
        missing.insert(track.id);
        if (!below_any(track.path, untouched_)) forgettable.insert(track.id);
      });
    }
    report_.missing = static_cast<std::int64_t>(missing.size());
    if (!options_.prune || cancelled() || forgettable.empty()) return;
    Transaction transaction(database_, Transaction::Kind::write);
    for (const std::int64_t id : forgettable) store_.forget(id);
    transaction.commit();
    report_.pruned = static_cast<std::int64_t>(forgettable.size());
  }

  Database& database_;
  Store store_;
  const WindowModel& model_;
  const IndexOptions& options_;
  const std::set<FileIdentity> own_files_;
  IndexReport report_;
  std::vector<std::string> work_;                               // paths to read, in order
  std::vector<std::pair<std::string, AlreadyStored>> waiting_;  // for a file with the same bytes
  std::vector<std::string> settled_;                            // what this run has looked at to the end
  std::vector<std::string> untouched_;                          // places in there that it could not look at
  std::int64_t done_ = 0, files_open_ = 0;
  double audio_seconds_ = 0;
  double listening_since_ = 0;  // monotonic; 0: the folders are being read
  // When the first sound came out, and how much: rates are measured from there, behind what loading takes.
  std::optional<std::pair<double, double>> first_sound_;
  SoundEstimate estimate_;
  const double began_ = monotonic_seconds();
  double shown_ = 0;
};

}  // namespace

std::set<FileIdentity> own_files(const Library::Impl& library) {
  std::set<FileIdentity> files;
  for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
    struct stat s{};
    if (::stat((library.file.native() + suffix).c_str(), &s) == 0)
      files.emplace(static_cast<std::int64_t>(s.st_dev), s.st_ino);
  }
  return files;
}

WindowModel window_model(const Model& model, const Windowing& windowing) {
  const ModelInfo& info = model.info();
  WindowModel steps;
  steps.sample_rate_hz = info.sample_rate_hz;
  steps.window_samples = model.window_samples(windowing.window_seconds);
  steps.hop_samples = model.hop_samples(windowing.hop_seconds);
  steps.feature_count = model.feature_count(steps.window_samples);
  steps.dimension = static_cast<std::size_t>(info.dimension);
  steps.features = [&model](std::span<const float> samples, std::span<float> out) {
    model.audio_features(samples, out);
  };
  steps.embed = [&model](std::span<const float> features, std::span<float> vectors) {
    model.embed_features(features, vectors);
  };
  return steps;
}

IndexReport run_index(Library::Impl& library, const ModelEntry& entry, const WindowModel& model,
                      std::span<const fs::path> paths, const IndexOptions& options) {
  if (paths.empty()) throw Error(ErrorCode::invalid_argument, "nothing to index: name a folder or a file");
  if (library.mode != OpenMode::create) {
    throw Error(ErrorCode::invalid_argument, display(library.path) + ": the library was opened for reading only");
  }
  const RunLock lock(library.file, library.path);
  return IndexRun(library, entry, model, options).run(paths);
}

}  // namespace library

IndexReport index(Library& library, const Model& model, std::span<const std::filesystem::path> paths,
                  const IndexOptions& options) {
  const Windowing& windowing = options.windowing;
  const ModelInfo& info = model.info();
  const library::WindowModel steps = library::window_model(model, windowing);
  const library::ModelEntry entry{model.fingerprint(windowing), info.name, steps.dimension, windowing, info.precision};
  return run_index(impl_of(library), entry, steps, paths, options);
}

}  // namespace hearken

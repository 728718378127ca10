// Vectors that another program made into a space of their own: both files are read and checked first, then every sound
// is heard, and its track written.
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "audio/decode/decode.h"
#include "core/ascii.h"
#include "core/numerics/vectors.h"
#include "core/paths.h"
#include "core/threads/threads.h"
#include "data/csv.h"
#include "data/labelled_vectors.h"
#include "hearken/exchange.h"
#include "library/catalogue/tracks.h"
#include "library/half.h"
#include "library/indexing/pipeline.h"
#include "library/indexing/run_lock.h"
#include "library/indexing/store.h"
#include "library/library_impl.h"
#include "search/scan/exact_scan.h"
#include "search/space.h"

namespace hearken {
namespace tasks {
namespace {

namespace fs = std::filesystem;

void check_name(const std::string& name, const Library& library) {
  const auto wrong = [&](const std::string& reason) {
    return Error(ErrorCode::invalid_argument, "--as " + display(name) + ": " + reason);
  };
  if (!is_plain_name(name) || name.front() == '.' || name.front() == '-')
    throw wrong(fmt::format("a name has up to {} letters, digits, \"-\", \"_\" and \".\"", kLongestPlainName));
  if (name == "starter") throw wrong("is a model's name");
  for (const search::Space& space : search::spaces(library))
    if (space.name == name && !is_foreign(space.fingerprint)) throw wrong("is the name of a model of this library");
}

// What a library holds of windows (docs/CHECK.md).
void check_windowing(const Windowing& windowing) {
  const auto held = [](double seconds) { return seconds >= 0.01 && seconds <= library::kWholeTrackSeconds; };
  if (held(windowing.window_seconds) && held(windowing.hop_seconds)) return;
  throw Error(ErrorCode::invalid_argument,
              fmt::format("--window and --hop are from 0.01 to {:g} s", library::kWholeTrackSeconds));
}

// A track of the CSV file, with its rows of the matrix.
struct Listed {
  std::string path;
  std::size_t line = 0;  // the first
  std::optional<std::string> title, artist, album, genre;
  std::vector<double> starts_seconds;
  std::vector<std::size_t> rows;
};

// The lines of the CSV file, by track.
class TrackTable {
 public:
  explicit TrackTable(const fs::path& path)
      : file_(path),
        folder_(fs::absolute(path).parent_path()),
        path_(file_.column("path")),
        start_(file_.find_column("start")),
        title_(file_.find_column("title")),
        artist_(file_.find_column("artist")),
        album_(file_.find_column("album")),
        genre_(file_.find_column("genre")) {}

  bool windows() const { return start_.has_value(); }

  // In the order of their first lines. There are `rows` rows of `vectors`.
  std::vector<Listed> read(std::size_t rows, const fs::path& vectors) {
    const auto mismatch = [&](const std::string& what) {
      return Error(ErrorCode::mismatch,
                   fmt::format("{}: {}, {} has {} rows", display(file_.path()), what, display(vectors), rows));
    };
    std::size_t row = 0;
    for (; file_.next(); ++row) {
      if (row == rows) throw mismatch(fmt::format("line {}: a row too many", file_.line()));
      add(row);
    }
    if (row < rows) throw mismatch(fmt::format("ends after {} rows", row));
    return std::move(tracks_);
  }

 private:
  // As a library names it: links of folders resolved.
  std::string whole_path() const {
    const std::string_view written = file_.field(path_);
    if (written.empty()) throw file_.bad("the path is empty");
    const fs::path whole = folder_ / written;
    std::error_code error;
    const fs::path folder = fs::canonical(whole.parent_path(), error);
    struct stat s{};
    if (error || ::stat(whole.c_str(), &s) != 0)
      throw Error(ErrorCode::not_found,
                  fmt::format("{}: line {}: {}: no such file", display(file_.path()), file_.line(), display(written)));
    if (!S_ISREG(s.st_mode)) throw file_.bad(display(written) + " is no file");
    return (folder / whole.filename()).native();
  }

  std::optional<std::string> text(std::optional<std::size_t> column) const {
    if (!column || file_.field(*column).empty()) return std::nullopt;
    return display(file_.field(*column));
  }

  void add(std::size_t row) {
    std::string path = whole_path();
    const auto [at, added] = by_path_.emplace(path, tracks_.size());
    if (added) {
      tracks_.push_back(
          {std::move(path), file_.line(), text(title_), text(artist_), text(album_), text(genre_), {}, {}});
    } else if (!start_) {
      throw file_.bad(fmt::format("the file is that of line {}; windows of one file need a column start",
                                  tracks_[at->second].line));
    }
    Listed& track = tracks_[at->second];
    const double start = start_ ? file_.number(*start_) : 0;
    const bool follows = track.starts_seconds.empty() ? start >= 0 : start > track.starts_seconds.back();
    if (!follows) throw file_.bad(fmt::format("the start {:g} does not follow the one before", start));
    track.starts_seconds.push_back(start);
    track.rows.push_back(row);
  }

  data::CsvFile file_;
  const fs::path folder_;
  const std::size_t path_;
  const std::optional<std::size_t> start_, title_, artist_, album_, genre_;
  std::vector<Listed> tracks_;
  std::map<std::string, std::size_t> by_path_;
};

// The matrix, its rows of length 1.
data::LabelledVectors unit_vectors(const fs::path& path) {
  constexpr std::size_t kMostElements = 65536;  // what a library holds of a vector
  data::LabelledVectors out = data::read_vectors(path);
  const std::size_t width = out.dimension;
  if (width > kMostElements)
    throw Error(ErrorCode::unsupported,
                fmt::format("{}: vectors have at most {} elements, not {}", display(path), kMostElements, width));
  for (std::size_t row = 0; row < out.labels.size(); ++row) {
    const std::span<const float> vector = std::span(out.rows).subspan(row * width, width);
    if (std::ranges::all_of(vector, [](float x) { return x == 0; }))
      throw Error(ErrorCode::corrupt, fmt::format("{}: row {} (counted from 0) has length 0", display(path), row));
  }
  numerics::scale_to_unit(out.rows, width);
  return out;
}

// What the library's tracks are of, by their bytes: nobody listens to those again.
std::map<Digest, double> seconds_by_content(const Library& library) {
  std::map<Digest, double> seconds;
  for (const bool missing : {false, true})
    library::for_each_track(library, missing,
                            [&](Track&& track) { seconds.emplace(track.content, track.duration_seconds); });
  return seconds;
}

class SpaceImport {
 public:
  SpaceImport(Library& library, data::LabelledVectors matrix, std::vector<Listed> tracks, const Windowing& windowing,
              const SpaceOptions& options)
      : library_(library),
        options_(options),
        matrix_(std::move(matrix)),
        tracks_(std::move(tracks)),
        entry_{std::string(library::kForeign) + options.name, options.name, matrix_.dimension, windowing,
               Precision::fp32},
        lock_(impl_of(library).file, library.path()),
        store_(impl_of(library).db(), entry_) {
    open_held();
    report_.tracks = static_cast<std::int64_t>(tracks_.size());
  }

  ImportReport run() {
    const std::vector<Digest> heard = store_.heard_contents();
    const std::map<Digest, double> seconds = seconds_by_content(library_);
    std::vector<std::string> paths;
    for (const Listed& track : tracks_) paths.push_back(track.path);
    progress_.files_total = static_cast<std::int64_t>(paths.size());
    library::Pipeline pipeline;
    pipeline.threads = thread_count(options_.threads);
    pipeline.cancel = options_.cancel;
    pipeline.wanted = [&](const Digest& content) {
      return library::Wanted{false, !seconds.contains(content) || !std::ranges::binary_search(heard, content)};
    };
    pipeline.finished = [&](std::span<library::Finished> batch) { keep(batch, seconds); };
    pipeline.tick = library::progress_tick(options_.progress, progress_, began_);
    run_pipeline(paths, {}, pipeline);
    report_.cancelled = options_.cancel != nullptr && *options_.cancel;
    return std::move(report_);
  }

 private:
  // What the space has already. Throws Error(mismatch) where it is of other vectors.
  void open_held() {
    for (const search::Space& space : search::spaces(library_)) {
      if (space.fingerprint != entry_.fingerprint) continue;
      if (space.dimension != entry_.dimension || space.windowing != entry_.windowing) {
        throw Error(ErrorCode::mismatch,
                    fmt::format("--as {}: the library has vectors of {} elements, of {}, under this name; these have "
                                "{}, of {}: give them another name",
                                entry_.name, space.dimension, search::in_words(space.windowing), entry_.dimension,
                                search::in_words(entry_.windowing)));
      }
      held_.emplace(library_, space);
    }
  }

  void keep(std::span<library::Finished> batch, const std::map<Digest, double>& seconds) {
    std::vector<std::pair<const Listed*, library::Embedded>> ready;
    for (library::Finished& finished : batch) {
      const Listed& track = tracks_[finished.file];
      ++progress_.files_done;
      if (auto* failed = std::get_if<library::Failed>(&finished.result)) {
        report_.skipped.push_back({track.path, failed->code, std::move(failed->reason)});
      } else if (auto* known = std::get_if<library::AlreadyStored>(&finished.result)) {
        const double duration = known->heard ? known->duration_seconds : seconds.at(known->content);
        if (track.starts_seconds.back() >= duration) {
          report_.skipped.push_back({track.path, ErrorCode::mismatch,
                                     fmt::format("a window starts at {:g} s, the sound ends at {:.3f} s",
                                                 track.starts_seconds.back(), duration)});
        } else {
          ready.emplace_back(&track, embedded(track, std::move(*known), duration));
        }
      }
    }
    library::Transaction transaction(impl_of(library_).db(), library::Transaction::Kind::write);
    for (const auto& [track, embedded] : ready) write(*track, embedded);
    transaction.commit();
  }

  library::Embedded embedded(const Listed& track, library::AlreadyStored known, double duration) const {
    library::Embedded out;
    out.content = known.content;
    out.state = known.state;
    out.heard = std::move(known.heard);
    out.duration_seconds = duration;
    out.tags = tags(track, known.content);
    out.starts_seconds = track.starts_seconds;
    for (const std::size_t row : track.rows)
      for (const float x : std::span(matrix_.rows).subspan(row * matrix_.dimension, matrix_.dimension))
        out.vectors.push_back(library::half_from_float(x));
    return out;
  }

  // Those of the CSV file, else those that the library has of the track, else the sound's own.
  audio::Tags tags(const Listed& track, const Digest& content) const {
    audio::Tags out;
    if (const auto known = library::Tracks(library_).at(track.path); known && known->content == content) {
      out = {known->title, known->artist, known->album, known->genre};
    } else {
      try {
        constexpr int kAnyRate = 16000;
        out = audio::open_samples(track.path, kAnyRate)->tags();
      } catch (const Error&) {  // it was decoded before: tags are worth no error
      }
    }
    if (track.title) out.title = *track.title;
    if (track.artist) out.artist = *track.artist;
    if (track.album) out.album = *track.album;
    if (track.genre) out.genre = *track.genre;
    return out;
  }

  void write(const Listed& track, const library::Embedded& embedded) {
    const std::optional<library::TrackRow> row = store_.at(track.path);
    if (row && row->embedded && row->content == embedded.content && same_as_held(row->id, embedded)) {
      store_.seen(row->id, embedded.state);
      ++report_.unchanged;
      return;
    }
    store_.put(track.path, embedded);
    ++report_.imported;
    report_.windows += static_cast<std::int64_t>(embedded.starts_seconds.size());
  }

  bool same_as_held(std::int64_t track, const library::Embedded& embedded) const {
    if (!held_ || library::Tracks(library_).track(track)->missing) return false;
    const search::TrackWindows held = held_->track_windows(track);
    const auto same = [](float x, std::uint16_t half) { return library::half_from_float(x) == half; };
    return held.starts_seconds == embedded.starts_seconds && std::ranges::equal(held.vectors, embedded.vectors, same);
  }

  Library& library_;
  const SpaceOptions& options_;
  const data::LabelledVectors matrix_;
  const std::vector<Listed> tracks_;
  const library::ModelEntry entry_;
  const library::RunLock lock_;
  library::Store store_;
  std::optional<search::ExactScan> held_;
  ImportReport report_;
  IndexProgress progress_;
  const double began_ = monotonic_seconds();
};

}  // namespace
}  // namespace tasks

ImportReport import_space(Library& library, const std::filesystem::path& vectors, const std::filesystem::path& tracks,
                          const SpaceOptions& options) {
  if (impl_of(library).mode == OpenMode::read)
    throw Error(ErrorCode::invalid_argument, display(library.path()) + ": the library was opened for reading only");
  tasks::check_name(options.name, library);
  data::LabelledVectors matrix = tasks::unit_vectors(vectors);
  tasks::TrackTable table(tracks);
  const Windowing whole{library::kWholeTrackSeconds, library::kWholeTrackSeconds};
  const Windowing windowing = table.windows() ? options.windowing : whole;
  tasks::check_windowing(windowing);
  std::vector<tasks::Listed> listed = table.read(matrix.labels.size(), vectors);
  return tasks::SpaceImport(library, std::move(matrix), std::move(listed), windowing, options).run();
}

}  // namespace hearken

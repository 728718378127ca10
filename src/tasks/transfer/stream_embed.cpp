// Rows in, rows with vectors out: the library's pipeline between a reader of lines and a writer of rows.
//
// Threads that decode ask for the next file; what a line asks for that is no file (a text, an error) they answer on the
// spot, and what must be fetched they fetch.
#include <exception>
#include <filesystem>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>

#include "core/json_object.h"
#include "core/paths.h"
#include "core/threads/threads.h"
#include "hearken/error.h"
#include "hearken/stream.h"
#include "library/indexing/index_run.h"
#include "library/indexing/pipeline.h"
#include "tasks/playlists/uri.h"
#include "tasks/transfer/fetch.h"
#include "tasks/transfer/row_track.h"
#include "tasks/transfer/stream_input.h"
#include "tasks/transfer/stream_output.h"
#include "tasks/transfer/stream_rows.h"

namespace hearken {
namespace tasks {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

// A row whose file is being worked on.
struct Open {
  std::string carried;
  fs::path path;  // of the row's file; empty: it came by http
  std::optional<UnnamedFile> fetched;
};

// The path of a file: URL.
fs::path local_path(const std::string& url) {
  const auto path = path_of_file_uri(url);
  if (!path) throw Error(ErrorCode::invalid_argument, "url: a file of this machine was expected");
  return *path;
}

// As index names a file.
fs::path whole_path(const fs::path& path) {
  std::error_code ignored;
  fs::path whole = fs::weakly_canonical(path, ignored);
  return whole.empty() ? path : whole;
}

class Stream {
 public:
  Stream(const Model& model, int in, int out, const StreamOptions& options)
      : model_(model),
        options_(options),
        steps_(library::window_model(model, options.windowing)),
        lines_(in),
        rows_(out, options.in_order) {
    const ModelInfo& info = model.info();
    add_origin(origin_,
               {info.name, model.fingerprint(options.windowing), options.windowing, info.precision, steps_.dimension});
  }

  StreamReport run() {
    library::Pipeline pipeline;
    pipeline.threads = thread_count(options_.threads);
    pipeline.exact = true;
    pipeline.finished = [&](std::span<library::Finished> batch) {
      for (library::Finished& finished : batch) answer(finished);
    };
    const library::FileSource files = [&](const auto& stopping) { return next_file(stopping); };
    run_pipeline(files, steps_, pipeline);
    report_.cancelled = !lines_.ended();
    return report_;
  }

 private:
  // ── the threads that decode ──

  std::optional<library::NextFile> next_file(const std::function<bool()>& stopping) {
    const auto done = [&] { return stopping() || (options_.cancel != nullptr && *options_.cancel); };
    while (rows_.wait_for_room(done)) {
      InputLine line;
      std::size_t number = 0;
      {
        std::lock_guard lock(input_);
        auto next = lines_.next(done);
        if (!next) break;
        line = std::move(*next);
        number = begun_++;
      }
      if (auto file = begin(number, line)) return library::NextFile{number, file->native()};
    }
    return std::nullopt;
  }

  // The file that the line is about; nothing when it was answered.
  std::optional<fs::path> begin(std::size_t number, const InputLine& line) {
    std::string carried = "{\"line\":" + std::to_string(line.number) + ',', row;
    const auto fail = [&](ErrorCode code, std::string_view message) {
      row = error_row(carried, code, message, options_.records);
    };
    bool wrong = true;
    try {
      if (line.too_long) throw Error(ErrorCode::corrupt, "the line: is too long");
      const JsonObject members = row_object(line.text, "the line");
      carried = carried_members(line.text);
      Request request = request_of(members);
      if (request.kind != Request::Kind::text) return open(number, carried, request);
      const std::vector<float> vector = model_.embed_texts(std::span(&request.value, 1));
      row = vectors_row(carried, origin_, vector, options_.records);
      wrong = false;
    } catch (const Error& error) {
      fail(error.code(), error.what());
    } catch (const std::exception& error) {
      fail(ErrorCode::internal, display(std::string_view(error.what())));
    }
    put(number, std::move(row), wrong, 0);
    return std::nullopt;
  }

  std::optional<fs::path> open(std::size_t number, std::string carried, const Request& request) {
    const bool url = request.kind == Request::Kind::url;
    const std::string scheme = url ? scheme_of(request.value) : "file";
    Open row{std::move(carried), {}, {}};
    if (scheme == "http" || scheme == "https")
      row.fetched = fetch_file(request.value, options_.most_fetched_bytes, options_.fetch_seconds);
    else
      row.path = whole_path(url ? local_path(request.value) : fs::path(request.value));
    fs::path file = row.fetched ? row.fetched->path() : row.path;
    std::lock_guard lock(open_mutex_);
    open_.emplace(number, std::move(row));
    return file;
  }

  // ── the calling thread ──

  void answer(library::Finished& finished) {
    Open row = [&] {
      std::lock_guard lock(open_mutex_);
      return std::move(open_.extract(finished.file).mapped());
    }();
    if (auto* embedded = std::get_if<library::Embedded>(&finished.result))
      return embedded_row(finished.file, row, *embedded);
    const auto& failed = std::get<library::Failed>(finished.result);
    const std::string reason = failed.changed ? "changed while it was read" : failed.reason;
    put(finished.file, error_row(row.carried, failed.code, reason, options_.records), true, 0);
  }

  void embedded_row(std::size_t number, const Open& row, library::Embedded& embedded) {
    ordered_json out = origin_;
    if (!row.path.empty()) add_path(out, row.path);
    Track track;
    track.title = std::move(embedded.tags.title);
    track.artist = std::move(embedded.tags.artist);
    track.album = std::move(embedded.tags.album);
    track.genre = std::move(embedded.tags.genre);
    track.duration_seconds = embedded.duration_seconds;
    track.size = embedded.state.size;
    track.mtime_ns = embedded.state.mtime_ns;
    track.content = embedded.content;
    add_facts(out, track);
    if (row.path.empty()) out.erase("mtime_ns");  // that of the copy
    if (!embedded.warning.empty()) out["warning"] = embedded.warning;
    out["starts"] = embedded.starts_seconds;
    put(number, vectors_row(row.carried, out, embedded.exact, options_.records), false, embedded.starts_seconds.size());
  }

  // ── both ──

  void put(std::size_t number, std::string row, bool error, std::size_t windows) {
    rows_.put(number, std::move(row));
    std::lock_guard lock(open_mutex_);
    ++report_.rows;
    report_.errors += error ? 1 : 0;
    report_.windows += static_cast<std::int64_t>(windows);
  }

  const Model& model_;
  const StreamOptions& options_;
  const library::WindowModel steps_;
  ordered_json origin_;

  std::mutex input_;  // what follows
  LineReader lines_;
  std::size_t begun_ = 0;

  RowWriter rows_;

  std::mutex open_mutex_;  // what follows
  std::map<std::size_t, Open> open_;
  StreamReport report_;
};

}  // namespace
}  // namespace tasks

StreamReport embed_rows(const Model& model, int in, int out, const StreamOptions& options) {
  return tasks::Stream(model, in, out, options).run();
}

}  // namespace hearken

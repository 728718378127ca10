// /api/v1/jobs.
#include <fmt/format.h>

#include <filesystem>
#include <string>
#include <utility>

#include "core/paths.h"
#include "core/text.h"
#include "core/threads/threads.h"
#include "library/notes.h"
#include "report/result_json.h"
#include "server/access/origin.h"
#include "server/http/errors.h"
#include "server/http/json.h"
#include "server/http/router.h"
#include "server/state/folders.h"
#include "server/state/tracks.h"

namespace hearken::server {
namespace {

constexpr std::size_t kMostNotes = 1000;
constexpr double kHeartbeat = 15;  // seconds without an event after which a comment is sent

json moment(std::int64_t unix_seconds) { return unix_seconds == 0 ? json() : json(date_time(unix_seconds)); }

json notes(const std::vector<FileNote>& list, const std::filesystem::path& folder) {
  json out = json::array();
  for (const FileNote& note : list) {
    if (out.size() == kMostNotes) break;
    out.push_back(library::note_json({shown_below(note.path, folder), note.code, display(note.reason)}));
  }
  return out;
}

json job_json(const Job& job) {
  const std::string folder = display(job.folder) + "/";
  std::string current = job.progress.current;
  if (current.starts_with(folder)) current.erase(0, folder.size());
  json out{{"id", job.id},
           {"state", to_string(job.state)},
           {"folder", display(job.folder)},
           {"source", job.source > 0 ? json(job.source) : json()},
           {"root", job.root > 0 ? json(job.root) : json()},
           {"quick", job.quick},
           {"background", job.background},
           {"created", date_time(job.created_at)},
           {"started", moment(job.started_at)},
           {"finished", moment(job.finished_at)},
           {"progress",
            {{"files_done", job.progress.files_done},
             {"files_total", job.progress.files_total},
             {"skipped", job.progress.skipped},
             {"audio_seconds", job.progress.audio_seconds_done},
             {"elapsed_seconds", job.progress.elapsed_seconds},
             {"part_done", job.progress.part_done},
             {"seconds_left", job.progress.seconds_left ? json(*job.progress.seconds_left) : json()},
             {"current", current}}},
           {"report", nullptr},
           {"skipped", json::array()},
           {"warnings", json::array()},
           {"error", nullptr}};
  if (job.report) {
    const IndexReport& indexed = *job.report;
    out["report"] = report::joined(report::index_json(indexed), {{"skipped", job.skipped}});
    out["skipped"] = notes(indexed.skipped, job.folder);
    out["warnings"] = notes(indexed.warnings, job.folder);
  }
  if (job.error) out["error"] = problem_json(*job.error);
  return out;
}

Work list_jobs(Worker& worker, Request&) {
  json out = json::array();
  for (const Job& job : worker.app.jobs.all()) out.push_back(job_json(job));
  return Work::done(json_response({{"jobs", std::move(out)}}));
}

std::filesystem::path allowed_root(const ServeOptions& options, std::int64_t root) {
  if (static_cast<std::size_t>(root) > options.roots.size())
    throw HttpError(404, "not_found", fmt::format("there is no allowed folder {}", root));
  return options.roots[static_cast<std::size_t>(root) - 1];
}

std::filesystem::path chosen_folder(const Worker& worker, const Request& request, const std::string& folder) {
  if (const auto refused = refused_by_setup(request, worker.app.options)) throw HttpError(*refused);
  return folder_to_index(folder);
}

Work create_job(Worker& worker, Request& request) {
  Jobs& jobs = worker.app.jobs;
  const json body = parsed(request.body);
  Reader reader(body);
  Job job;
  job.source = reader.integer("source", 0, 1, INT64_MAX);
  job.root = reader.integer("root", 0, 1, INT64_MAX);
  const bool chosen = reader.has("folder");
  const std::string folder = chosen ? reader.text("folder", kMostPathBytes) : std::string();
  job.prune = reader.boolean("prune", false);
  job.quick = reader.boolean("quick", false);
  job.background = reader.boolean("background", false);
  reader.done();
  const int ways = static_cast<int>(job.source > 0) + static_cast<int>(job.root > 0) + static_cast<int>(chosen);
  if (ways != 1) reader.refuse("source", "one of source, root and folder was expected");
  job.folder = chosen           ? chosen_folder(worker, request, folder)
               : job.source > 0 ? source_of(worker.library(), job.source).path
                                : allowed_root(worker.app.options, job.root);
  // Who named the folders with --allow-root wants nothing outside of them read.
  job.links = worker.app.options.roots.empty();
  const Job made = jobs.create(std::move(job));
  return Work::done(json_response(job_json(made), 201).with("Location", fmt::format("/api/v1/jobs/{}", made.id)));
}

Work get_job(Worker& worker, Request& request) {
  return Work::done(json_response(job_json(worker.app.jobs.get(request.id(0)))));
}

Work events(Worker& worker, Request& request) {
  Jobs& jobs = worker.app.jobs;
  const std::int64_t id = request.id(0);
  jobs.get(id);
  Response out;
  out.type = "text/event-stream";
  out.events = [&jobs, id, seen = std::uint64_t{0}, over = false, first = true,
                sent_at = monotonic_seconds()]() mutable -> std::optional<std::string> {
    if (over) return std::nullopt;
    const Job job = jobs.get(id);
    over = is_over(job.state);
    const double now = monotonic_seconds();
    if (!first && job.version == seen && !over) {
      if (now - sent_at < kHeartbeat) return std::string();
      sent_at = now;
      return ": still here\n\n";
    }
    first = false;
    seen = job.version;
    sent_at = now;
    return fmt::format("event: job\nid: {}\ndata: {}\n\n", job.version, dumped(job_json(job)));
  };
  return Work::done(std::move(out));
}

Work pause(Worker& worker, Request& request) {
  return Work::done(json_response(job_json(worker.app.jobs.pause(request.id(0)))));
}
Work resume(Worker& worker, Request& request) {
  return Work::done(json_response(job_json(worker.app.jobs.resume(request.id(0)))));
}
Work cancel(Worker& worker, Request& request) {
  return Work::done(json_response(job_json(worker.app.jobs.cancel(request.id(0)))));
}

constexpr Route kJobRoutes[] = {
    needing(Part::library, {"GET", "/api/v1/jobs", list_jobs}),
    needing(Part::library, {"POST", "/api/v1/jobs", create_job, Lane::light, Body::small_json, Right::admin}),
    needing(Part::library, {"GET", "/api/v1/jobs/{job}", get_job}),
    needing(Part::library, {"GET", "/api/v1/jobs/{job}/events", events}),
    needing(Part::library, {"POST", "/api/v1/jobs/{job}/pause", pause, Lane::light, Body::none, Right::admin}),
    needing(Part::library, {"POST", "/api/v1/jobs/{job}/resume", resume, Lane::light, Body::none, Right::admin}),
    needing(Part::library, {"POST", "/api/v1/jobs/{job}/cancel", cancel, Lane::light, Body::none, Right::admin}),
};

}  // namespace

std::span<const Route> job_routes() { return kJobRoutes; }

}  // namespace hearken::server

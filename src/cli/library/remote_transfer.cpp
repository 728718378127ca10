// hearken remote push, pull and verify: what goes between a library and an engine.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "cli/interrupt.h"
#include "cli/library/remote.h"
#include "cli/selecting.h"
#include "core/paths.h"
#include "library/notes.h"

namespace hearken::cli {
namespace {

struct Push {
  RemoteOptions remote;
  PushOptions push;
};

struct Verify {
  RemoteOptions remote;
  VerifyOptions verify;
};

// What push, pull and verify do alike: until Ctrl-C, with a line of progress.
template <class Options, class Run>
auto until_stopped(const CommonOptions& common, Options& options, const char* done, Run run) {
  StatusLine line(common.quiet);
  const Interrupt interrupt;
  options.cancel = interrupt.flag();
  options.progress = shown_by(line, done);
  auto report = run();
  line.clear();
  return report;
}

int push_now(Push& options) {
  const CommonOptions& common = options.remote.common;
  if (!good_where(options.push.where)) return kWrongUsage;
  const Library library = Library::open(common.library_path(), OpenMode::read);
  const Remote remote = connected(options.remote);
  options.push.model = common.model;
  const PushReport report =
      until_stopped(common, options.push, "pushed", [&] { return push(library, remote, options.push); });
  print_skipped(report.skipped);
  if (common.json) {
    nlohmann::json document = origin_json(report.origin);
    document.update({{"engine", display(remote.url())},
                     {"tracks", report.tracks},
                     {"pushed", report.pushed},
                     {"unchanged", report.unchanged},
                     {"windows", report.windows},
                     {"pruned", report.pruned},
                     {"without_vectors", report.without_vectors},
                     {"skipped", library::notes_json(report.skipped)},
                     {"cancelled", report.cancelled},
                     {"seconds", report.seconds}});
    print_json(document);
  } else {
    fmt::print("{}: {} pushed ({}), {} unchanged, {} skipped{}\n", counted(report.tracks, "track"), report.pushed,
               counted(report.windows, "window"), report.unchanged, report.skipped.size(),
               options.push.prune ? fmt::format(", {} pruned", report.pruned) : "");
  }
  if (report.without_vectors > 0)
    print_note(common, fmt::format("{} left out: no vectors of {}", counted(report.without_vectors, "track"),
                                   in_words(report.origin)));
  if (report.cancelled) {
    print_error("stopped; what was pushed stays, and the same command goes on from there");
    return kFailed;
  }
  return exit_status(report.skipped);
}

// The model whose vectors are wanted; without one at hand, those that the library holds already are taken.
int pull_now(const RemoteOptions& options) {
  const CommonOptions& common = options.common;
  const Remote remote = connected(options);
  const std::vector<VectorOrigin> held = origins(remote);
  const LibraryInfo info = library_info_if_there(common.library_path());
  const auto in_library = [&](const VectorOrigin& origin) {
    return std::ranges::any_of(info.models, [&](const LibraryModel& m) { return m.fingerprint == origin.fingerprint; });
  };
  std::optional<Model> model;
  auto origin = common.model.empty() ? std::ranges::find_if(held, in_library) : held.end();
  if (origin == held.end()) {
    CommonOptions named = common;
    if (named.model.empty() && !held.empty()) named.model = held.front().model;
    model = load_model(named, nullptr);
    origin = std::ranges::find_if(
        held, [&](const VectorOrigin& one) { return made_by(*model, one.windowing, one.fingerprint); });
  }
  if (origin == held.end())
    throw Error(ErrorCode::not_found, display(remote.url()) + ": holds no vectors of " +
                                          (model ? "the model '" + display(model->info().name) + "'" : "any model"));
  Library library = Library::open(common.library_path(), OpenMode::create);
  PullOptions pull_options;
  pull_options.model = model ? &*model : nullptr;
  const ImportReport report =
      until_stopped(common, pull_options, "pulled", [&] { return pull(library, remote, *origin, pull_options); });
  for (const FileNote& note : report.skipped) print_error(display(note.path) + ": " + note.reason);
  if (common.json) {
    nlohmann::json document = origin_json(*origin);
    document.update({{"engine", display(remote.url())},
                     {"library", display(library.path())},
                     {"tracks", report.tracks},
                     {"imported", report.imported},
                     {"unchanged", report.unchanged},
                     {"windows", report.windows},
                     {"skipped", library::notes_json(report.skipped)},
                     {"cancelled", report.cancelled}});
    print_json(document);
  } else {
    fmt::print("{}: {} new or completed, {} unchanged, {} skipped\n", counted(report.tracks, "track"), report.imported,
               report.unchanged, report.skipped.size());
  }
  if (report.cancelled) {
    print_error("stopped; what was pulled stays, and the same command goes on from there");
    return kFailed;
  }
  return exit_status(report.skipped, static_cast<std::int64_t>(report.skipped.size()) != report.tracks);
}

constexpr std::size_t kPathsShown = 10;  // of each list

void print_verified(const VerifyReport& report) {
  const auto list = [](const std::vector<std::filesystem::path>& paths, const char* what) {
    for (std::size_t i = 0; i < std::min(paths.size(), kPathsShown); ++i)
      fmt::print("  {}  {}\n", what, short_path(paths[i]));
    if (paths.size() > kPathsShown) fmt::print("  and {} more\n", paths.size() - kPathsShown);
  };
  fmt::print("{}: {}, {}\n", report.clean() ? "all there" : "NOT all there", counted(report.tracks, "track"),
             counted(report.windows, "window"));
  list(report.missing, "missing");
  list(report.differ, "differs");
  if (report.missing_windows > 0) fmt::print("  {} missing\n", counted(report.missing_windows, "window"));
  if (report.foreign_windows > 0)
    fmt::print("  {} that the library's tracks do not have\n", counted(report.foreign_windows, "window"));
  for (const VerifyReport::Counts& counts : report.counts) {
    if (counts.error.empty())
      fmt::print("  {}  has {}, {}\n", counts.endpoint, counted(counts.tracks, "track"),
                 counted(counts.windows, "window"));
    else
      fmt::print("  {}  {}\n", counts.endpoint, display(counts.error));
  }
  if (!report.agree) fmt::print("  not every host has all\n");
  if (report.repaired > 0) fmt::print("  {} written anew\n", counted(report.repaired, "track"));
}

int verify_now(Verify& options) {
  const CommonOptions& common = options.remote.common;
  const Library library = Library::open(common.library_path(), OpenMode::read);
  const Remote remote = connected(options.remote);
  options.verify.model = common.model;
  const VerifyReport report =
      until_stopped(common, options.verify, "verified", [&] { return verify(library, remote, options.verify); });
  if (common.json) {
    const auto paths = [](const std::vector<std::filesystem::path>& all) {
      auto out = nlohmann::json::array();
      for (const std::filesystem::path& path : all) out.push_back(display(path));
      return out;
    };
    auto counts = nlohmann::json::array();
    for (const VerifyReport::Counts& one : report.counts) {
      counts.push_back({{"endpoint", one.endpoint}, {"tracks", one.tracks}, {"windows", one.windows}});
      if (!one.error.empty()) counts.back()["error"] = one.error;
    }
    nlohmann::json document = origin_json(report.origin);
    document.update({{"engine", display(remote.url())},
                     {"clean", report.clean()},
                     {"tracks", report.tracks},
                     {"windows", report.windows},
                     {"missing", paths(report.missing)},
                     {"differ", paths(report.differ)},
                     {"missing_windows", report.missing_windows},
                     {"foreign_windows", report.foreign_windows},
                     {"sampled", report.sampled},
                     {"counts", std::move(counts)},
                     {"agree", report.agree},
                     {"repaired", report.repaired},
                     {"seconds", report.seconds}});
    print_json(document);
  } else {
    print_verified(report);
    print_note(common,
               fmt::format("vectors of {} compared; {:.1f} s", counted(report.sampled, "track"), report.seconds));
    if (!report.clean() && !options.verify.repair)
      print_note(common, report.missing.empty()
                             ? "hearken remote verify --repair writes anew what stays so"
                             : "hearken remote push writes what is missing; what stays missing then, "
                               "hearken remote verify --repair");
  }
  return report.clean() ? kDone : kFailed;
}

}  // namespace

void add_remote_push(CLI::App& remote, int& status) {
  const auto [command, options] =
      add_command(remote, status, "push", "Write what the engine lacks of the library", push_now);
  add_remote_options(command, options.remote);
  add_selection_options(command, options.push.under, options.push.where);
  command.add_flag("--prune", options.push.prune,
                   "Also take out what lies below the library's folders and is not in the library any more");
  command.footer(std::string("Stopped at any moment, the same command goes on; it writes nothing twice.\n\n") +
                 kConditionHelp +
                 R"(
Examples:
  hearken remote push
  hearken remote push --where "genre = 'Jazz'")");
}

void add_remote_pull(CLI::App& remote, int& status) {
  const auto [command, options] =
      add_command(remote, status, "pull", "Take the engine's tracks into the library, without listening", pull_now);
  add_remote_options(command, options);
  command.footer(
      R"(A track is taken when its file is at its path here, with the same content. What the library has already stays.

Example:
  hearken remote pull --library new.db)");
}

void add_remote_verify(CLI::App& remote, int& status) {
  const auto [command, options] =
      add_command(remote, status, "verify", "Whether the engine holds all that the library holds", verify_now);
  add_remote_options(command, options.remote);
  within(command.add_option("--sample", options.verify.sample, "Tracks whose vectors are compared (default 64)"), 0,
         1000000, "N");
  within(command.add_option("--wait", options.verify.seconds, "Seconds for copies to catch up (default 120)"), 0, 86400,
         "S");
  command.add_flag("--repair", options.verify.repair, "Write anew what hosts still do not find after that");
  command.footer(
      R"(Every track and every window is looked for at each host, and the vectors of some tracks are compared number by
number. Exit status 1 when something is missing or different.

Example:
  hearken remote verify --cluster weaviate://a.lan,b.lan,c.lan/Archive)");
}

}  // namespace hearken::cli

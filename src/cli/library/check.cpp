// hearken check
#include "hearken/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "cli/common.h"
#include "cli/library/indexing.h"
#include "core/paths.h"
#include "library/notes.h"

namespace hearken::cli {
namespace {

struct CheckArguments {
  CommonOptions common;
  bool repair = false;
};

nlohmann::json damage_json(const Damage& damage) {
  nlohmann::json out = {{"place", damage.place}, {"reason", damage.reason}};
  if (damage.track != 0) out.update({{"track", damage.track}, {"path", display(damage.path)}});
  if (!damage.model.empty()) out["model"] = damage.model;
  return out;
}

nlohmann::json damages_json(const std::vector<Damage>& damages) {
  auto out = nlohmann::json::array();
  for (const Damage& damage : damages) out.push_back(damage_json(damage));
  return out;
}

nlohmann::json report_json(const Library& library, const CheckReport& report) {
  return {{"library", display(library.path())},
          {"sound", report.damaged.empty()},
          {"tracks", report.tracks},
          {"windows", report.windows},
          {"bytes", report.bytes},
          {"damaged", damages_json(report.damaged)},
          {"caches", library::notes_json(report.caches)},
          {"changed", library::notes_json(report.changed)},
          {"timings_ms", {{"total", report.seconds * 1000}}}};
}

std::string in_words(const Damage& damage) {
  if (damage.track == 0) return fmt::format("{}: {}", damage.place, damage.reason);
  return fmt::format("{}: id:{} {}: {}", damage.place, damage.track, short_path(damage.path), damage.reason);
}

void print_report(const CheckReport& report) {
  constexpr std::size_t kMost = 20;
  for (const Damage& damage : report.damaged) fmt::print("damaged  {}\n", in_words(damage));
  for (const FileNote& note : report.caches) fmt::print("cache    {}: {}\n", short_path(note.path), note.reason);
  for (std::size_t i = 0; i < std::min(kMost, report.changed.size()); ++i)
    fmt::print("file     {}: {}\n", short_path(report.changed[i].path), report.changed[i].reason);
  if (report.changed.size() > kMost) fmt::print("file     {} more; --json names all\n", report.changed.size() - kMost);
}

// Indexes the files with every space of the library that the model made; returns how many were embedded again.
std::int64_t index_again(Library& library, const CommonOptions& options, std::span<const std::filesystem::path> files) {
  const LibraryInfo info = library.info();
  const Model model = load_model(options, &info);
  std::int64_t indexed = 0;
  for (const LibraryModel& entry : info.models) {
    if (!made_by(model, entry.windowing, entry.fingerprint)) {
      if (is_foreign(entry.fingerprint)) {
        print_error(fmt::format("vectors of {} come from another program: hearken import --vectors again", entry.name));
        continue;
      }
      print_error(fmt::format("vectors of {} are not made again here: hearken index --model {} FOLDER", entry.name,
                              shell_word(entry.name)));
      continue;
    }
    IndexOptions index;
    index.windowing = entry.windowing;
    index.threads = options.threads;
    indexed += run_index(library, model, files, std::move(index), options.quiet).indexed;
  }
  return indexed;
}

int run_repair(const CheckArguments& options) {
  Library::open(options.common.library_path(), OpenMode::write);  // what is not there is not made
  Library library = Library::open(options.common.library_path(), OpenMode::create);
  const CheckReport found = check(library);
  const RepairReport repaired = repair(library, found);
  const std::int64_t indexed = repaired.to_index.empty() ? 0 : index_again(library, options.common, repaired.to_index);
  const CheckReport left = found.damaged.empty() ? found : check(library);
  if (options.common.json) {
    nlohmann::json document = report_json(library, left);
    document["repaired"] = {
        {"damaged", damages_json(found.damaged)}, {"indexed", indexed}, {"lost", damages_json(repaired.lost)}};
    print_json(document);
  } else {
    print_report(found);
    for (const Damage& damage : repaired.lost) fmt::print("lost     {}\n", in_words(damage));
    for (const Damage& damage : left.damaged) fmt::print("stays    {}\n", in_words(damage));
  }
  print_note(options.common,
             fmt::format("{} repaired, {} embedded again",
                         counted(static_cast<std::int64_t>(found.damaged.size() - left.damaged.size()), "place"),
                         counted(indexed, "track")));
  return left.damaged.empty() ? kDone : kFailed;
}

int run_check(const CheckArguments& options) {
  if (options.repair) return run_repair(options);
  const Library library = Library::open(options.common.library_path(), OpenMode::read);
  const CheckReport report = check(library);
  if (options.common.json) {
    print_json(report_json(library, report));
  } else {
    print_report(report);
    if (report.damaged.empty()) fmt::print("sound\n");
  }
  print_note(options.common,
             fmt::format("{} and {} in {:.1f} s{}", counted(report.tracks, "track"), counted(report.windows, "window"),
                         report.seconds, report.damaged.empty() ? "" : "; repair them with: hearken check --repair"));
  return report.damaged.empty() ? kDone : kFailed;
}

}  // namespace

void add_check(CLI::App& program, int& status) {
  const auto [command, options] =
      add_command(program, status, "check", "Is everything in the library as it was written?", run_check);
  command.add_flag("--repair", options.repair, "Take out what is damaged, and embed it again where its file is there");
  add_common_options(command, options.common);
  command.footer(
      R"(Every stored value is compared with its digest or its copy. A search never answers from damaged vectors:
it names their track and ends. Exit status 1 says that something is damaged. Files that have changed or are
gone are named, and are no damage: `hearken index` takes them up.

Examples:
  hearken check
  hearken check --repair
  hearken check --json)");
}

}  // namespace hearken::cli

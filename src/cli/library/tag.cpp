// hearken tag [--labels SET], hearken tag TRACK… --add L, hearken tag --rename, --undo or --sidecar
#include "hearken/tag.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "cli/common.h"
#include "cli/labels.h"
#include "cli/progress.h"
#include "cli/selecting.h"
#include "cli/terminal.h"
#include "core/paths.h"
#include "core/threads/threads.h"
#include "library/notes.h"
#include "report/result_json.h"

namespace hearken::cli {
namespace {

struct TagArguments {
  CommonOptions common;
  std::vector<std::string> tracks, add, remove;
  LabelOptions labels;
  WindowingOptions windowing;
  std::filesystem::path under;
  std::string where;
  std::optional<double> likelihood;
  bool dry_run = false, rename = false, undo = false, yes = false, sidecar = false;
};

Error wrong(const std::string& reason) { return {ErrorCode::invalid_argument, "tag: " + reason}; }

nlohmann::json tags_json(const std::vector<Tag>& tags) {
  auto out = nlohmann::json::array();
  for (const Tag& t : tags) {
    out.push_back({{"label", t.label}, {"by", t.by_person ? "person" : "machine"}});
    if (!t.label_set.empty())
      out.back().update({{"labels", t.label_set}, {"score", t.score}, {"probability", t.probability}});
    out.back()["likelihood"] = t.likelihood;
  }
  return out;
}

nlohmann::json tagged_json(const TaggedTrack& track) {
  return report::joined(report::track_json(track), {{"tags", tags_json(track.tags)}});
}

int done(const std::vector<FileNote>& skipped, bool anything) {
  print_skipped(skipped);
  return exit_status(skipped, anything);
}

void print_tags(const TaggedTrack& track) {
  fmt::print("{}\n", fitted_path(short_path(track.path), 0));
  for (const Tag& t : track.tags)
    fmt::print("    {}{}\n", display(t.label),
               t.by_person ? "  (yours)" : fmt::format("  {:.0f} %", t.likelihood * 100));
}

int by_hand(const TagArguments& options) {
  const Library library = Library::open(options.common.library_path(), OpenMode::write);
  std::vector<std::int64_t> ids;
  for (const std::string& name : options.tracks) ids.push_back(track_named(library, name));
  set_tags(library, ids, options.add, options.remove);
  auto results = nlohmann::json::array();
  for (const std::int64_t id : ids) {
    const TrackFacts facts = library.track(id).value();
    const TaggedTrack track{id, facts.path, facts.title, facts.artist, tags(library, id)};
    if (options.common.json)
      results.push_back(tagged_json(track));
    else
      print_tags(track);
  }
  if (options.common.json) print_json({{"results", std::move(results)}, {"skipped", nlohmann::json::array()}});
  return kDone;
}

nlohmann::json renamed_json(const RenameResult& result, bool dry_run) {
  auto renamed = nlohmann::json::array();
  for (const Rename& r : result.renamed)
    renamed.push_back({{"id", r.id}, {"from", display(r.from)}, {"to", display(r.to)}});
  return {{"dry_run", dry_run}, {"renamed", std::move(renamed)}, {"skipped", library::notes_json(result.skipped)}};
}

void print_renamed(const RenameResult& result) {
  for (const Rename& r : result.renamed) fmt::print("{}\n    {}\n", short_path(r.from), display(r.to.filename()));
}

// Under the reason why, which is the same of many.
void print_left(const RenameResult& result, double least) {
  for (const bool tagged : {true, false}) {
    const auto count = std::ranges::count(result.left, tagged, [](const LeftAlone& l) { return !l.label.empty(); });
    if (count == 0) continue;
    fmt::print("left alone: {}: {}\n", counted(count, "file"),
               tagged ? fmt::format("likelihood below {}", least) : "no tag of the set ucs");
    for (const LeftAlone& l : result.left)
      if (l.label.empty() != tagged)
        fmt::print("{}{}\n", short_path(l.path),
                   tagged ? fmt::format("\n    {}  {:.0f} %", display(l.label), l.likelihood * 100) : "");
  }
}

int rename(const TagArguments& options) {
  const OpenMode mode = options.yes ? OpenMode::write : OpenMode::read;
  const double least = options.likelihood.value_or(kRenameLikelihood);
  const RenameResult result = rename_by_ucs(Library::open(options.common.library_path(), mode), least, !options.yes);
  if (options.common.json) {
    auto left = nlohmann::json::array();
    for (const LeftAlone& l : result.left) {
      left.push_back({{"id", l.id}, {"path", display(l.path)}, {"likelihood", l.likelihood}});
      if (!l.label.empty()) left.back()["label"] = l.label;
    }
    nlohmann::json report = renamed_json(result, !options.yes);
    report["left"] = std::move(left);
    print_json(report);
  } else {
    print_renamed(result);
    print_left(result, least);
  }
  if (result.renamed.empty())
    print_note(options.common, "nothing to rename; hearken tag --labels ucs gives the tags that names are made of");
  else if (!options.yes)
    print_note(options.common, fmt::format("{} would be renamed; --yes does it",
                                           counted(static_cast<std::int64_t>(result.renamed.size()), "file")));
  else
    print_note(options.common, "hearken tag --undo gives the old names back");
  return done(result.skipped, !result.renamed.empty());
}

int undo_rename(const TagArguments& options) {
  const OpenMode mode = options.yes ? OpenMode::write : OpenMode::read;
  const RenameResult result = undo_rename(Library::open(options.common.library_path(), mode), !options.yes);
  if (options.common.json)
    print_json(renamed_json(result, !options.yes));
  else
    print_renamed(result);
  if (result.renamed.empty())
    print_note(options.common, "nothing to take back");
  else if (!options.yes)
    print_note(options.common, fmt::format("{} would get the old name back; --yes does it",
                                           counted(static_cast<std::int64_t>(result.renamed.size()), "file")));
  return done(result.skipped, !result.renamed.empty());
}

int sidecars(const TagArguments& options) {
  const SidecarResult result =
      write_sidecars(Library::open(options.common.library_path(), OpenMode::read), options.dry_run);
  if (options.common.json) {
    auto written = nlohmann::json::array();
    for (const auto& path : result.written) written.push_back(display(path));
    print_json({{"dry_run", options.dry_run},
                {"written", std::move(written)},
                {"skipped", library::notes_json(result.skipped)}});
  } else {
    for (const auto& path : result.written) fmt::print("{}\n", short_path(path));
  }
  return done(result.skipped, !result.written.empty());
}

int by_machine(const TagArguments& options) {
  const double began = monotonic_seconds();
  if (!good_where(options.where)) return kWrongUsage;
  LabelOptions chosen = options.labels;
  if (chosen.labels.empty() && chosen.file.empty()) chosen.labels = "audioset";
  const LabelSet set = chosen_labels(chosen, "tag");
  const Library library =
      Library::open(options.common.library_path(), options.dry_run ? OpenMode::read : OpenMode::write);
  const LibraryInfo info = library.info();
  if (needed_from_hub(options.common.model) == options.common.model) check_holds(library, options.common.model);
  const Model model = load_model(options.common, &info);

  TagOptions how;
  how.windowing = chosen_windowing(options.windowing, info, model);
  how.under = options.under;
  how.where = options.where;
  how.templates = chosen.templates;
  how.dry_run = options.dry_run;
  how.threads = options.common.threads;
  Progress progress(options.common.quiet);
  how.progress = [&](const IndexProgress& p) { progress.show(p); };
  const TagResult result = tag(library, model, set, how);
  progress.clear();

  std::int64_t tagged = 0;
  auto results = nlohmann::json::array();
  for (const TaggedTrack& track : result.tracks) {
    tagged += track.tags.empty() ? 0 : 1;
    if (options.common.json)
      results.push_back(tagged_json(track));
    else if (!track.tags.empty())
      print_tags(track);
  }
  if (options.common.json)
    print_json({{"model", model.info().name},
                {"labels", set.name},
                {"window", how.windowing.window_seconds},
                {"hop", how.windowing.hop_seconds},
                {"dry_run", options.dry_run},
                {"results", std::move(results)},
                {"skipped", library::notes_json(result.skipped)}});
  print_note(options.common,
             fmt::format("{} of {} {} in {:.1f} s{}", tagged,
                         counted(static_cast<std::int64_t>(result.tracks.size()), "track"),
                         options.dry_run ? "would have tags" : "have tags", monotonic_seconds() - began,
                         result.without_vectors == 0
                             ? ""
                             : fmt::format("; {} without vectors of {}", counted(result.without_vectors, "track"),
                                           model.info().name)));
  return done(result.skipped, !result.tracks.empty());
}

int run_tag(const TagArguments& options) {
  const bool hand = !options.add.empty() || !options.remove.empty();
  const bool labels = !options.labels.labels.empty() || !options.labels.file.empty();
  if (!options.tracks.empty() && !hand)
    throw wrong("what of these tracks? --add LABEL or --remove LABEL; without a track all are tagged");
  if (hand && options.tracks.empty()) throw wrong("which tracks? For example: hearken tag id:42 --add Dog");
  if (hand + labels + options.rename + options.undo + options.sidecar > 1)
    throw wrong("one thing at a time: --labels, --add and --remove, --rename, --undo, --sidecar");
  if (options.yes && !options.rename && !options.undo) throw wrong("--yes belongs to --rename and --undo");
  if (options.likelihood && !options.rename) throw wrong("--likelihood belongs to --rename");
  if (options.likelihood && !(*options.likelihood >= 0 && *options.likelihood <= 1))
    throw wrong("--likelihood is from 0 to 1");
  if (hand) return by_hand(options);
  if (options.rename) return rename(options);
  if (options.undo) return undo_rename(options);
  if (options.sidecar) return sidecars(options);
  return by_machine(options);
}

}  // namespace

void add_tag(CLI::App& program, int& status) {
  const auto [command, options] =
      add_command(program, status, "tag", "Write labels into the library, to search by", run_tag);
  add_positional(command, "TRACK", options.tracks, "With --add and --remove: id:42, a path, or a file name")
      ->expected(0, kMostWords);
  add_label_options(command, options.labels);
  add_selection_options(command, options.under, options.where);
  command.add_flag("--dry-run", options.dry_run, "Show the tags, write nothing");
  not_empty(as_written(command.add_option("--add", options.add, "A label that holds of these tracks; again for more")))
      ->type_name("LABEL");
  not_empty(
      as_written(command.add_option("--remove", options.remove, "One that does not; no later run brings it back")))
      ->type_name("LABEL");
  command.add_flag("--rename", options.rename, "Show the UCS file names that the tags of the set ucs make");
  command.add_option("--likelihood", options.likelihood, "With --rename: how likely a tag must be, 0 to 1; else 0.8")
      ->type_name("L");
  command.add_flag("--undo", options.undo, "Show the names before the last --rename --yes");
  command.add_flag("--yes", options.yes, "With --rename and --undo: rename the files; the library follows");
  command.add_flag("--sidecar", options.sidecar, "Write FILE.tags.json beside every tagged file");
  add_windowing_options(command, options.windowing);
  add_common_options(command, options.common);
  command.footer(
      "Every track of the library gets the labels that hold of it, ten at most of a set; without --labels, those of\n"
      "AudioSet's 527. Running it again changes nothing, with another model it replaces. Sets: " +
      set_names() + ".\n\n" + kConditionHelp +
      R"(
Examples:
  hearken tag
  hearken tag --labels gtzan --where "duration > 60" --dry-run
  hearken find "something calm" --where "tag ~ 'piano'"
  hearken tag id:42 --add "my favourite" --remove Dog
  hearken tag --labels ucs && hearken tag --rename
  hearken tag --undo --yes)");
}

}  // namespace hearken::cli

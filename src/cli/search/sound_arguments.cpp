// Names to inputs; the library only where it is needed or there.
#include "cli/search/sound_arguments.h"

#include <fmt/format.h>

#include <cstdint>

#include "core/threads/threads.h"
#include "search/index/track_names.h"

namespace hearken::cli {

SoundArguments open_sounds(const CommonOptions& options, std::span<const std::string> names, bool needs_library) {
  std::vector<ScoreInput> inputs;
  bool tracks = needs_library;
  for (const std::string& name : names) {
    const std::optional<std::int64_t> track = search::track_number(name);
    inputs.push_back(track ? ScoreInput{{}, *track} : ScoreInput{name, 0});
    tracks = tracks || track;
  }
  std::optional<Library> library =
      tracks ? std::optional(Library::open(options.library_path(), OpenMode::read)) : library_if_usable(options);
  LibraryInfo info = library ? library->info() : LibraryInfo{};
  if (tracks) check_not_foreign(options, info);
  if (tracks && needed_from_hub(options.model) == options.model)
    check_holds(*library, options.model);  // before a gigabyte is fetched for nothing
  Model model = load_model(options, &info);
  return {std::move(inputs), std::move(library), std::move(info), std::move(model)};
}

void print_left_out(const CommonOptions& options, std::span<const FileNote> skipped,
                    std::span<const FileNote> warnings) {
  print_skipped(skipped);
  if (options.quiet) return;
  for (const FileNote& note : warnings) print_error(fmt::format("{}: {}", short_path(note.path), note.reason));
}

void print_summary(const CommonOptions& options, const std::string& what, const Model& model,
                   const Windowing& windowing, double began) {
  print_note(options, fmt::format("{} in {:.1f} s; {}, {}", what, monotonic_seconds() - began, model.info().name,
                                  in_words(windowing)));
}

}  // namespace hearken::cli

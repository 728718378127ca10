// hearken caption FILE|DIR|TRACK…
#include "hearken/caption.h"

#include <fmt/format.h>

#include <cstdint>

#include "cli/common.h"
#include "cli/progress.h"
#include "cli/search/sound_arguments.h"
#include "core/paths.h"
#include "core/threads/threads.h"
#include "library/catalogue/tracks.h"
#include "library/notes.h"

namespace hearken::cli {
namespace {

struct CaptionArguments {
  CommonOptions common;
  std::vector<std::string> sounds;
  bool all = false;
  std::filesystem::path candidates;
  WindowingOptions windowing;
};

nlohmann::json caption_json(const CaptionsResult& result, const Model& model) {
  auto results = nlohmann::json::array();
  for (const Caption& caption : result.captions) {
    auto parts = nlohmann::json::array(), nearest = nlohmann::json::array();
    for (const CaptionPart& part : caption.parts)
      parts.push_back(
          {{"kind", part.kind}, {"text", part.text}, {"score", part.score}, {"level", to_string(part.level)}});
    for (const NearestCaption& near : caption.nearest)
      nearest.push_back({{"caption", near.text}, {"score", near.score}, {"level", to_string(near.level)}});
    results.push_back({{"path", display(caption.path)},
                       {"title", caption.title},
                       {"artist", caption.artist},
                       {"duration", caption.duration_seconds},
                       {"caption", caption.text},
                       {"level", to_string(caption.level)},
                       {"parts", std::move(parts)},
                       {"nearest", std::move(nearest)}});
    if (caption.id != 0) results.back()["id"] = caption.id;
  }
  return answers_json(result, model, std::move(results));
}

void print_captions(const CaptionsResult& result) {
  for (const Caption& caption : result.captions) {
    fmt::print("{}  {}\n          {}\n", padded_level(caption.level), display(caption.text),
               label(caption.path, caption.title, caption.artist));
    for (const NearestCaption& near : caption.nearest)
      fmt::print("          near: {} ({:.3f})\n", display(near.text), near.score);
  }
}

// The library's tracks that are there, by number.
std::vector<ScoreInput> all_tracks(const Library& library) {
  std::vector<ScoreInput> out;
  for (const std::int64_t id : library::track_ids(library)) out.push_back({{}, id});
  if (out.empty()) throw Error(ErrorCode::not_found, "the library holds no tracks");
  return out;
}

int run_caption(const CaptionArguments& options) {
  const double began = monotonic_seconds();
  if (options.sounds.empty() != options.all)
    throw Error(ErrorCode::invalid_argument,
                options.all ? "caption: --all takes no files beside it"
                            : "caption: of which sounds? For example: hearken caption song.mp3, or --all");
  const std::vector<std::string> candidates =
      options.candidates.empty() ? std::vector<std::string>() : read_candidates(options.candidates);
  SoundArguments sounds = open_sounds(options.common, options.sounds, options.all);
  if (options.all) sounds.inputs = all_tracks(*sounds.library);
  const Model& model = sounds.model;

  const CaptionsResult result = answered_about(
      sounds, options.common, options.windowing, ScoreOptions(),
      [&](const ScoreOptions& how) { return captions(sounds.opened(), model, sounds.inputs, candidates, how); });
  if (options.common.json)
    print_json(caption_json(result, model));
  else
    print_captions(result);
  if (!result.captions.empty())
    print_summary(options.common, counted(std::ssize(result.captions), "caption"), model, result.windowing, began);
  return exit_status(result.skipped, !result.captions.empty());
}

}  // namespace

void add_caption(CLI::App& program, int& status) {
  const auto [command, options] =
      add_command(program, status, "caption", "Say in a sentence what is heard", run_caption);
  add_sounds(command, options.sounds);
  command.add_flag("--all", options.all, "Every track of the library, without listening again");
  add_value(command, "--captions", options.candidates,
            "A CSV file with a column `caption`: the nearest of them are shown, too", "FILE");
  add_windowing_options(command, options.windowing);
  add_common_options(command, options.common);
  command.footer(
      R"(The sentence is made of what is surely heard: moods, genres, instruments and voices of music, or noises. The
word before it says how sure the surest part is. What is not sure is not said. See docs/CAPTION.md.

Examples:
  hearken caption song.mp3 ~/Sounds
  hearken caption --all --json
  hearken caption id:42 --captions descriptions.csv)");
}

}  // namespace hearken::cli

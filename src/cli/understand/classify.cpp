// hearken classify FILE|DIR|TRACK… --labels L
#include "hearken/classify.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "cli/common.h"
#include "cli/engine.h"
#include "cli/labels.h"
#include "cli/progress.h"
#include "cli/search/sound_arguments.h"
#include "cli/terminal.h"
#include "core/paths.h"
#include "core/threads/threads.h"
#include "report/result_json.h"
#include "search/index/track_names.h"
#include "text/columns.h"

namespace hearken::cli {
namespace {

constexpr std::size_t kLabelsShown = 5;  // labels of a song

struct ClassifyArguments {
  CommonOptions common;
  std::string engine;
  std::vector<std::string> sounds;
  LabelOptions labels;
  WindowingOptions windowing;
  bool multi = false, none = false;
};

nlohmann::json song_json(const Classified& song, const ClassifyArguments& options) {
  auto scores = nlohmann::json::array();
  for (const LabelScore& s : song.scores) {
    scores.push_back(report::label_score_json(s));
    if (options.multi) scores.back()["holds"] = s.holds;
  }
  nlohmann::json out = {{"path", display(song.path)}, {"title", song.title},
                        {"artist", song.artist},      {"duration", song.duration_seconds},
                        {"windows", song.windows},    {"answer", report::label_answer_json(song)},
                        {"scores", std::move(scores)}};
  if (song.id != 0) out["id"] = song.id;
  if (options.none) {
    out["none"] = song.none;
    if (!song.instead.empty()) out["instead"] = song.instead;
  }
  return out;
}

nlohmann::json classify_json(const ClassifyResult& result, const Model& model, const LabelSet& set,
                             const ClassifyArguments& options) {
  auto sounds = nlohmann::json::array();
  for (const Classified& song : result.sounds) sounds.push_back(song_json(song, options));
  nlohmann::json out = answers_json(result, model, std::move(sounds));
  out["templates"] = options.labels.templates.empty() ? set.templates : options.labels.templates;
  return out;
}

// "dog 0.97", or what is said of a song that is none of them, or all labels that hold.
std::string verdict(const Classified& song, const ClassifyArguments& options) {
  if (song.none)
    return song.instead.empty() ? "none of these" : fmt::format("none of these, rather {}", display(song.instead));
  if (!options.multi) return fmt::format("{} {:.2f}", display(song.answer), song.answer_total);
  std::string held;
  for (const LabelScore& s : song.scores)
    if (s.holds) held += (held.empty() ? "" : "; ") + display(s.label);
  return held.empty() ? "no label holds" : held;
}

void print_classified(const Classified& song, const Model& model, const ClassifyArguments& options) {
  fmt::print("{}\n", label(song.path, song.title, song.artist));
  const std::string length =
      fmt::format("  {}, {}", clock_time(song.duration_seconds), counted(song.windows, "window"));
  fmt::print("{}{}\n", fitted_path(short_path(song.path), length.size()), length);
  fmt::print("{}\n     probability   score\n", verdict(song, options));
  const std::size_t shown = std::min(song.scores.size(), kLabelsShown);
  for (std::size_t i = 0; i < shown; ++i) {
    const LabelScore& s = song.scores[i];
    fmt::print("{:>3}  {:11.3f}  {:6.3f}  {}  {}\n", i + 1, s.probability, s.score, padded_level(model.level(s.score)),
               display(s.label));
  }
}

void print_all_classified(const ClassifyResult& result, const ClassifyArguments& options) {
  std::size_t width = 0;
  for (const Classified& song : result.sounds) width = std::max(width, text::columns(verdict(song, options)));
  width = std::min<std::size_t>(width, 48);
  for (const Classified& song : result.sounds) {
    const std::string words = text::cut_to(verdict(song, options), width);
    fmt::print("{}{}  {}\n", words, std::string(width - text::columns(words), ' '),
               fitted_path(short_path(song.path), width + 2));
  }
}

int show_classified(const ClassifyArguments& options, const ClassifyResult& result, const Model& model,
                    const LabelSet& set, double began) {
  if (options.common.json)
    print_json(classify_json(result, model, set, options));
  else if (result.sounds.size() == 1)
    print_classified(result.sounds.front(), model, options);
  else
    print_all_classified(result, options);
  if (!result.sounds.empty())
    print_summary(
        options.common,
        counted(std::ssize(result.sounds), "sound") + ", " + counted(std::ssize(result.sounds.front().scores), "label"),
        model, result.windowing, began);
  return exit_status(result.skipped, !result.sounds.empty());
}

// The tracks of an engine that are asked for; nothing where one of them is a file.
std::optional<std::vector<std::int64_t>> tracks_asked(const ClassifyArguments& options) {
  std::vector<std::int64_t> out;
  for (const std::string& name : options.sounds) {
    const std::optional<std::int64_t> track = search::track_number(name);
    if (!track) return std::nullopt;
    out.push_back(*track);
  }
  return out;
}

ClassifyOptions asked_options(const ClassifyArguments& options) {
  ClassifyOptions how;
  how.threads = options.common.threads;
  how.templates = options.labels.templates;
  how.none = options.none;
  return how;
}

int run_classify_in(const Remote& remote, const ClassifyArguments& options, const LabelSet& set,
                    std::span<const std::int64_t> tracks, double began) {
  const LibraryInfo info = info_of(remote);
  const Model model = load_model(options.common, &info);
  const ClassifyResult result = classify(remote, model, tracks, set, asked_options(options));
  print_left_out(options.common, result.skipped, result.warnings);
  return show_classified(options, result, model, set, began);
}

int run_classify(const ClassifyArguments& options) {
  const double began = monotonic_seconds();
  if (options.sounds.empty())
    throw Error(ErrorCode::invalid_argument,
                "classify: which sounds? For example: hearken classify sound.wav --labels \"dog,rain,piano\"");
  const LabelSet set = chosen_labels(options.labels, "classify");
  // Files are listened to, with an engine or without one.
  const auto tracks = tracks_asked(options);
  if (!options.engine.empty() && !tracks)
    throw Error(ErrorCode::invalid_argument, "classify: in an engine there are tracks, written id:42; files need none");
  if (tracks)
    if (const std::optional<Remote> remote = engine_asked(options.engine, options.common))
      return run_classify_in(*remote, options, set, *tracks, began);
  const SoundArguments sounds = open_sounds(options.common, options.sounds);
  const Model& model = sounds.model;

  const ClassifyResult result = answered_about(
      sounds, options.common, options.windowing, asked_options(options),
      [&](const ClassifyOptions& how) { return classify(sounds.opened(), model, sounds.inputs, set, how); });
  return show_classified(options, result, model, set, began);
}

}  // namespace

void add_classify(CLI::App& program, int& status) {
  const auto [command, options] =
      add_command(program, status, "classify", "Say what sounds are, of labels of your choice", run_classify);
  add_sounds(command, options.sounds)->expected(0, kMostWords);
  add_label_options(command, options.labels);
  command.add_flag("--multi", options.multi, "Every label that holds by itself, not the one that fits best");
  command.add_flag("--none", options.none, "Also say when a sound is none of these");
  add_windowing_options(command, options.windowing);
  add_common_options(command, options.common);
  add_engine_option(command, options.engine);
  command.footer("Sets of labels: " + set_names() +
                 R"(.

The score is the mean cosine of the label and the sound's windows, the probability that of the label among
the others asked about. Where labels lie under others (audioset, fsd50k, instruments, ucs), the answer is the
lowest of them that is probable by more than a half. See docs/CLASSIFY.md.

Examples:
  hearken classify sound.wav --labels "dog,rain,piano"
  hearken classify ~/Music/album --labels gtzan
  hearken classify id:42 --labels instruments --multi
  hearken classify sound.wav --labels "speech,music" --template "a recording of {}" --none)");
}

}  // namespace hearken::cli

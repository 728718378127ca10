// hearken events FILE|TRACK… --text T…
#include "hearken/events.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "cli/common.h"
#include "cli/progress.h"
#include "cli/search/sound_arguments.h"
#include "core/files/new_file.h"
#include "core/paths.h"
#include "core/text.h"
#include "core/threads/threads.h"
#include "eval/drawing/heat_map.h"
#include "library/notes.h"

namespace hearken::cli {
namespace {

struct EventsArguments {
  CommonOptions common;
  std::vector<std::string> sounds, texts;
  std::string labels;
  std::filesystem::path labels_file;
  std::string format = "text";
  std::filesystem::path map;
  EventsOptions events;
};

LabelSet labels_asked(const EventsArguments& options) {
  const int kinds =
      (options.texts.empty() ? 0 : 1) + (options.labels.empty() ? 0 : 1) + (options.labels_file.empty() ? 0 : 1);
  if (kinds == 0)
    throw Error(ErrorCode::invalid_argument,
                "events: what to listen for? For example: hearken events recording.wav --text \"dog barking\"");
  if (kinds > 1)
    throw Error(ErrorCode::invalid_argument, "events: --text, --labels and --labels-file exclude each other");
  if (!options.labels_file.empty()) return read_labels(options.labels_file);
  if (!options.labels.empty()) {
    const std::vector<std::string> sets = label_set_names();
    const bool is_set = std::find(sets.begin(), sets.end(), options.labels) != sets.end();
    return is_set ? label_set(options.labels) : labels_in(options.labels);
  }
  LabelSet out;
  out.templates = {"{}"};
  for (const std::string& text : options.texts) {
    if (is_blank(text))
      throw Error(ErrorCode::invalid_argument, "a text is empty: describe a sound, as in \"dog barking\"");
    if (std::none_of(out.labels.begin(), out.labels.end(), [&](const Label& l) { return l.name == text; }))
      out.labels.push_back({text, {text}, {}, {}});
  }
  return out;
}

// "1:02.3".
std::string tenths(double seconds) {
  const auto all = static_cast<std::int64_t>(seconds * 10 + 0.5);
  return fmt::format("{}.{}", clock_time(static_cast<double>(all / 10)), all % 10);
}

nlohmann::json events_json(const EventsResult& result, const Model& model) {
  auto results = nlohmann::json::array();
  for (const Timeline& timeline : result.timelines) {
    auto events = nlohmann::json::array();
    for (const Event& event : timeline.events)
      events.push_back({{"text", display(event.label)},
                        {"start", event.start_seconds},
                        {"end", event.end_seconds},
                        {"score", event.score},
                        {"level", to_string(event_level(event.likelihood))},
                        {"likelihood", event.likelihood}});
    results.push_back(
        {{"path", display(timeline.path)}, {"duration", timeline.duration_seconds}, {"events", std::move(events)}});
    if (timeline.id != 0) results.back()["id"] = timeline.id;
  }
  return {{"model", model.info().name},
          {"min", result.least_likelihood},
          {"results", std::move(results)},
          {"skipped", library::notes_json(result.skipped)}};
}

void print_timelines(const EventsResult& result) {
  for (const Timeline& timeline : result.timelines) {
    fmt::print("{}  {}\n", short_path(timeline.path), clock_time(timeline.duration_seconds));
    if (timeline.events.empty()) fmt::print("  nothing of it is heard\n");
    for (const Event& event : timeline.events)
      fmt::print("  {:>9} – {:<9}  {:.2f}  {}  {}\n", tenths(event.start_seconds), tenths(event.end_seconds),
                 event.likelihood, padded_level(event_level(event.likelihood)), display(event.label));
  }
}

// How to draw, by the ending; refused before anything is listened to.
std::string (*drawing_of(const EventsArguments& options))(const eval::HeatMap&) {
  if (options.map.empty()) return nullptr;
  if (options.sounds.size() > 1) throw Error(ErrorCode::invalid_argument, "events: --map is one recording's");
  if (options.map.extension() == ".png") return eval::heat_png;
  if (options.map.extension() == ".html") return eval::heat_page;
  throw Error(ErrorCode::invalid_argument, display(options.map) + ": a map is drawn as .png or .html");
}

eval::HeatMap map_of(const Timeline& timeline, const LabelSet& labels, const Model& model) {
  eval::HeatMap map;
  map.title = display(timeline.path.filename());
  map.note =
      fmt::format("How likely each text is heard, from second to second; framed: its events. {}", model.info().name);
  map.seconds = timeline.duration_seconds;
  map.values = timeline.heat;
  for (const Label& label : labels.labels) map.rows.push_back(display(label.name));
  for (const Event& event : timeline.events) {
    const auto row = std::find_if(labels.labels.begin(), labels.labels.end(),
                                  [&](const Label& label) { return label.name == event.label; });
    map.marks.push_back({static_cast<std::size_t>(row - labels.labels.begin()), event.start_seconds, event.end_seconds,
                         event.likelihood});
  }
  return map;
}

std::string as_labels(const Timeline& timeline, const std::string& format, const Model& model) {
  if (format == "webvtt") return webvtt(timeline);
  if (format == "raven") return raven_table(timeline, model.info().sample_rate_hz);
  return audacity_labels(timeline);
}

int run_events(EventsArguments options) {
  const double began = monotonic_seconds();
  if (options.sounds.empty())
    throw Error(ErrorCode::invalid_argument,
                "events: in which recording? For example: hearken events recording.wav --text \"dog barking\"");
  if (options.common.json) {
    if (options.format != "text" && options.format != "json")
      throw Error(ErrorCode::invalid_argument, "events: --json and --format " + options.format + " exclude each other");
    options.format = "json";
  }
  options.common.json = options.format == "json";
  if (options.format != "text" && options.format != "json" && options.format != "csv" && options.sounds.size() > 1)
    throw Error(ErrorCode::invalid_argument,
                "events: --format " + options.format + " is one recording's; csv and json take several");
  const auto draw = drawing_of(options);
  const LabelSet labels = labels_asked(options);
  for (const std::string& name : options.sounds)
    if (name.empty()) throw Error(ErrorCode::invalid_argument, "events: a recording's name is empty");
  const SoundArguments sounds = open_sounds(options.common, options.sounds);
  const Model& model = sounds.model;

  options.events.threads = options.common.threads;
  options.events.heat = draw != nullptr;
  Progress progress(options.common.quiet);
  options.events.progress = [&](const IndexProgress& p) { progress.show(p); };
  const EventsResult result = events(sounds.opened(), model, sounds.inputs, labels, options.events);
  progress.clear();

  print_left_out(options.common, result.skipped, result.warnings);
  if (draw != nullptr && !result.timelines.empty()) {
    NewFile file(options.map);
    file.write(draw(map_of(result.timelines.front(), labels, model)));
    file.finish();
    file.appear();
  }
  if (options.format == "json")
    print_json(events_json(result, model));
  else if (options.format == "csv")
    fmt::print("{}", events_csv(result));
  else if (options.format == "text")
    print_timelines(result);
  else if (!result.timelines.empty())
    fmt::print("{}", as_labels(result.timelines.front(), options.format, model));
  if (!result.timelines.empty() && options.format == "text") {
    std::size_t count = 0;
    double seconds = 0;
    for (const Timeline& timeline : result.timelines) {
      count += timeline.events.size();
      seconds += timeline.duration_seconds;
    }
    print_note(options.common, fmt::format("{} in {} of sound, {:.1f} s; {}, likelihood {:.2f} and more",
                                           counted(static_cast<std::int64_t>(count), "event"), clock_time(seconds),
                                           monotonic_seconds() - began, model.info().name, result.least_likelihood));
  }
  return exit_status(result.skipped, !result.timelines.empty());
}

}  // namespace

void add_events(CLI::App& program, int& status) {
  const auto [command, options] =
      add_command(program, status, "events", "Say when which sound is heard in a recording", run_events);
  add_positional(command, "FILE|TRACK", options.sounds, "Recordings, and tracks of the library, written id:42");
  // One value each: what follows may be a recording.
  command.add_option("--text", options.texts, "A sound to listen for, in English; again for each further one")
      ->allow_extra_args(false)
      ->type_name("TEXT");
  add_value(command, "--labels", options.labels, "A label set (esc50, audioset, …), or labels between commas",
            "SET|LIST");
  add_value(command, "--labels-file", options.labels_file, "A file of labels, one a line", "FILE");
  one_of(command.add_option("--format", options.format, "How the result is written (default: text)"),
         {"text", "json", "audacity", "raven", "webvtt", "csv"});
  within(command.add_option("--min", options.events.least_likelihood, "The least likelihood of an event (default 0.4)"),
         0.0, 1.0, "L");
  command.add_option("--join", options.events.join_seconds, "Pauses up to here belong to an event (default 1)")
      ->type_name("S");
  command.add_option("--shortest", options.events.shortest_seconds, "Shorter ones are no events (default 0.2)")
      ->type_name("S");
  add_value(command, "--map", options.map, "Also draws the texts over time, as a picture or a page", "FILE.png|.html");
  add_common_options(command, options.common);
  command.footer(
      R"(Each event has a likelihood. Raise --min when too much is found, lower it when too little is.
A text is weighed against the other texts and against common sounds, so name what may be taken for what you
look for: with --text rain --text "sea waves" each gets its own. See docs/EVENTS.md.

Examples:
  hearken events street.wav --text "dog barking" --text "car passing by"
  hearken events forest.flac --labels esc50 --format audacity > forest.txt
  hearken events film.mp4 --text applause --text laughter --format webvtt > film.vtt
  hearken events *.wav --text siren --format csv > sirens.csv)");
}

}  // namespace hearken::cli

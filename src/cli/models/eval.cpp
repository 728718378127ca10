// hearken eval PROTOCOL --data DIR …
#include "hearken/eval.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <numeric>
#include <optional>

#include "cli/common.h"
#include "cli/models/eval_report.h"
#include "cli/models/eval_rows.h"
#include "core/paths.h"
#include "core/threads/threads.h"
#include "data/labelled_vectors.h"
#include "eval/metrics.h"
#include "eval/saved_vectors.h"
#include "hearken/dataset.h"
#include "library/notes.h"
#include "search/query/prompts.h"

namespace hearken::cli {
namespace {

namespace fs = std::filesystem;

// ── reports ──

std::string crop_words(const EvalOptions& options, const EvalRows& rows) {
  if (!rows.model) return "vectors as given";
  return fmt::format("{}, {}",
                     options.crop == "mean"    ? "the whole clip: the mean over its windows"
                     : options.crop == "first" ? "the clip's first window"
                                               : "the window nearest to the clip's middle",
                     in_words(rows.windowing));
}

EvalReport begin(const char* protocol, const EvalOptions& options, const EvalRows& rows) {
  EvalReport out;
  out.protocol = protocol;
  out.dataset = rows.dataset;
  out.model = rows.model ? rows.model->info().name : short_path(options.vectors);
  out.terms.emplace_back("crop", crop_words(options, rows));
  out.document = {{"dataset", rows.described}, {"skipped", library::notes_json(rows.skipped)}};
  out.document["dataset"]["clips"] = rows.names.size();
  if (rows.model) {
    const ModelInfo& info = rows.model->info();
    out.document["model"] = info.name;
    out.document["precision"] = to_string(info.precision);
    out.document["crop"] = options.crop;
    out.document["window"] = rows.windowing.window_seconds;
    out.document["hop"] = rows.windowing.hop_seconds;
  }
  return out;
}

int finish(const EvalOptions& options, const EvalRows& rows, EvalReport report) {
  if (options.common.json)
    print_report_json(std::move(report));
  else if (options.markdown)
    print_markdown(report);
  else
    print_text(report);
  name_skipped(rows.skipped);
  return exit_status(rows.skipped);
}

LabelSet labels_for(const EvalOptions& options, const EvalRows& rows) {
  std::optional<LabelSet> chosen;
  if (!options.label_set.empty()) {
    const std::vector<std::string> known = label_set_names();
    const bool built_in = std::find(known.begin(), known.end(), options.label_set) != known.end();
    chosen = built_in ? label_set(options.label_set) : read_labels(options.label_set);
  }
  LabelSet labels = class_labels(rows.classes, rows.layout, chosen ? &*chosen : nullptr);
  if (!options.templates.empty()) labels.templates = options.templates;
  return labels;
}

void add_prompt(const LabelSet& labels, bool templates, EvalReport& report) {
  std::string spelled;
  for (std::size_t i = 0; i < std::min<std::size_t>(labels.labels.size(), 3); ++i)
    spelled += (i > 0 ? ", " : "") + fmt::format("\"{}\"", labels.labels[i].wordings.front());
  if (labels.labels.size() > 3) spelled += ", …";
  if (templates) {
    std::string all;
    for (const std::string& sentence : labels.templates) all += (all.empty() ? "\"" : ", \"") + sentence + "\"";
    report.terms.emplace_back("prompt", all);
    report.document["templates"] = labels.templates;
  }
  report.terms.emplace_back(
      "classes", fmt::format("{}, spelled {}{}", labels.labels.size(), spelled,
                             labels.name.empty() ? " (their own names)" : " (the set " + display(labels.name) + ")"));
  auto asked = nlohmann::json::array();
  for (const Label& label : labels.labels) asked.push_back({{"label", label.name}, {"wordings", label.wordings}});
  report.document["labels"] = std::move(asked);
  report.document["label_set"] = labels.name;
}

// Classes from the worst on, for people; all of them into the document.
void add_classes(const EvalRows& rows, const ZeroShotResult& result, EvalReport& report) {
  auto classes = nlohmann::json::array();
  std::vector<std::size_t> order(rows.classes.size());
  std::iota(order.begin(), order.end(), 0U);
  const auto share = [&](std::size_t i) {
    const ClassFigure& figure = result.classes[i];
    return figure.clips == 0 ? 1.0 : static_cast<double>(figure.hits) / static_cast<double>(figure.clips);
  };
  for (const std::size_t i : order) {
    const ClassFigure& figure = result.classes[i];
    nlohmann::json entry = {{"label", rows.classes[i]},
                            {"clips", figure.clips},
                            {"hits", figure.hits},
                            {"low", figure.low},
                            {"high", figure.high}};
    if (figure.taken_times > 0)
      entry.update({{"taken_for", rows.classes[figure.taken_for]}, {"taken_times", figure.taken_times}});
    classes.push_back(std::move(entry));
  }
  report.document["classes"] = std::move(classes);

  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return share(a) < share(b); });
  constexpr std::size_t kShown = 10;
  for (const std::size_t i : order) {
    const ClassFigure& figure = result.classes[i];
    if (figure.taken_times == 0) continue;
    if (report.details.empty()) report.details = "  classes with mistakes, the worst first\n";
    if (std::count(report.details.begin(), report.details.end(), '\n') > static_cast<std::ptrdiff_t>(kShown)) break;
    report.details +=
        fmt::format("  {:>5} of {:<5} {:<24} most often taken for {} ({})\n", figure.hits, figure.clips,
                    display(rows.classes[i]), display(rows.classes[figure.taken_for]), figure.taken_times);
  }
}

void save_rows(const EvalOptions& options, const EvalRows& rows) {
  if (options.save.empty()) return;
  std::vector<eval::SavedClip> clips;
  for (std::size_t i = 0; i < rows.names.size(); ++i)
    clips.push_back({rows.names[i], rows.truth.empty() ? "" : rows.classes[rows.truth[i]],
                     rows.folds.empty() ? "" : rows.folds[i]});
  eval::save_clips(options.save, rows.audio, rows.dimension, clips);
}

// ── protocols ──

int run_zero_shot(const EvalOptions& options) {
  const EvalRows rows = labelled_rows(options);
  EvalReport report = begin("zero-shot", options, rows);
  std::vector<float> labels;
  if (rows.model) {
    if (!options.label_vectors.empty()) throw wrong_eval(options, "--label-vectors goes with --vectors");
    const LabelSet set = labels_for(options, rows);
    labels = search::label_vectors(*rows.model, set, {}, thread_count(options.common.threads));
    add_prompt(set, true, report);
    // What is published is of all classes of a dataset.
    if (!set.name.empty() && options.label_set.empty() && set.labels.size() == label_set(set.name).labels.size())
      report.published = published_figures(rows.model->info().name, "zero-shot", set.name);
  } else {
    if (options.label_vectors.empty())
      throw wrong_eval(options, "vectors need --label-vectors: a row for each distinct label, in the order of bytes");
    const data::LabelledVectors given = data::read_vectors(options.label_vectors);
    if (given.dimension != rows.dimension || given.rows.size() != rows.classes.size() * rows.dimension)
      throw Error(ErrorCode::mismatch, fmt::format("{}: {} rows of {}; {} labels and vectors of {} need as many",
                                                   display(options.label_vectors), given.rows.size() / given.dimension,
                                                   given.dimension, rows.classes.size(), rows.dimension));
    labels = given.rows;
  }
  const ZeroShotResult result = zero_shot(rows.audio, labels, rows.dimension, rows.truth);
  report.figures.push_back({"accuracy", result.accuracy, rows.truth.size(), "Wilson", true});
  report.figures.push_back(
      {"mean of the classes", {result.class_mean, 0, 0, result.accuracy.chance}, rows.classes.size(), "", true});
  report.terms.emplace_back(
      "clips", fmt::format("{}; the interval is Wilson's, clips taken for independent", rows.truth.size()));
  add_classes(rows, result, report);
  save_rows(options, rows);
  if (!options.save.empty()) eval::save_labels(options.save, labels, rows.dimension);
  return finish(options, rows, std::move(report));
}

int run_wordings(const EvalOptions& options) {
  if (options.data.empty()) throw wrong_eval(options, "needs --data DIR: every wording is embedded");
  const EvalRows rows = labelled_rows(options);
  EvalReport report = begin("wordings", options, rows);
  LabelSet set = labels_for(options, rows);
  const std::vector<std::string> templates = options.templates.empty() ? usual_templates(set) : options.templates;
  add_prompt(set, false, report);
  const WordingsResult result = wordings(*rows.model, rows.audio, set, rows.truth, templates, options.common.threads);
  auto all = nlohmann::json::array();
  for (const Wording& wording : result.wordings) {
    report.figures.push_back(
        {"\"" + display(wording.sentence) + "\"", wording.accuracy, rows.truth.size(), "Wilson", true});
    all.push_back(
        {{"template", wording.sentence}, {"accuracy", wording.accuracy.value}, {"class_mean", wording.class_mean}});
  }
  report.figures.push_back({"all of them together", result.ensemble.accuracy, rows.truth.size(), "Wilson", true});
  const double spread = result.wordings.front().accuracy.value - result.wordings.back().accuracy.value;
  report.terms.emplace_back(
      "spread", fmt::format("{:.4f} from the best template to the worst; mean {:.4f}, standard deviation {:.4f}",
                            spread, result.mean, result.deviation));
  report.document.update(
      {{"wordings", std::move(all)}, {"spread", spread}, {"mean", result.mean}, {"deviation", result.deviation}});
  save_rows(options, rows);
  return finish(options, rows, std::move(report));
}

int run_probe(const EvalOptions& options) {
  EvalRows rows = labelled_rows(options);
  EvalReport report = begin("linear probe", options, rows);
  const bool own = std::none_of(rows.folds.begin(), rows.folds.end(), [](const std::string& f) { return f.empty(); });
  if (!own) rows.folds = stratified_folds(rows.truth, rows.classes.size());
  const ProbeResult result =
      linear_probe(rows.audio, rows.dimension, rows.truth, rows.classes.size(), rows.folds, options.common.threads);
  auto folds = nlohmann::json::array();
  std::string shown;
  std::size_t tested = 0;
  for (const FoldFigure& fold : result.folds) {
    tested += fold.test;
    const double share = static_cast<double>(fold.hits) / static_cast<double>(fold.test);
    folds.push_back(
        {{"fold", fold.name}, {"train", fold.train}, {"test", fold.test}, {"hits", fold.hits}, {"accuracy", share}});
    shown += fmt::format("  fold {:<12} {:.4f}  {} of {}, trained on {}\n", display(fold.name), share, fold.hits,
                         fold.test, fold.train);
  }
  report.terms.emplace_back("probe",
                            fmt::format("multinomial logistic regression on rows of length 1, C = {}", kProbeStrength));
  report.terms.emplace_back(
      "folds", fmt::format("{}, {}", result.folds.size(), own ? "the dataset's own" : "stratified, seed 1"));
  report.figures.push_back({"accuracy", result.accuracy, tested, "Wilson", true});
  if (result.folds.size() > 1)
    report.figures.push_back({"deviation of the folds", {result.deviation, 0, 0, 0}, result.folds.size(), "", false});
  report.details = shown;
  report.document.update(
      {{"folds", std::move(folds)}, {"own_folds", own}, {"strength", kProbeStrength}, {"labels", rows.classes}});
  save_rows(options, rows);
  return finish(options, rows, std::move(report));
}

void add_direction(const char* name, const RetrievalFigures& figures, EvalReport& report) {
  const auto add = [&](const char* what, const Figure& figure) {
    report.figures.push_back({fmt::format("{} {}", name, what), figure, figures.queries, "bootstrap", true});
  };
  add("R@1", figures.r1), add("R@5", figures.r5), add("R@10", figures.r10);
  add("mAP@10", figures.map10), add("median rank", figures.median_rank);
}

int run_retrieval(const EvalOptions& options) {
  if (options.captions.empty()) throw wrong_eval(options, "needs --captions, a CSV of captions");
  EvalRows rows;
  std::vector<std::string> captions;
  std::vector<std::size_t> clip_of;
  std::vector<float> texts;
  if (!options.vectors.empty()) {
    if (options.caption_vectors.empty()) throw wrong_eval(options, "vectors need --caption-vectors");
    const data::LabelledVectors audio = data::read_vectors(options.vectors),
                                given = data::read_vectors(options.caption_vectors);
    if (audio.dimension != given.dimension)
      throw Error(ErrorCode::mismatch,
                  fmt::format("{}: rows of {}, but {} has rows of {}", display(options.caption_vectors),
                              given.dimension, display(options.vectors), audio.dimension));
    rows.dimension = audio.dimension, rows.audio = audio.rows, texts = given.rows;
    rows.dataset = short_path(options.captions), rows.layout = "vectors";
    rows.names.resize(audio.rows.size() / audio.dimension);
    rows.described = {{"layout", "vectors"}, {"vectors", display(options.vectors)}};
    clip_of = eval::read_clip_rows(options.captions, rows.names.size());
  } else {
    const CaptionedClips clips = read_captions(options.captions, options.data, options.split);
    rows.layout = clips.layout;
    rows.dataset = clips.layout == "csv" ? short_path(options.captions) : clips.layout;
    for (const std::string& name : clips.missing) rows.skipped.push_back(not_there(name));
    std::vector<fs::path> files;
    for (const CaptionedClip& clip : clips.clips) files.push_back(clip.path);
    listen(options, files, rows);
    for (std::size_t row = 0; row < rows.clips.size(); ++row) {
      const CaptionedClip& clip = clips.clips[rows.clips[row]];
      rows.names.push_back(display(clip.path));
      for (const std::string& caption : clip.captions) captions.push_back(caption), clip_of.push_back(row);
    }
    texts = rows.model->embed_texts(captions, EmbeddingForm::scored, thread_count(options.common.threads));
    rows.described = {{"layout", clips.layout}, {"list", display(options.captions)}};
  }
  const RetrievalResult result = retrieval(rows.audio, texts, rows.dimension, clip_of, options.common.threads);
  EvalReport report = begin("retrieval", options, rows);
  report.document["dataset"]["captions"] = clip_of.size();
  report.terms.emplace_back("prompt", "the captions as they are");
  report.terms.emplace_back(
      "clips", fmt::format("{} with {}; intervals by {} bootstrap resamples of clips, seed {}", rows.names.size(),
                           counted(static_cast<std::int64_t>(clip_of.size()), "caption"), eval::kResamples,
                           eval::kBootstrapSeed));
  report.terms.emplace_back("right", "text to audio: the caption's clip; audio to text: any caption of the clip");
  add_direction("text to audio", result.text_to_audio, report);
  add_direction("audio to text", result.audio_to_text, report);
  if (!options.save.empty()) {
    save_rows(options, rows);
    eval::save_captions(options.save, texts, rows.dimension, clip_of, captions);
  }
  return finish(options, rows, std::move(report));
}

// ── options ──

void add_clip_options(CLI::App& command, EvalOptions& options) {
  add_value(command, "--data", options.data, "The dataset's folder", "DIR");
  one_of(command.add_option("--dataset", options.layout, "Its layout (default: as it looks)"),
         {"esc50", "esc10", "urbansound8k", "gtzan", "fma", "csv", "folder"});
  add_value(command, "--labels", options.labels,
            "A CSV: path (or file) and label, of the clips below --data; with --vectors a row for each", "F.csv");
}

void add_listening_options(CLI::App& command, EvalOptions& options, bool vectors) {
  if (vectors)
    add_value(command, "--vectors", options.vectors, "Vectors instead of sounds: float32 [clips, dimension]", "F.npy");
  one_of(command.add_option("--crop", options.crop,
                            "What stands for a clip: all its windows, the first, or the middle one"),
         {"mean", "first", "centre"});
  add_windowing_options(command, options.windowing);
  add_value(command, "--save-vectors", options.save, "Write NAME.npy, NAME.csv and what goes with them", "NAME");
  command.add_flag("--markdown", options.markdown, "The figures as a Markdown table, published ones beside them");
  add_common_options(command, options.common);
}

void add_prompt_options(CLI::App& command, EvalOptions& options) {
  add_value(command, "--label-set", options.label_set, "How classes are spelled: a built-in set, or a file of labels",
            "SET|FILE");
  command
      .add_option("--template", options.templates,
                  "A sentence with {} for the label; several: their mean (in wordings: each)")
      ->allow_extra_args(false)
      ->type_name("TEXT");
}

void add_zero_shot_options(CLI::App& command, EvalOptions& options) {
  add_clip_options(command, options);
  add_prompt_options(command, options);
  add_value(command, "--label-vectors", options.label_vectors,
            "With --vectors: a row for each distinct label, by bytes", "F.npy");
  add_listening_options(command, options, true);
}

void add_wordings_options(CLI::App& command, EvalOptions& options) {
  add_clip_options(command, options);
  add_prompt_options(command, options);
  add_listening_options(command, options, false);
}

void add_probe_options(CLI::App& command, EvalOptions& options) {
  add_clip_options(command, options);
  add_listening_options(command, options, true);
}

void add_retrieval_options(CLI::App& command, EvalOptions& options) {
  add_value(command, "--data", options.data, "The clips' folder (default: the CSV's)", "DIR");
  add_value(command, "--captions", options.captions,
            "A CSV as AudioCaps, Clotho and MusicCaps have it, or path,caption", "F.csv");
  add_value(command, "--split", options.split, "Of path,caption,split: only these rows", "NAME");
  add_value(command, "--caption-vectors", options.caption_vectors,
            "With --vectors: a row for each row of --captions (row,caption)", "F.npy");
  add_listening_options(command, options, true);
}

void add_dataset_options(CLI::App& command, EvalOptions& options) {
  add_clip_options(command, options);
  add_value(command, "--look-up", options.look_up, "Of fma: the tracks of that title and artist", "TITLE||ARTIST");
  add_common_options(command, options.common);
}

}  // namespace

void add_eval(CLI::App& program, int& status) {
  CLI::App* eval = program.add_subcommand("eval", "Measure how good a model is, on a dataset of yours");
  eval->require_subcommand(1);
  const auto add = [&](const char* name, const char* description, int (*run)(const EvalOptions&),
                       void (*add_options)(CLI::App&, EvalOptions&)) {
    const auto options = std::make_shared<EvalOptions>();
    options->name = name;
    CLI::App* command = eval->add_subcommand(name, description);
    add_options(*command, *options);
    command->callback([options, run, &status] {
      if (options->common.json && options->markdown)
        throw wrong_eval(*options, "--json and --markdown exclude each other");
      status = run(*options);
    });
  };
  add("zero-shot", "Classification by class names alone", run_zero_shot, add_zero_shot_options);
  add("wordings", "How much zero-shot classification hangs on the wording", run_wordings, add_wordings_options);
  add("probe", "A linear classifier trained on frozen vectors", run_probe, add_probe_options);
  add("retrieval", "Captions find clips, clips find captions", run_retrieval, add_retrieval_options);
  add("dataset", "What a dataset's folder holds, without listening", run_eval_dataset, add_dataset_options);
  eval->footer(
      R"(Datasets are read where they lie, in their own layouts; nothing is downloaded. Every figure comes with a 95 %
interval and what a random answer would get. See docs/EVAL.md and docs/DATASETS.md.

Examples:
  hearken eval zero-shot --data ESC-50-master
  hearken eval zero-shot --data gtzan --model music_audioset_epoch_15_esc_90.14.pt --markdown
  hearken eval wordings --data ESC-50-master --dataset esc10
  hearken eval probe --data UrbanSound8K
  hearken eval retrieval --captions clotho_captions_evaluation.csv --data evaluation
  hearken eval dataset --data fma)");
}

}  // namespace hearken::cli

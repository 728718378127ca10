// hearken compare MODEL MODEL --data DIR
#include "hearken/compare.h"

#include <fmt/format.h>

#include "cli/common.h"
#include "cli/models/model.h"
#include "cli/progress.h"
#include "core/files/new_file.h"
#include "core/paths.h"
#include "library/notes.h"

namespace hearken::cli {
namespace {

struct CompareArguments {
  CommonOptions common;
  std::vector<std::string> models;
  std::vector<std::filesystem::path> vectors;
  std::filesystem::path data, labels, out;
};

// "starter@int8" is starter at int8.
Model load_compared(const std::string& written, const CompareArguments& options) {
  std::string name = written, precision = options.common.precision;
  const std::size_t at = written.rfind('@');
  if (at != std::string::npos && at > 0) {
    const std::string behind = written.substr(at + 1);
    if (behind == "auto" || behind == "fp32" || behind == "bf16" || behind == "int8")
      name = written.substr(0, at), precision = behind;
  }
  fetch_needed(name, options.common.quiet);
  return Model::load(name, parse_precision(precision), options.common.device);
}

nlohmann::json figure_json(const Figure& figure) {
  return {{"value", figure.value}, {"low", figure.low}, {"high", figure.high}, {"chance", figure.chance}};
}

nlohmann::json compared_separation_json(const Separation& s) {
  return {{"silhouette", optional_json(s.silhouette)}, {"nearest_centroid", s.nearest_centroid}};
}

nlohmann::json model_json(const Comparison& comparison, const ComparedModel& model) {
  nlohmann::json out{{"model", model.name},
                     {"dimension", model.dimension},
                     {"shares", model.shares},
                     {"plane", compared_separation_json(model.plane)},
                     {"space", compared_separation_json(model.space)},
                     {"points", model.clips}};
  auto classes = nlohmann::json::array();
  for (std::size_t c = 0; c < comparison.labels.size(); ++c) {
    nlohmann::json row{{"label", comparison.labels[c]},
                       {"clips", model.plane.by_class[c].points},
                       {"silhouette_plane", optional_json(model.plane.by_class[c].silhouette)},
                       {"silhouette_space", optional_json(model.space.by_class[c].silhouette)}};
    if (!model.zero_shot.classes.empty()) {
      const ClassFigure& figure = model.zero_shot.classes[c];
      row["accuracy"] = static_cast<double>(figure.hits) / static_cast<double>(figure.clips);
    }
    classes.push_back(std::move(row));
  }
  out["classes"] = std::move(classes);
  if (model.zero_shot.classes.empty()) return out;
  out["precision"] = model.precision;
  out["parameters"] = model.parameters;
  out["texts"] = model.texts;
  out["zero_shot"] = {{"accuracy", figure_json(model.zero_shot.accuracy)}, {"class_mean", model.zero_shot.class_mean}};
  out["retrieval"] = {{"map10", figure_json(model.retrieval.map10)}, {"first", figure_json(model.retrieval.first)}};
  const RankCorrelation& r = model.predicts;
  out["prediction"] = {{"n", r.n},         {"rho", optional_json(r.rho)}, {"low", r.low}, {"high", r.high}, {"p", r.p},
                       {"power", r.power}, {"needed", r.needed}};
  out["seconds"] = {{"listening", model.listening_seconds}, {"texts", model.texts_seconds}};
  return out;
}

nlohmann::json compare_json(const Comparison& comparison, const CompareArguments& options) {
  auto models = nlohmann::json::array(), clips = nlohmann::json::array();
  for (const ComparedModel& model : comparison.models) models.push_back(model_json(comparison, model));
  for (std::size_t i = 0; i < comparison.clips.size(); ++i)
    clips.push_back({{"name", comparison.clips[i]}, {"label", comparison.labels[comparison.truth[i]]}});
  nlohmann::json out{{"data", comparison.data},
                     {"labels", comparison.labels},
                     {"clips", std::move(clips)},
                     {"one_plane", comparison.one_plane},
                     {"models", std::move(models)},
                     {"skipped", library::notes_json(comparison.skipped)},
                     {"out", options.out.empty() ? nlohmann::json() : nlohmann::json(display(options.out))}};
  if (!comparison.layout.empty()) {
    out["layout"] = comparison.layout;
    out["prompt"] = comparison.prompt;
    out["audio_seconds"] = comparison.audio_seconds;
    out["difference"] = {
        {"only_first", comparison.only_first}, {"only_second", comparison.only_second}, {"p", comparison.difference_p}};
  }
  return out;
}

std::string with_interval(const Figure& f) { return fmt::format("{:.3f} ({:.3f}–{:.3f})", f.value, f.low, f.high); }

template <class Cell>
void print_row(const Comparison& comparison, const char* name, const Cell& cell) {
  fmt::print("{:<34}", name);
  for (const ComparedModel& model : comparison.models) fmt::print("  {:>22}", cell(model));
  fmt::print("\n");
}

void print_compare(const Comparison& c) {
  const bool texts = !c.models[0].zero_shot.classes.empty();
  const auto silhouette = [](const std::optional<double>& s) {
    return s ? fmt::format("{:.3f}", *s) : std::string("–");
  };
  print_row(c, "", [](const ComparedModel& m) {
    std::string name = display(m.name);
    constexpr std::size_t kWidest = 16;
    if (name.size() > kWidest) name = "…" + name.substr(name.size() - kWidest + 1);
    return name + (m.precision.empty() ? "" : " " + m.precision);
  });
  print_row(c, "dimensions", [](const ComparedModel& m) { return fmt::format("{}", m.dimension); });
  if (texts) {
    print_row(c, "zero-shot accuracy", [](const ComparedModel& m) { return with_interval(m.zero_shot.accuracy); });
    print_row(c, "label to sound, mAP@10", [](const ComparedModel& m) { return with_interval(m.retrieval.map10); });
    print_row(c, "label to sound, first one right",
              [](const ComparedModel& m) { return with_interval(m.retrieval.first); });
  }
  print_row(c, "silhouette, drawn", [&](const ComparedModel& m) { return silhouette(m.plane.silhouette); });
  print_row(c, "silhouette, all dimensions", [&](const ComparedModel& m) { return silhouette(m.space.silhouette); });
  print_row(c, "nearest centroid, drawn",
            [](const ComparedModel& m) { return fmt::format("{:.3f}", m.plane.nearest_centroid); });
  print_row(c, "nearest centroid, all dimensions",
            [](const ComparedModel& m) { return fmt::format("{:.3f}", m.space.nearest_centroid); });
  print_row(c, "share of variance drawn",
            [](const ComparedModel& m) { return fmt::format("{:.1f} %", 100 * (m.shares[0] + m.shares[1])); });
  if (!texts) return;
  print_row(c, "listening", [&](const ComparedModel& m) {
    return fmt::format("{:.1f} s, {:.0f}x real time", m.listening_seconds,
                       c.audio_seconds / std::max(1e-9, m.listening_seconds));
  });
  print_row(c, "does the plane predict accuracy?", [](const ComparedModel& m) {
    return m.predicts.rho ? fmt::format("rho {:.2f} ({:.2f}–{:.2f})", *m.predicts.rho, m.predicts.low, m.predicts.high)
                          : std::string("–");
  });
  print_row(c, "  p, power at rho 0.5", [](const ComparedModel& m) {
    return m.predicts.rho ? fmt::format("{:.3f}, {:.2f}", m.predicts.p, m.predicts.power) : std::string("–");
  });
}

int run_compare(const CompareArguments& options) {
  const auto wrong = [](const char* what) {
    return Error(ErrorCode::invalid_argument, std::string("compare: ") + what);
  };
  if (!options.common.model.empty()) throw wrong("name the two models one after the other, without --model");
  if (!options.out.empty() && options.out.extension() != ".html" && options.out.extension() != ".htm")
    throw wrong("the report is written as .html");
  Comparison result;
  if (!options.vectors.empty()) {
    if (options.vectors.size() != 2 || options.labels.empty() || !options.models.empty() || !options.data.empty())
      throw wrong("without models: --vectors A.npy --vectors B.npy --labels FILE");
    result = compare_vectors(options.vectors, options.labels, options.common.threads);
  } else {
    if (options.models.size() != 2 || (options.data.empty() && options.labels.empty()))
      throw wrong("two models and their sounds are needed, as in: hearken compare starter MODEL --data DIR");
    const Model models[] = {load_compared(options.models[0], options), load_compared(options.models[1], options)};
    CompareOptions compare_options;
    compare_options.labels = options.labels;
    compare_options.threads = options.common.threads;
    Progress progress(options.common.quiet);
    compare_options.progress = [&](const IndexProgress& p) { progress.show(p); };
    result = compare(models, options.data, compare_options);
    progress.clear();
  }
  if (!options.out.empty()) {
    NewFile file(options.out);
    file.write(compare_page(result));
    file.finish();
    file.appear();
  }
  print_skipped(result.skipped);
  if (options.common.json)
    print_json(compare_json(result, options));
  else
    print_compare(result);
  print_note(
      options.common,
      fmt::format("{} of {}{}", counted(static_cast<std::int64_t>(result.clips.size()), "clip"),
                  result.labels.size() == 1 ? "1 class" : fmt::format("{} classes", result.labels.size()),
                  options.out.empty() ? "; -o report.html draws them" : ", drawn in " + short_path(options.out)));
  const RankCorrelation& r = result.models[0].predicts;
  constexpr double kEnough = 0.8;
  if (r.n > 0 && r.power < kEnough)
    print_note(
        options.common,
        fmt::format("{} classes are too few to tell whether the plane predicts accuracy; {} would do", r.n, r.needed));
  if (!result.models[0].zero_shot.classes.empty())
    print_note(options.common, fmt::format("right with the first model only: {}, with the second only: {} (p = {:.3g})",
                                           result.only_first, result.only_second, result.difference_p));
  return exit_status(result.skipped);
}

}  // namespace

void add_compare(CLI::App& program, int& status) {
  const auto [command, options] =
      add_command(program, status, "compare", "Compare two models on the same sounds", run_compare);
  add_positional(command, "MODEL", options.models,
                 "Two models, as --model takes them; NAME@int8 (or @fp32, @bf16) is one at that precision");
  add_value(command, "--data", options.data,
            "The sounds: a folder per class, or a dataset in its own layout (docs/DATASETS.md)", "DIR");
  as_written(command.add_option("--vectors", options.vectors,
                                "Instead of models and sounds: an .npy file (float32) of each, twice"))
      ->type_name("FILE");
  add_value(command, "--labels", options.labels,
            "A CSV file: of sounds their path and label; of vectors the column label, a row for "
            "each",
            "FILE");
  add_value(command, "-o,--out", options.out, "Write the report to this file: .html", "FILE");
  add_common_options(command, options.common);
  command.footer(
      R"(Both models hear every sound and are asked for its class by its name: zero-shot accuracy, retrieval by label,
separation of the classes on a common plane and in all dimensions, and speed. The report draws both planes
with sounds and label texts, and tests whether separation on the plane predicts accuracy, saying so when the
classes are too few to tell. Intervals are 95 %. See docs/COMPARE.md.

Examples:
  hearken compare starter laion/clap-htsat-unfused --data ~/Sounds/esc50 -o report.html
  hearken compare starter@fp32 starter@int8 --data ~/Sounds/by-class
  hearken compare --vectors a.npy --vectors b.npy --labels y.csv --json)");
}

}  // namespace hearken::cli

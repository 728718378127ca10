// hearken tune
#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>
#include <vector>

#include "cli/common.h"
#include "cli/models/model.h"
#include "cli/progress.h"
#include "core/paths.h"
#include "core/threads/threads.h"
#include "hearken/train.h"
#include "train/record/metrics_log.h"

namespace hearken::cli {
namespace {

struct TuneArguments {
  const CLI::App* command = nullptr;
  TuneOptions tune;
  std::string loss = "infonce", precision = "fp32", captions = "epoch", recipe;
  bool quiet = false, json = false;
};

class TuneProgressLine {
 public:
  explicit TuneProgressLine(bool quiet) : line_(quiet) {}

  void show(const TuneProgress& p) {
    if (!line_.due(monotonic_seconds() - began_)) return;
    std::string text;
    if (line_.terminal() && p.total > 0) text = bar(static_cast<double>(p.done), static_cast<double>(p.total));
    if (p.doing == "reading") {
      text += "reading what there is …";
    } else if (p.doing == "preparing") {
      text += fmt::format("decoding {}/{} sounds", p.done, p.total);
    } else if (p.doing == "validating") {
      text += fmt::format("epoch {}/{}  validating {}/{}", p.epoch, p.epochs, p.done, p.total);
    } else {
      text +=
          fmt::format("epoch {}/{}  step {}/{}  loss {:.3f}  rate {:.1e}  {:.1f} items/s  {} left", p.epoch, p.epochs,
                      p.done, p.total, p.loss, p.learning_rate, p.items_per_second, clock_time(p.left_seconds));
    }
    line_.draw(text);
  }
  void clear() { line_.clear(); }

 private:
  StatusLine line_;
  double began_ = monotonic_seconds();
};

// "0.350 0.700 0.850  median place 3".
std::string shares(const Recall& recall) {
  return fmt::format("{:.3f} {:.3f} {:.3f}  {:>5g}", recall.r1, recall.r5, recall.r10, recall.median_place);
}

void print_epoch(const TuneEpoch& epoch) {
  const std::string loss = std::isfinite(epoch.loss) ? fmt::format("{:.4f}", epoch.loss) : "–";
  fmt::print("{:<8}  {:>8}  {:>10.4f}  {}   {}\n",
             epoch.epoch == 0 ? std::string("before") : fmt::format("epoch {}", epoch.epoch), loss,
             epoch.validation_loss, shares(epoch.text_to_audio), shares(epoch.audio_to_text));
}

void print_run(const TuneRun& run) {
  fmt::print("{} clips to train on, {} to validate on; {:.3g} of the {:.3g} million parameters of {} trained\n\n",
             run.training_clips, run.validation_clips, static_cast<double>(run.trained_parameters) / 1e6,
             static_cast<double>(run.parameters) / 1e6, display(run.model));
  fmt::print("{:<8}  {:>8}  {:>10}  {:<26}   {}\n", "", "loss", "validation", "captions to sounds",
             "sounds to captions");
  fmt::print("{:<8}  {:>8}  {:>10}  {:<26}   {}\n", "", "", "loss", "R@1   R@5   R@10   median",
             "R@1   R@5   R@10   median");
  fmt::print("{:<8}  {:>8}  {:>10}  {}   {}\n", "random", "", "", shares(run.random_text_to_audio),
             shares(run.random_audio_to_text));
}

void print_published(const TuneReport& report, const TuneRecipe& recipe) {
  const Recall& best = report.epochs[static_cast<std::size_t>(report.best)].text_to_audio;
  fmt::print("\n{:<28}R@1   R@5   R@10\n", recipe.name);
  fmt::print("{:<28}{:.2f}  {:.2f}  {:.2f}\n", fmt::format("here, epoch {}", report.best), best.r1, best.r5, best.r10);
  fmt::print("{:<28}{:.2f}  {:.2f}  {:.2f}\n", fmt::format("published, epoch {}", recipe.best), recipe.r1, recipe.r5,
             recipe.r10);
  const Recall& random = report.run.random_text_to_audio;
  fmt::print("{:<28}{:.2f}  {:.2f}  {:.2f}\n", "at random", random.r1, random.r5, random.r10);
}

// Lets libtorch's threads sleep while they wait, not spin. libgomp reads that when it is loaded, which is before
// main(), so the program begins again, once. Where it cannot, and where the environment says something itself, it goes
// on as it is.
void wait_passively() {
  const char* const policy = "OMP_WAIT_POLICY";
  if (std::getenv(policy) != nullptr || ::setenv(policy, "passive", 0) != 0) return;
  std::error_code ignored;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", ignored);
  std::ifstream file("/proc/self/cmdline", std::ios::binary);
  std::vector<std::string> words;
  for (std::string word; std::getline(file, word, '\0');) words.push_back(std::move(word));
  if (words.empty()) return;
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  ::execv(program.c_str(), arguments.data());
}

// What the recipe says and the command line does not.
void take_recipe(TuneArguments& options) {
  const TuneOptions recipe = tune_recipe(options.recipe).options;
  TuneOptions& o = options.tune;
  const auto take = [&](const char* option, auto& mine, const auto& of_recipe) {
    if (options.command->count(option) == 0) mine = of_recipe;
  };
  take("--model", o.model, recipe.model);
  take("--limit", o.limit, recipe.limit);
  take("--split", o.split, recipe.split);
  take("--seconds", o.seconds, recipe.seconds);
  take("--batch", o.batch, recipe.batch);
  take("--lr", o.learning_rate, recipe.learning_rate);
  take("--epochs", o.epochs, recipe.epochs);
  take("--patience", o.patience, recipe.patience);
  o.sample = recipe.sample;
  o.by_group = recipe.by_group;
}

int run_tune(TuneArguments& options) {
  wait_passively();
  if (!options.recipe.empty()) take_recipe(options);
  TuneOptions& tuning = options.tune;
  tuning.command = command_again(*options.command);
  tuning.loss = options.loss == "sigmoid" ? TuneLoss::sigmoid : TuneLoss::infonce;
  tuning.bf16 = options.precision == "bf16";
  tuning.caption_each_epoch = options.captions == "epoch";
  fetch_needed(tuning.model, options.quiet);

  TuneProgressLine progress(options.quiet);
  TuneListener listener;
  std::size_t skipped = 0;
  listener.progress = [&](const TuneProgress& p) { progress.show(p); };
  listener.begun = [&](const TuneRun& begun) {
    progress.clear();
    skipped = begun.skipped.size();
    for (const std::string& line : begun.skipped) print_error(line);
    if (!options.quiet && !options.json)
      for (const std::string& line : begun.remarks) fmt::print(stderr, "{}\n", line);
    if (begun.resumed_steps > 0 && !options.quiet)
      fmt::print(stderr, "{}: going on after {} of {} steps\n", short_path(tuning.directory), begun.resumed_steps,
                 begun.epochs * begun.steps_per_epoch);
    if (!options.json) print_run(begun);
  };
  listener.epoch = [&](const TuneEpoch& epoch) {
    progress.clear();
    if (options.json)
      fmt::print("{}\n", train::epoch_json(epoch).dump());
    else
      print_epoch(epoch);
    std::fflush(stdout);  // who reads along has a line for each epoch when it ends
  };
  const TuneReport report = tune(tuning, listener);
  progress.clear();
  if (options.json) return skipped > 0 ? kSomeSkipped : kDone;

  if (!options.recipe.empty()) print_published(report, tune_recipe(options.recipe));
  const std::string where = short_path(tuning.directory);
  if (!options.quiet) {
    std::fflush(stdout);
    if (report.finished_before) fmt::print(stderr, "{}: was trained before, and nothing was left to do\n", where);
    if (report.stopped_early)
      fmt::print(stderr, "stopped early: {} epochs brought nothing better than {}\n", tuning.patience,
                 report.best == 0 ? "the model as it was" : fmt::format("epoch {}", report.best));
    if (report.best == 0)
      fmt::print(stderr, "no epoch was better than the model before training: {} holds that, unchanged\n", where);
    else
      fmt::print(stderr, "{} holds epoch {}; {}/training/curves.html shows how it went\n", where, report.best, where);
    fmt::print(stderr, "next: hearken index --model {} FOLDER\n", shell_word(tuning.directory.native()));
  }
  return skipped > 0 ? kSomeSkipped : kDone;
}

// add(name, value, description, type) to a group of the help.
auto adder(CLI::App& command, const char* group) {
  return [&command, group](const char* name, auto& value, const char* what, const char* type) {
    command.add_option(name, value, what)->type_name(type)->group(group);
  };
}

void add_data_options(CLI::App& command, TuneArguments& arguments) {
  TuneOptions& o = arguments.tune;
  const char* const group = "Data";
  const auto add = adder(command, group);
  add("--split", o.split, "Share to train on, where the data says nothing itself (default: 0.8)", "SHARE");
  add("--limit", o.limit, "Only the first N clips", "N");
  add("--seconds", o.seconds, "Of each clip: at random in training, in the middle in validation (10)", "S");
  add_value(command, "--templates", o.templates, "Captions from tags: a file of templates, one a line", "FILE")
      ->group(group);
  one_of(
      command.add_option("--caption-sampling", arguments.captions, "When a clip's caption is drawn (default: epoch)"),
      {"once", "epoch"})
      ->group(group);
  add("--augment", o.augment, "Some of crop, gain, masks and mix, with commas, or none (default: crop,gain,masks)",
      "LIST");
}

void add_trained_options(CLI::App& command, TuneArguments& arguments) {
  TuneOptions& o = arguments.tune;
  const char* const group = "What is trained";
  command
      .add_option("--train", o.train,
                  "all, heads, projections, audio, text, or last:N blocks of both towers (default: all)")
      ->type_name("PART")
      ->group(group);
  command.add_option("--lora", o.lora, "Low-rank additions of that rank to attention and MLPs instead of the weights")
      ->type_name("RANK")
      ->group(group);
  one_of(command.add_option("--loss", arguments.loss, "Captions of a batch against each other, or each pair by itself"),
         {"infonce", "sigmoid"})
      ->group(group);
}

void add_training_options(CLI::App& command, TuneArguments& arguments) {
  TuneOptions& o = arguments.tune;
  const char* const group = "How it is trained";
  const auto add = adder(command, group);
  add("--batch", o.batch, "Clips told apart at a time (default: 16)", "N");
  add("--accumulate", o.accumulate, "Batches to a step (default: 1)", "N");
  add("--lr", o.learning_rate, "The highest learning rate (default: 3e-5)", "RATE");
  add("--warmup", o.warmup, "Share of the steps until it is reached (default: 0.1)", "SHARE");
  add("--weight-decay", o.weight_decay, "Of matrices, a step and rate (default: 0.01)", "X");
  add("--clip-norm", o.clip_norm, "The longest gradient (default: 1; 0: any)", "X");
  add("--patience", o.patience, "Stop after so many epochs without a better one (default: 2; 0: never)", "N");
  one_of(command.add_option("--precision", arguments.precision, "Of products in training (default: fp32)"),
         {"fp32", "bf16"})
      ->group(group);
  add("--seed", o.seed, "Of everything that is drawn (default: 0)", "N");
  add("--save-steps", o.save_steps, "Save the state every N steps (default: every five minutes)", "N");
}

}  // namespace

void add_tune(CLI::App& program, int& status) {
  const auto [command, options] =
      add_command(program, status, "tune", "Train a model further on sounds and captions of your own", run_tune);
  options.command = &command;
  TuneOptions& o = options.tune;
  add_value(command, "--data", o.data,
            "Sounds and what is said of them: a CSV of path and caption, a folder of tagged music, a "
            "folder per class, a dataset, or a library with ratings and tags",
            "CSV|DIR|FILE")
      ->required();
  add_value(command, "--model", o.model, "What to begin with (default: starter)", "NAME|DIR|FILE");
  add_value(command, "-o,--out", o.directory,
            "The directory of the tuned model; a run that was ended goes on there by itself", "DIR")
      ->required();
  command.add_option("--epochs", o.epochs, "Times through all clips (default: 10)")->type_name("N");
  one_of(command.add_option("--recipe", options.recipe, "Settings of a published experiment: fma-small"), {"fma-small"})
      ->type_name("NAME");
  one_of(command.add_option("--device", o.device, "Where to compute (default: cpu)"), {"cpu", "cuda"});
  within(command.add_option("--threads", o.threads, "Threads to use (default: all cores); they decide the last bits"),
         1, 1024, "N");
  command.add_flag("--quiet", options.quiet, "No progress, no remarks");
  command.add_flag("--json", options.json, "A line of JSON for each epoch");
  add_data_options(command, options);
  add_trained_options(command, options);
  add_training_options(command, options);
  command.footer(
      R"(After each epoch, captions and sounds that were not trained on are asked for each other: R@k is the share with a
right answer among the first k. The directory holds the best epoch's weights, a model like any other; in its
training/ are curves.html and metrics.jsonl. What was ended goes on when the same command is given again. See
docs/TUNE.md.

Examples:
  hearken tune --data ~/Music -o ~/models/mine
  hearken tune --data captions.csv --model laion/clap-htsat-unfused --lora 8 -o ~/models/mine
  hearken tune --recipe fma-small --data ~/fma -o ~/models/fma
  hearken index --model ~/models/mine ~/Music)");
}

}  // namespace hearken::cli

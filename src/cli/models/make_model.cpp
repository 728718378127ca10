// hearken make-model --audio TOWER --text TOWER -o DIR
#include <fmt/format.h>

#include <filesystem>

#include "cli/models/model_commands.h"
#include "core/paths.h"

namespace hearken::cli {
namespace {

struct MakeModelArguments {
  MakeModelOptions make;
  std::filesystem::path directory;
  bool quiet = false, json = false;
};

std::string command_of(const MakeModelArguments& options) {
  std::string out = fmt::format("hearken make-model --audio {} --text {} -o {}", shell_word(options.make.audio),
                                shell_word(options.make.text), shell_word(options.directory));
  if (options.make.dimension != MakeModelOptions().dimension) out += fmt::format(" --dim {}", options.make.dimension);
  if (options.make.seed != 0) out += fmt::format(" --seed {}", options.make.seed);
  return out;
}

double millions(std::int64_t parameters) { return static_cast<double>(parameters) / 1e6; }

nlohmann::json tower_json(const std::string& name, const TakenTower& tower) {
  return {{"name", display(name)},
          {"path", display(tower.path)},
          {"architecture", tower.architecture},
          {"parameters", tower.parameters}};
}

nlohmann::json made_json(const MakeModelArguments& options, const MadeModel& made) {
  return {{"directory", display(made.info.directory)},
          {"layout", made.layout},
          {"architecture", made.info.architecture},
          {"parameters", made.info.parameters},
          {"dimension", made.info.dimension},
          {"seed", options.make.seed},
          {"audio", tower_json(options.make.audio, made.audio)},
          {"text", tower_json(options.make.text, made.text)},
          {"fresh_parameters", made.fresh_parameters},
          {"remarks", made.remarks},
          {"fingerprint", made.weights_fingerprint},
          {"files", files_json(made.files)}};
}

void print_made(const MakeModelArguments& options, const MadeModel& made) {
  const auto line = [](std::string_view key, const std::string& value) { fmt::print("{:<8} {}\n", key, value); };
  const auto tower = [&](std::string_view key, const TakenTower& taken) {
    line(key, fmt::format("{}, {:.1f} million parameters, from {}", taken.architecture, millions(taken.parameters),
                          short_path(taken.path)));
  };
  tower("sounds", made.audio);
  tower("texts", made.text);
  line("fresh", fmt::format("{:.1f} million parameters, seed {}, into vectors of {} numbers",
                            millions(made.fresh_parameters), options.make.seed, made.info.dimension));
  for (const std::string& print_note : made.remarks) line("", print_note);
  line("layout", made.layout == "hugging_face" ? "Hugging Face's, which transformers loads too" : "Hearken's own");
  fmt::print("\n");
  for (const ModelFile& file : made.files) fmt::print("{:>9}  {}\n", human_bytes(file.bytes), short_path(file.path));
  fmt::print("\nnext: hearken tune --model {} --data captions.csv -o TUNED\n",
             shell_word(short_path(made.info.directory)));
}

int run_make_model(MakeModelArguments& options) {
  fetch_needed(options.make.audio, options.quiet);
  fetch_needed(options.make.text, options.quiet);
  options.make.command = command_of(options);
  const MadeModel made = make_model(options.make, options.directory);
  if (options.json)
    print_json(made_json(options, made));
  else if (!options.quiet)
    print_made(options, made);
  return kDone;
}

}  // namespace

void add_make_model(CLI::App& program, int& status) {
  const auto [command, options] = add_command(
      program, status, "make-model", "Make a new model from two towers, to be trained by tune", run_make_model);
  add_value(command, "--audio", options.make.audio, "Whose tower for sounds: any model", "TOWER")->required();
  add_value(command, "--text", options.make.text, "Whose tower for texts: any model, or a BERT or RoBERTa", "TOWER")
      ->required();
  add_value(command, "-o,--out", options.directory, "The new model's directory; made when it is not there", "DIR")
      ->required();
  command.add_option("--dim", options.make.dimension, "How many numbers its vectors have")
      ->capture_default_str()
      ->type_name("N");
  command.add_option("--seed", options.make.seed, "Of the fresh weights")->capture_default_str()->type_name("N");
  command.add_flag("--quiet", options.quiet, "No progress, no report");
  command.add_flag("--json", options.json, "The result as JSON");
  command.footer(
      R"(A model puts sounds and texts into one space: a tower for each, and a projection after it. This takes the two
towers as they are and gives them fresh projections; until `hearken tune` has trained these on sounds with
captions, the two sides have nothing to say to each other.

TOWER is anything --model takes (starter, a model's directory, a LAION checkpoint, org/repo on the hub), of which
one side is used. For texts it may be a directory that holds such a tower alone, as transformers or
sentence-transformers saves it: BERT (all-MiniLM-L6-v2 is one) or RoBERTa, with its tokenizer.
HTSAT with RoBERTa is written so that transformers loads it too; all other pairs in Hearken's own layout.
Both sides of starter keep its heads, which need no training, and get projections beside them.

Examples:
  hearken make-model --audio laion/clap-htsat-unfused --text ~/models/MiniLM-L6 -o ~/models/mine
  hearken make-model --audio starter --text starter -o ~/models/start
  hearken tune --model ~/models/mine --data captions.csv -o ~/models/tuned)");
}

}  // namespace hearken::cli

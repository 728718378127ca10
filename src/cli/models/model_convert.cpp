// hearken model convert NAME -o DIR
#include <fmt/format.h>

#include <filesystem>

#include "cli/models/model_commands.h"
#include "core/paths.h"

namespace hearken::cli {
namespace {

struct ModelConvertArguments : ModelOptions {
  std::filesystem::path directory;
  bool force = false;
};

ConvertedModel convert(const ModelConvertArguments& options) {
  try {
    return convert_model(fetched_name(options), options.directory, options.force);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::invalid_argument || options.force) throw;
    throw Error(error.code(), error.message() + "; --force replaces the model files in it", error.cause());
  }
}

int run_model_convert(const ModelConvertArguments& options) {
  const ConvertedModel converted = convert(options);
  if (options.json) {
    print_json({{"model", display(options.name)},
                {"directory", display(std::filesystem::absolute(options.directory))},
                {"fingerprint", converted.weights_fingerprint},
                {"files", files_json(converted.files)}});
    return kDone;
  }
  if (options.quiet) return kDone;
  for (const ModelFile& file : converted.files)
    fmt::print("{:>9}  {}\n", human_bytes(file.bytes), short_path(file.path));
  fmt::print("the same model, fingerprint {}\n", converted.weights_fingerprint);
  return kDone;
}

}  // namespace

void add_model_convert(CLI::App& model, int& status) {
  const auto [command, options] = add_command(
      model, status, "convert", "Write a CLAP model as a directory that transformers loads too", run_model_convert);
  add_output_options(command, options);
  add_model_name(command, options);
  command.add_option("-o,--out", options.directory, "The directory; made when it is not there")
      ->required()
      ->type_name("DIR");
  command.add_flag("--force", options.force, "Into a directory that is not empty: replace the model files in it");
  command.footer(
      R"(From a LAION checkpoint (.pt) or from a directory with pytorch_model.bin, in Hugging Face layout with
model.safetensors: vectors and fingerprint stay the same to the last bit. What laion_clap does to sounds and
texts is written into the config files under keys that Hearken reads and transformers passes over
(int16_round_trip, fuse_short), so transformers gives those vectors for the same features and tokens.

Examples:
  hearken model convert 630k-audioset-best.pt -o ~/models/630k
  hearken find "calm piano" --model ~/models/630k)");
}

}  // namespace hearken::cli

// A CLAP model from whatever layout it has into a directory that transformers loads.
#include <system_error>

#include "core/paths.h"
#include "hearken/model_tools.h"
#include "model/config.h"
#include "model/layouts/clap_content.h"
#include "model/layouts/hearken_clap.h"
#include "model/layouts/locate.h"

namespace hearken {
namespace {

namespace fs = std::filesystem;
using namespace model;

ClapFiles open_source(const fs::path& path) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored) && Config::read(path / "config.json").text("model_type") == kHearkenClap)
    throw Error(ErrorCode::unsupported,
                display(path) + ": is a model of Hearken's own, which has no place in Hugging Face layout");
  return open_clap_files(path);
}

}  // namespace

ConvertedModel convert_model(std::string_view name, const fs::path& directory, bool replace) {
  const fs::path path = locate(name).path;
  const ClapFiles source = open_source(path);
  const std::string fingerprint = open_model(path)->fingerprint();
  ModelDirectory out(directory, replace);
  add_clap(out, content_of(source));
  ConvertedModel converted{out.appear(), open_model(out.path())->fingerprint()};
  if (converted.weights_fingerprint != fingerprint)
    throw Error(ErrorCode::internal, display(out.path()) + ": is not the model that " + display(path) + " is");
  return converted;
}

}  // namespace hearken

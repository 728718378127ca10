// A CLAP model from whatever layout it has into a directory that transformers loads.
#include <span>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "core/mapped_file.h"
#include "core/new_file.h"
#include "core/paths.h"
#include "hearken/model_tools.h"
#include "model/checkpoint/hugging_face.h"
#include "model/checkpoint/safetensors_writer.h"
#include "model/clap.h"
#include "model/config.h"
#include "model/hearken_clap.h"
#include "model/locate.h"
#include "model/transformers_config.h"

namespace hearken {
namespace {

namespace fs = std::filesystem;
using namespace model;

constexpr const char* kTokenizerFiles[] = {"tokenizer.json", "vocab.json", "merges.txt"};
constexpr const char* kTokenizerRemarks[] = {"tokenizer_config.json", "special_tokens_map.json", "added_tokens.json"};

ClapFiles open_source(const fs::path& path) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored) && Config::read(path / "config.json").text("model_type") == kHearkenClap)
    throw Error(ErrorCode::unsupported,
                display(path) + ": is a model of Hearken's own, which has no place in Hugging Face layout");
  return open_clap_files(path);
}

/// The new files of a directory: all are written first, then all appear.
class NewDirectory {
 public:
  NewDirectory(fs::path path, bool replace) : path_(std::move(path)) {
    std::error_code error;
    made_ = fs::create_directory(path_, error);
    if (error) throw os_error(path_, "make the directory", error.value());
    const bool empty = fs::is_empty(path_, error);
    if (error) throw os_error(path_, "read the directory", error.value());
    if (!empty && !replace)
      throw Error(ErrorCode::invalid_argument, display(path_) + ": is there already and not empty");
  }
  ~NewDirectory() {
    files_.clear();
    std::error_code ignored;
    if (made_ && !done_) fs::remove(path_, ignored);
  }
  NewDirectory(const NewDirectory&) = delete;
  NewDirectory& operator=(const NewDirectory&) = delete;

  template <class Write>
  void add(const std::string& name, Write write) {
    NewFile& file = files_.emplace_back(path_ / name);
    write(file);
    file.finish();
  }
  void add(const std::string& name, const nlohmann::ordered_json& json) {
    add(name, [&](NewFile& file) { file.write(json.dump(2) + "\n"); });
  }
  void add_copy(const fs::path& source) {
    add(source.filename(), [&](NewFile& file) { file.write(MappedFile(source).bytes()); });
  }

  /// Takes away what would speak for another model; the last file that was added makes it a model again.
  std::vector<ModelFile> appear() {
    const auto remove = [&](const fs::path& path) {
      std::error_code error;
      if (!fs::remove(path, error) && error) throw os_error(path, "remove", error.value());
    };
    remove(files_.back().place());
    for (const auto& names : {std::span(kTokenizerFiles), std::span(kTokenizerRemarks)})
      for (const char* name : names) {
        const auto same = [&](const NewFile& file) { return file.place() == path_ / name; };
        if (std::none_of(files_.begin(), files_.end(), same)) remove(path_ / name);
      }
    std::vector<ModelFile> out;
    for (NewFile& file : files_) {
      file.appear();
      out.push_back({file.place(), fs::file_size(file.place())});
    }
    sync_folder(path_);
    sync_folder(path_.parent_path());
    done_ = true;
    return out;
  }

 private:
  fs::path path_;
  bool made_ = false, done_ = false;
  std::vector<NewFile> files_;
};

}  // namespace

ConvertedModel convert_model(std::string_view name, const fs::path& directory, bool replace) {
  const fs::path path = locate(name).path;
  const ClapFiles source = open_source(path);
  const std::string fingerprint = open_model(path)->fingerprint();
  const bool has_configs = source.layout == CheckpointLayout::hugging_face;
  const fs::path from = source.tokenizer.vocabulary.parent_path();
  const auto is_there = [](const fs::path& file) {
    std::error_code ignored;
    return fs::exists(file, ignored);
  };
  const HuggingFaceBuffers buffers(HtsatConfig::kWindow, source.description.text.positions);
  const auto tensors = hugging_face_tensors(source.weights, buffers);

  fs::path place = fs::absolute(directory).lexically_normal();
  if (!place.has_filename()) place = place.parent_path();  // written with a slash at its end
  NewDirectory out(place, replace);
  for (const char* file : kTokenizerFiles)
    if (is_there(from / file)) out.add_copy(from / file);
  for (const char* file : kTokenizerRemarks)
    if (has_configs && is_there(from / file)) out.add_copy(from / file);
  if (!has_configs || !is_there(from / "tokenizer_config.json"))
    out.add("tokenizer_config.json", tokenizer_config_json(source));
  out.add("model.safetensors", [&](NewFile& file) { write_safetensors(file, tensors); });
  if (has_configs) {
    out.add_copy(source.path / "preprocessor_config.json");
    out.add_copy(source.path / "config.json");
  } else {
    out.add("preprocessor_config.json", preprocessor_config_json(source));
    out.add("config.json", config_json(source));
  }
  ConvertedModel converted{out.appear(), open_model(place)->fingerprint()};
  if (converted.weights_fingerprint != fingerprint)
    throw Error(ErrorCode::internal, display(place) + ": is not the model that " + display(path) + " is");
  return converted;
}

}  // namespace hearken

// Making the directory, writing beside the places, appearing.
#include "model/layouts/model_directory.h"

#include <algorithm>
#include <system_error>

#include "core/files/mapped_file.h"
#include "core/paths.h"
#include "model/checkpoint/safetensors_writer.h"

namespace hearken::model {
namespace {

namespace fs = std::filesystem;

constexpr const char* kOfTokenizers[] = {"tokenizer.json",        "vocab.json",        "merges.txt",
                                         "tokenizer_config.json", "added_tokens.json", "special_tokens_map.json"};

fs::path without_slash(const fs::path& path) {
  const fs::path place = fs::absolute(path).lexically_normal();
  return place.has_filename() ? place : place.parent_path();
}

}  // namespace

ModelDirectory::ModelDirectory(const fs::path& path, bool replace) : path_(without_slash(path)) {
  std::error_code error;
  made_ = fs::create_directory(path_, error);
  if (error) throw os_error(path_, "make the directory", error.value());
  const bool empty = fs::is_empty(path_, error);
  if (error) throw os_error(path_, "read the directory", error.value());
  if (!empty && !replace) throw Error(ErrorCode::invalid_argument, display(path_) + ": is there already and not empty");
}

ModelDirectory::~ModelDirectory() {
  files_.clear();
  std::error_code ignored;
  if (made_ && !done_) fs::remove(path_, ignored);
}

void ModelDirectory::add_text(const std::string& name, std::string_view text) {
  NewFile& out = file(name);
  out.write(text);
  out.finish();
}

void ModelDirectory::add_json(const std::string& name, const nlohmann::ordered_json& json) {
  add_text(name, json.dump(2) + "\n");
}

void ModelDirectory::add_copy(const fs::path& source) { add_copy(source, source.filename()); }

void ModelDirectory::add_copy(const fs::path& source, const std::string& name) {
  NewFile& out = file(name);
  out.write(MappedFile(source).bytes());
  out.finish();
}

void ModelDirectory::add_tensors(const std::string& name, const std::map<std::string, Tensor>& tensors) {
  NewFile& out = file(name);
  write_safetensors(out, tensors);
  out.finish();
}

std::vector<ModelFile> ModelDirectory::appear() {
  const auto remove = [&](const fs::path& path) {
    std::error_code error;
    if (!fs::remove(path, error) && error) throw os_error(path, "remove", error.value());
  };
  remove(files_.back().place());
  for (const char* name : kOfTokenizers) {
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

}  // namespace hearken::model

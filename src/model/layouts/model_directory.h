// The files of a model's directory, written anew: all are written first, then all appear.
#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/files/new_file.h"
#include "hearken/model_tools.h"
#include "model/checkpoint/tensors.h"

namespace hearken::model {

/// One thread. Until appear(), nothing in the directory changes; what was written goes away with the object, the
/// directory too when it was made here. Everything throws Error as NewFile does.
class ModelDirectory {
 public:
  /// Makes the directory when it is not there; its parent must be. Throws Error(invalid_argument) for one that is not
  /// empty unless `replace`.
  ModelDirectory(const std::filesystem::path& path, bool replace);
  ~ModelDirectory();
  ModelDirectory(const ModelDirectory&) = delete;
  ModelDirectory& operator=(const ModelDirectory&) = delete;

  /// Absolute and without a slash at its end.
  const std::filesystem::path& path() const noexcept { return path_; }

  void add_text(const std::string& name, std::string_view text);
  void add_json(const std::string& name, const nlohmann::ordered_json& json);
  void add_copy(const std::filesystem::path& source);  // under its own name
  void add_copy(const std::filesystem::path& source, const std::string& name);
  void add_tensors(const std::string& name, const std::map<std::string, Tensor>& tensors);

  /// Takes away what would speak for another model (tokenizer files that were not added), then all that was added takes
  /// its place. The last that was added makes the directory a model again, so it is config.json.
  std::vector<ModelFile> appear();

 private:
  NewFile& file(const std::string& name) { return files_.emplace_back(path_ / name); }

  std::filesystem::path path_;
  bool made_ = false, done_ = false;
  std::vector<NewFile> files_;
};

}  // namespace hearken::model

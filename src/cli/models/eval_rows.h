// What the protocols of `hearken eval` share: options, and the sounds as rows.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cli/common.h"
#include "hearken/eval.h"

namespace hearken::cli {

struct EvalOptions {
  std::string name;  // of the command: "probe"
  CommonOptions common;
  std::filesystem::path data, labels, captions, vectors, label_vectors, caption_vectors, save;
  std::string layout, split, label_set, crop = "mean", look_up;
  std::vector<std::string> templates;
  WindowingOptions windowing;
  bool markdown = false;
};

// The sounds of an evaluation as rows, wherever they come from.
struct EvalRows {
  std::string dataset;
  std::string layout;
  std::size_t dimension = 0;
  std::vector<float> audio;          // [n, dimension]
  std::vector<std::string> names;    // [n]
  std::vector<std::string> classes;  // by bytes
  std::vector<std::size_t> truth;    // [n], where clips have classes
  std::vector<std::string> folds;    // [n]
  std::vector<std::size_t> clips;    // [n], of the dataset's
  std::optional<Model> model;        // none of vectors
  Windowing windowing;
  std::vector<FileNote> skipped;
  nlohmann::json described = nlohmann::json::object();
};

/// "eval probe: …", wrong usage.
Error wrong_eval(const EvalOptions& options, const std::string& what);

/// Clips with classes, from --data or --vectors.
EvalRows labelled_rows(const EvalOptions& options);

/// Loads the model and embeds the files; fills in model, windowing, audio, clips and what was skipped. Throws
/// Error(not_found) when none can be read, once all are named.
void listen(const EvalOptions& options, std::span<const std::filesystem::path> files, EvalRows& out);

FileNote not_there(const std::filesystem::path& path);
void name_skipped(const std::vector<FileNote>& skipped);

/// `hearken eval dataset`.
int run_eval_dataset(const EvalOptions& options);

}  // namespace hearken::cli

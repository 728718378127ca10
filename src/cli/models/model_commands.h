// The subcommands of `hearken model` that look into a model or write it anew.
#pragma once

#include <CLI/App.hpp>
#include <string>

#include "cli/models/model.h"

namespace hearken::cli {

void add_model_show(CLI::App& model, int& status);
void add_model_check(CLI::App& model, int& status);
void add_model_convert(CLI::App& model, int& status);

/// Adds the positional NAME: anything that --model takes.
void add_model_name(CLI::App& command, ModelOptions& options);

/// The name, once all that it needs of the hub has been fetched.
const std::string& fetched_name(const ModelOptions& options);

nlohmann::json files_json(const std::vector<ModelFile>& files);

}  // namespace hearken::cli

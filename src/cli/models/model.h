// What the subcommands of `hearken model` share. Each is a file model_NAME.cpp with its add_model_NAME.
#pragma once

#include <filesystem>
#include <string>

#include "cli/common.h"

namespace hearken::cli {

/// Options of the subcommands of `hearken model`; they need no library.
struct ModelOptions {
  std::string name;
  bool quiet = false;
  bool json = false;
};

/// Fetches what the plan lacks, under a progress bar.
std::filesystem::path pull_with_progress(const HubPlan& plan, bool quiet);

/// When something of the hub is needed before the model can be loaded, says on standard error what and from where, and
/// fetches it.
void fetch_needed(const std::string& model, bool quiet);

/// "614.6 MB", "312 bytes".
std::string human_bytes(std::uint64_t bytes);

void add_model_pull(CLI::App& model, int& status);
void add_model_list(CLI::App& model, int& status);
void add_model_rm(CLI::App& model, int& status);

}  // namespace hearken::cli

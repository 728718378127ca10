// A model's README.md: what it is, what it was made from and how, and the licences that came along.
#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "model/layouts/model_directory.h"

namespace hearken::model {

/// A model or tower that something was made from.
struct CardSource {
  std::string name;            // as the user wrote it
  std::filesystem::path path;  // its directory, or its checkpoint
};

/// Adds README.md and the licence files (LICENSE*, NOTICE*, COPYING*) that lie in the sources' directories; beside a
/// checkpoint file is anything, so nothing is taken from there. `facts` are one sentence of Markdown each.
/// Throws as ModelDirectory, and Error(io) when a directory cannot be read.
void add_card(ModelDirectory& out, const std::string& title, std::span<const CardSource> sources,
              const std::string& command, std::span<const std::string> facts);

/// The first heading of a directory's README.md; empty when there is none.
std::string card_title(const std::filesystem::path& directory);

}  // namespace hearken::model

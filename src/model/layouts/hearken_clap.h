// Models in Hearken's own layout: any pair of towers, with heads by classes, by projection, or both.
//
// `starter` is one: CED hears, MiniLM reads, and heads that need no training bring both together.
#pragma once

#include <filesystem>
#include <memory>

#include "model/config.h"
#include "model/layouts/encoders.h"

namespace hearken::model {

/// The model_type of their config.json.
inline constexpr const char* kHearkenClap = "hearken-clap";

/// Opens a directory with such a config.json (docs/MODEL.md says what stands in it).
/// Throws Error: not_found, corrupt, unsupported.
std::unique_ptr<ModelSource> open_hearken_clap(const std::filesystem::path& directory, Config config);

}  // namespace hearken::model

// The bundled starter: CED hears, MiniLM reads, and heads that need no training bring both together.
#pragma once

#include <filesystem>
#include <memory>

#include "model/config.h"
#include "model/encoders.h"

namespace hearken::model {

/// Opens a directory whose config.json has model_type "hearken-clap". Throws Error: not_found, corrupt, unsupported.
std::unique_ptr<ModelSource> open_starter(const std::filesystem::path& directory, Config config);

}  // namespace hearken::model

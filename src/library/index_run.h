// An index run, apart from where its vectors come from.
#pragma once

#include <filesystem>
#include <span>

#include "hearken/index.h"
#include "library/library_impl.h"
#include "library/pipeline.h"
#include "library/store.h"

namespace hearken::library {

/// index() with the model as its entry in the library and its two functions.
IndexReport run_index(Library::Impl& library, const ModelEntry& entry, const WindowModel& model,
                      std::span<const std::filesystem::path> paths, const IndexOptions& options);

}  // namespace hearken::library

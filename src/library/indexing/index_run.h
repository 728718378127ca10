// An index run, apart from where its vectors come from; and its parts that score() uses too.
#pragma once

#include <cstdint>
#include <filesystem>
#include <set>
#include <span>
#include <utility>

#include "hearken/index.h"
#include "library/indexing/pipeline.h"
#include "library/indexing/store.h"
#include "library/library_impl.h"

namespace hearken::library {

/// index() with the model as its entry in the library and its two functions.
IndexReport run_index(Library::Impl& library, const ModelEntry& entry, const WindowModel& model,
                      std::span<const std::filesystem::path> paths, const IndexOptions& options);

/// The model's steps for the pipeline. The model must outlive them.
WindowModel window_model(const Model& model, const Windowing& windowing);

/// Device and inode.
using FileIdentity = std::pair<std::int64_t, std::uint64_t>;

/// The library file with its log. While the library is open they must not be opened otherwise: closing them would drop
/// SQLite's locks.
std::set<FileIdentity> own_files(const Library::Impl& library);

}  // namespace hearken::library

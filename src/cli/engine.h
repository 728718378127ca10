// --cluster: searching a cluster instead of a library.
#pragma once

#include <optional>
#include <string>

#include "cli/common.h"
#include "hearken/remote.h"

namespace hearken::cli {

/// Adds --cluster, which does not go with --library: after add_common_options(). `url` must live until the parse is
/// over.
CLI::Option* add_engine_option(CLI::App& command, std::string& url);

/// The engine that --cluster names, or, where neither it nor --library was given, HEARKEN_ENGINE; nothing: a library is
/// meant.
std::optional<Remote> engine_asked(const std::string& url, const CommonOptions& options);

/// --model when it was given, else what the engine holds vectors of, at their precision.
Model load_model(const CommonOptions& options, const Remote& remote);

}  // namespace hearken::cli

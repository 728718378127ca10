// What the subcommands of `hearken remote` share. Each is a function add_remote_NAME in a file of its group.
#pragma once

#include <CLI/App.hpp>
#include <string>

#include "cli/common.h"
#include "cli/progress.h"
#include "hearken/remote.h"

namespace hearken::cli {

struct RemoteOptions {
  CommonOptions common;
  std::string url;
};

/// --cluster and the options that every command takes. `options` must live until the parse is over.
void add_remote_options(CLI::App& command, RemoteOptions& options);

/// --cluster, else HEARKEN_ENGINE. Throws Error(invalid_argument) when neither is there.
Remote connected(const RemoteOptions& options);

/// "starter, windows of 10 s every 5 s".
std::string in_words(const VectorOrigin& origin);

/// How far a run is, on the last line of the terminal.
std::function<void(const RemoteProgress&)> shown_by(StatusLine& line, const char* what);

nlohmann::json origin_json(const VectorOrigin& origin);

void add_remote_init(CLI::App& remote, int& status);
void add_remote_status(CLI::App& remote, int& status);
void add_remote_push(CLI::App& remote, int& status);
void add_remote_pull(CLI::App& remote, int& status);
void add_remote_verify(CLI::App& remote, int& status);

}  // namespace hearken::cli

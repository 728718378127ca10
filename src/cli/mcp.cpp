// hearken mcp.
#include "server/mcp/mcp.h"

#include <fmt/format.h>

#include <iostream>
#include <utility>

#include "cli/common.h"
#include "cli/guide/definition.h"
#include "core/paths.h"
#include "server/app.h"

namespace hearken::cli {
namespace {

struct McpArguments {
  CommonOptions common;
  std::vector<std::filesystem::path> roots;
};

int run_mcp(McpArguments options) {
  server::ServeOptions serve;
  serve.library = options.common.library_path();
  serve.threads = options.common.threads;
  serve.full_paths = true;
  serve.roots = std::move(options.roots);
  resolve_roots(serve.roots);
  const LibraryInfo info = library_info_if_there(serve.library);
  server::App app(serve, load_model(options.common, &info));
  app.open();
  print_note(options.common, fmt::format("{} of {}; waits for messages of the Model Context Protocol, one a line",
                                         counted(info.tracks, "track"), short_path(serve.library)));
  std::ios::sync_with_stdio(false);
  server::serve_mcp(app, std::cin, std::cout);
  return kDone;
}

}  // namespace

void add_mcp(CLI::App& program, int& status) {
  const auto [command, options] =
      add_command(program, status, "mcp",
                  "Tools for language models: the Model Context Protocol on standard input and output", run_mcp);
  command
      .add_option("--allow-root", options.roots,
                  "A folder that recordings may be copied to; may be repeated (without: nothing is written)")
      ->type_name("DIR");
  add_common_options(command, options.common);
  command.footer(R"(Examples:
  claude mcp add hearken -- hearken mcp
  hearken mcp --library ~/sounds.db --allow-root ~/Projects/film
The tools, and how programs are told of them: docs/MCP.md.)");
}

}  // namespace hearken::cli

// hearken serve, and the process in which it decodes.
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>

#include "cli/common.h"
#include "cli/config/settings.h"
#include "cli/engine.h"
#include "core/paths.h"
#include "remote/connection.h"
#include "server/media/sandbox.h"
#include "server/server.h"

namespace hearken::cli {
namespace {

struct ServeArguments {
  CommonOptions common;
  std::string engine;
  std::optional<std::string> host, user;
  std::optional<int> port;
  server::ServeOptions serve;
};

// What was given, else what config.toml says, else what ServeOptions begins with.
void take_settings(ServeArguments& options) {
  server::ServeOptions& serve = options.serve;
  serve.host = options.host.value_or(one_setting("server.host").value_or(serve.host));
  serve.user = options.user.value_or(one_setting("server.user").value_or(serve.user));
  if (const auto port = one_setting("server.port"); port) serve.port = std::stoi(*port);
  if (options.port) serve.port = *options.port;
  if (serve.roots.empty())
    for (const std::string& root : setting("server.allow-root")) serve.roots.emplace_back(root);
}

int run_serve(ServeArguments options) {
  take_settings(options);
  server::ServeOptions& serve = options.serve;
  serve.library = options.common.library_path();
  serve.threads = options.common.threads;
  if (serve.token.empty())
    if (const char* token = std::getenv("HEARKEN_TOKEN"); token != nullptr) serve.token = token;
  for (std::filesystem::path& root : serve.roots) {
    std::error_code error;
    const std::filesystem::path resolved = std::filesystem::canonical(root, error);
    if (error) throw os_error(root, "allow it", error.value());
    root = resolved;
  }
  const std::optional<Remote> remote = engine_asked(options.engine, options.common);
  const LibraryInfo info = remote ? LibraryInfo() : library_info_if_there(serve.library);
  const Model model = remote ? load_model(options.common, *remote) : load_model(options.common, &info);
  const auto listening = [&](const std::string& url) {
    if (options.common.json)
      print_json({{"url", url}});
    else
      fmt::print("Open {}\n", url);
    std::fflush(stdout);
    print_note(options.common, remote ? fmt::format("searches {}; Ctrl-C ends it", display(remote->url()))
                                      : fmt::format("{} of {}; Ctrl-C ends it", counted(info.tracks, "track"),
                                                    short_path(serve.library)));
    if (options.serve.insecure && options.serve.token.empty())
      print_note(options.common, "--insecure: whoever reaches this address may search and listen to everything");
  };
  server::serve(serve, model, listening, remote ? remote::index_for(*remote, model) : nullptr);
  return kDone;
}

void add_sandbox(CLI::App& program, int& status) {
  struct Arguments {
    std::string what, path;
    int rate = 0;
    double start = 0, duration = 0;
  };
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* command = program.add_subcommand("sandbox", "Decode for the server")->group("");
  command->add_option("WHAT", arguments->what)->required();
  command->add_option("FILE", arguments->path)->required();
  command->add_option("RATE", arguments->rate)->required();
  command->add_option("START", arguments->start)->required();
  command->add_option("DURATION", arguments->duration)->required();
  command->callback([arguments, &status] {
    status =
        server::decode_here(arguments->what, arguments->path, arguments->rate, arguments->start, arguments->duration);
  });
}

}  // namespace

void add_serve(CLI::App& program, int& status) {
  const auto [command, options] =
      add_command(program, status, "serve", "A page in the browser, and an API for programs and players", run_serve);
  add_value(command, "--host", options.host, "The address to listen on (default 127.0.0.1)", "ADDRESS");
  within(command.add_option("--port", options.port, "The port (default 8080; 0: any that is free)"), 0, 65535, "N");
  add_value(command, "--token", options.serve.token,
            "What clients must know (also HEARKEN_TOKEN, which others do not see in the list of "
            "processes); Subsonic players take it for the password",
            "T");
  add_value(command, "--user", options.user, "The user's name for Subsonic players (default hearken)", "NAME");
  command
      .add_option("--allow-root", options.serve.roots,
                  "A folder that may be indexed from the page (without: any, by whoever has the printed address)")
      ->type_name("DIR");
  command.add_flag("--insecure", options.serve.insecure, "Listen beyond this computer without a token");
  add_common_options(command, options.common);
  add_engine_option(command, options.engine);
  command.footer(R"(Examples:
  hearken serve
  hearken serve --allow-root ~/Music
  HEARKEN_TOKEN=$(openssl rand -hex 16) hearken serve --host 0.0.0.0
The API is described at /openapi.json, and in docs/SERVER.md.)");
  add_sandbox(program, status);
}

}  // namespace hearken::cli

// hearken serve.
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>

#include "cli/common.h"
#include "cli/config/settings.h"
#include "cli/engine.h"
#include "cli/guide/definition.h"
#include "core/paths.h"
#include "remote/connection.h"
#include "server/access/tokens.h"
#include "server/server.h"

namespace hearken::cli {
namespace {

struct ServeArguments {
  CommonOptions common;
  std::string engine;
  std::optional<std::string> host, user;
  std::optional<int> port;
  std::string quiet_hours;
  server::ServeOptions serve;
};

// The variable's value, which neither children nor /proc/PID/environ show from then on. Before there are threads.
std::string taken_from_environment(const char* name) {
  char* value = std::getenv(name);
  if (value == nullptr) return {};
  const std::string out = value;
  std::memset(value, 0, out.size());
  ::unsetenv(name);
  return out;
}

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
  serve.quiet = library::quiet_hours_in(options.quiet_hours);
  if (!options.quiet_hours.empty() && !serve.watch)
    throw Error(ErrorCode::invalid_argument, "serve: --quiet-hours goes with --watch");
  const std::string token = taken_from_environment("HEARKEN_TOKEN");
  if (serve.token.empty()) serve.token = token;
  resolve_roots(serve.roots);
  const std::optional<Remote> remote = engine_asked(options.engine, options.common);
  if (remote && serve.watch)
    throw Error(ErrorCode::invalid_argument, "serve: --watch indexes into a library, and a cluster is searched here");
  const LibraryInfo info = remote ? info_of(*remote) : library_info_if_there(serve.library);
  const Model model = load_model(options.common, &info);
  if (serve.tls_cert.empty() != serve.tls_key.empty())
    throw Error(ErrorCode::invalid_argument, "--tls-cert and --tls-key belong together: one of them is missing");
  serve.say = [&](const std::string& line) { print_note(options.common, line); };
  const auto listening = [&](const std::string& url) {
    if (options.common.json)
      print_json({{"url", url}});
    else
      fmt::print("Open {}\n", url);
    std::fflush(stdout);
    print_note(options.common, remote ? fmt::format("searches {}; Ctrl-C ends it", display(remote->url()))
                                      : fmt::format("{} of {}; Ctrl-C ends it", counted(info.tracks, "track"),
                                                    short_path(serve.library)));
    if (options.serve.insecure && options.serve.token.empty() && !server::read_tokens(options.serve.library))
      print_note(options.common, "--insecure: whoever reaches this address may search and listen to everything");
  };
  server::serve(serve, model, listening, remote ? remote::index_for(*remote, model) : nullptr);
  return kDone;
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
  command.add_flag("--watch", options.serve.watch,
                   "Index the library's folders again whenever something changes in them, at idle priority");
  rare(add_value(command, "--quiet-hours", options.quiet_hours,
                 "With --watch: hours in which it waits, such as 22:00-7:00", "H:MM-H:MM"));
  add_value(command, "--tls-cert", options.serve.tls_cert,
            "Speak HTTPS with this certificate: PEM, followed by those that vouch for it; SIGHUP reads it again",
            "FILE");
  add_value(command, "--tls-key", options.serve.tls_key, "Its private key: PEM, without a pass phrase", "FILE");
  command.add_flag("--insecure", options.serve.insecure, "Listen beyond this computer without a token");
  add_common_options(command, options.common);
  add_engine_option(command, options.engine);
  command.footer(R"(Examples:
  hearken serve
  hearken serve --allow-root ~/Music --watch
  HEARKEN_TOKEN=$(openssl rand -hex 16) hearken serve --host 0.0.0.0
The API is described at /openapi.json, and in docs/SERVER.md.)");
}

}  // namespace hearken::cli
